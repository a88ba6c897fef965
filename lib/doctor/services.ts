// Checks of a server's network and of its Caddy.

import { atLeast } from "../commands/caddy/version.ts";
import { isReachable } from "../commands/jail/names.ts";
import { jailInterface } from "../commands/paths.ts";
import { pfAdvice, pfText } from "../commands/server/network.ts";
import { list } from "../core/text.ts";
import { hasAddress, isEnabled, runningJails } from "../server/facts.ts";
import { parseSubnet } from "../core/ipv4.ts";
import { givenAddresses } from "../server/host_state.ts";
import { resolverProblem } from "../setup/advice.ts";
import { type Check, error, note, refused, unknown, type Verdict, warning } from "./check.ts";
import type { SeenServer } from "./seen.ts";
import { refusalsOf } from "./system.ts";

/** The checks, in the order of the documentation. */
export const serviceChecks: readonly Check<SeenServer>[] = [
  {
    id: "subnet",
    about: "a route of the server's into `jail.subnet`",
    fine: "The jails' network is theirs alone",
    worst: "error",
    look: refusalsOf("subnet"),
  },
  {
    id: "nat",
    about:
      "the jails' way to the outside: a default route, pf or another firewall, its rules and whose they are",
    fine: "pf translates the jails' addresses",
    worst: "error",
    look: translation,
  },
  {
    id: "resolvers",
    about: "resolvers that a jail can reach, for new jails and in the `resolv.conf` of those that are there",
    fine: "Jails can ask a resolver",
    worst: "warning",
    look: ({ config, facts, more }) => {
      const lost = [...more.resolvers].filter(([path, all]) =>
        !path.includes("/.templates/") && !all.some(isReachable)
      );
      return [
        ...refused(resolverProblem(config, facts), warning),
        ...lost.map(([path, all]) =>
          warning(
            `${path}/etc/resolv.conf names ${
              all.length === 0 ? "no resolver" : `only ${list(all)}`
            }, so its programs can't resolve names`,
            'Correct the server\'s /etc/resolv.conf or set jail.nameservers, then "alcaide deploy"; for an accessory "alcaide setup"',
          )
        ),
      ];
    },
  },
  {
    id: "addresses",
    about: "two jails with one address, and addresses that a removed jail left behind",
    fine: "Every address has one jail",
    worst: "error",
    look: sharedAddresses,
  },
  {
    id: "listeners",
    about: "other programs at Caddy's ports",
    fine: "Caddy's ports are free or Caddy's",
    worst: "error",
    look: refusalsOf("listeners"),
  },
  {
    id: "caddy",
    about: "Caddy's version, and whether it runs where it has sites",
    fine: "Caddy is recent enough",
    worst: "error",
    look: ({ facts: { caddy, sites } }) => {
      if (caddy.version === undefined) return [note("Caddy is not installed", '"alcaide setup" installs it')];
      return [
        ...caddy.running || sites.size === 0
          ? []
          : [error("Caddy does not run, so no site answers", "service caddy start")],
        ...atLeast(caddy.version, 2, 7) ? [] : [warning(
          `Caddy ${caddy.version} closes WebSockets whenever it reads its configuration anew${
            atLeast(caddy.version, 2, 6) ? "" : ", and repeats requests that made the app crash"
          }`,
          "pkg upgrade caddy",
        )],
      ];
    },
  },
  {
    id: "caddy-service",
    about: "Caddy's variables in `rc.conf`: another configuration file, adapter or admin address; its user",
    fine: "The service reads our Caddyfile and can listen",
    worst: "error",
    look: (seen) => [...refusalsOf("caddy")(seen), ...caddyUser(seen)],
  },
  {
    id: "caddyfile",
    about: "a Caddyfile that Caddy can't read: the next start or deploy would fail",
    fine: "Caddy finds no mistake in the Caddyfile",
    worst: "error",
    look: ({ more: { caddyfileProblem } }) =>
      caddyfileProblem === "" ? [] : [
        error(
          `Caddy can't read the Caddyfile: ${caddyfileProblem}`,
          "Correct the line that is named, then: service caddy configtest",
        ),
      ],
  },
  {
    id: "pf-rules",
    about: "a file of rules that pf refuses: after a reboot none would be loaded",
    fine: "pf refuses no file of rules",
    worst: "error",
    look: ({ setup, more: { pfCheck: [checked, problem] } }) => {
      if (problem !== undefined) {
        const all = 'Correct it: pfctl -nf "$(sysrc -n pf_rules)" shows all';
        return [error(`pf refuses the file of its rules: ${problem}`, all)];
      }
      const used = isEnabled(setup, "pf_enable");
      return used && checked === undefined ? [unknown("The file of pf's rules could not be checked")] : [];
    },
  },
];

function translation(seen: SeenServer): Verdict[] {
  const { config, setup: { externalInterface: external, pf }, more } = seen;
  const { subnet } = config.jail;
  if (external === undefined) {
    return [
      warning(
        "The server has no default route for IPv4, so jails can't reach the outside",
        "sysrc defaultrouter=ADDRESS; service routing restart",
      ),
    ];
  }
  if (pf.enabled && sourcesOf(more.nat, external).some((source) => covers(source, subnet))) {
    // Rules in a file of ours that somebody changed are replaced by the next setup.
    return pf.ours !== "" && !pf.ours.includes(pfAdvice(external, subnet))
      ? [note("The rule of translation in force is not the one in Alcaide's file", "pfctl -s nat shows it")]
      : [];
  }
  return untranslated(seen, external);
}

/** The sources of rules of translation on an interface: `10.66.0.0/24`, `any`, `<table>`. */
function sourcesOf(rules: readonly string[], external: string): string[] {
  return rules.flatMap((rule) => {
    const [, on, source] = /^nat on (\S+) .*?\bfrom (\S+)/.exec(rule) ?? [];
    return on === external && source !== undefined ? [source] : [];
  });
}

const isNetwork = /^(any|\d+\.\d+\.\d+\.\d+(\/\d+)?)$/;

function covers(source: string, subnet: string): boolean {
  if (source === "any") return true;
  if (!isNetwork.test(source)) return false;
  const [wide, own] = [parseSubnet(source), parseSubnet(subnet)];
  return wide.first <= own.first && own.first + own.size <= wide.first + wide.size;
}

/** Why no rule for the jails' network was found. */
function untranslated(
  { config: { jail: { subnet } }, facts, setup, more }: SeenServer,
  external: string,
): Verdict[] {
  const { pf } = setup;
  const remedy = `Add to its rules: ${pfAdvice(external, subnet)}`;
  if (isEnabled(setup, "firewall_enable")) {
    return [
      unknown(
        "The server's ipfw is in force; its translation could not be read",
        `It needs: nat for ${subnet} on ${external}`,
      ),
    ];
  }
  const unread = sourcesOf(more.nat, external).find((source) => !isNetwork.test(source));
  if (pf.enabled && unread !== undefined) {
    return [unknown(`pf translates from ${unread}; it is not known whether ${subnet} belongs to it`, remedy)];
  }
  if (pf.enabled && more.nat.some((rule) => rule.startsWith("nat-anchor"))) {
    return [unknown("pf translates by anchors, whose rules were not read", remedy)];
  }
  const ours = pf.ours !== "" && pf.ours.includes(pfText(external, []).split("\n")[0] ?? "");
  if (ours || !pf.enabled) {
    // Before setup that is no fault.
    const make = facts.templates.length === 0 ? note : error;
    return [make(`Nothing translates ${subnet}, so jails can't reach the outside`, 'Run "alcaide setup"')];
  }
  return [
    warning(`The server's own pf rules do not translate ${subnet}, so jails can't reach the outside`, remedy),
  ];
}

function sharedAddresses({ facts, setup }: SeenServer): Verdict[] {
  const running = runningJails(facts);
  const holders = (address: string) =>
    facts.jails.filter((jail) => jail.addresses.includes(address)).map(({ name }) => name);
  const shared = [...new Set(running.flatMap((jail) => jail.addresses))]
    .filter((address) => running.filter((jail) => jail.addresses.includes(address)).length > 1);
  const left = givenAddresses(facts.host).filter((address) =>
    holders(address).length === 0 && hasAddress(setup, address)
  );
  return [
    ...shared.map((address) =>
      error(
        `${list(holders(address))} have the address ${address}, and either answers`,
        "Give one of them another address",
      )
    ),
    ...left.map((address) =>
      note(
        `${address} is on ${jailInterface}, and no jail has it`,
        `ifconfig ${jailInterface} inet ${address} -alias`,
      )
    ),
  ];
}

/** Only root binds ports below 1024, or whom a rule lets. */
function caddyUser({ facts, setup, more }: SeenServer): Verdict[] {
  if (facts.caddy.version === undefined || more.caddyUser === "0") return [];
  if (more.caddyUser === "") return [unknown("The user that Caddy runs as could not be read")];
  const listens = setup.listeners.some(({ program, port }) => program === "caddy" && port === 80);
  if (listens || facts.sites.size === 0) return [];
  return [error(
    `Caddy runs as user ${more.caddyUser} and does not listen at port 80`,
    "Let that user bind it (the package portacl-rc), or: sysrc -x caddy_user caddy_group; service caddy restart",
  )];
}
