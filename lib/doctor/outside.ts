// Checks of what visitors meet: names, ports, certificates; as seen from this machine.

import { mainName } from "../commands/caddy/site.ts";
import type { Config } from "../config/field/types.ts";
import { list } from "../core/text.ts";
import { type Check, error, note, unknown, type Verdict, warning } from "./check.ts";
import type { Reach, SeenOutside } from "./seen.ts";

/** The names that visitors ask for; of a wildcard, one that it covers. */
export function namesOf({ domains, redirects }: Pick<Config, "domains" | "redirects">): string[] {
  return [...domains, ...redirects].map((name) => mainName([name]) ?? name);
}

/** The ports that visitors come to. */
export function portsOf({ tls }: Pick<Config, "tls">): number[] {
  return tls.kind === "off" ? [80] : [80, 443];
}

/** The checks, in the order of the documentation. */
export const outsideChecks: readonly Check<SeenOutside>[] = [
  {
    id: "dns",
    about: "A and AAAA records of `domain` and `redirects` beside the server's addresses",
    fine: "The app's names point to the server",
    worst: "error",
    look: (seen) =>
      seen.config.domains.length === 0
        ? [note("No domain is configured: Caddy answers to every name, without certificates")]
        : [...seen.outside.names].flatMap(([name, found]) => pointing(name, found, seen)),
  },
  {
    id: "ports",
    about: "ports 80 and 443 from this machine",
    fine: "Visitors reach the ports",
    worst: "error",
    look: ({ outside, known }) => [...outside.ports].flatMap(([port, reach]) => reached(port, reach, known)),
  },
  {
    id: "certificates",
    about: "the end of the certificates that Caddy shows",
    fine: "No certificate ends soon",
    worst: "error",
    look: (seen) =>
      seen.config.tls.kind === "off" || !isServed(seen)
        ? []
        : namesOf(seen.config).flatMap((name) => ending(name, seen.known?.more.certificates.get(name), seen)),
  },
  {
    id: "trust",
    about: "a handshake at port 443 from this machine: is the certificate trusted, and for this name",
    fine: "No certificate is distrusted here",
    worst: "error",
    look: (seen) => {
      const { config: { tls }, outside: { trust } } = seen;
      if (tls.kind === "off" || tls.kind === "internal" || !isServed(seen)) return [];
      if (trust.size === 0) return [unknown("No handshake could be tried from here")];
      return [...trust].flatMap(([name, why]) => trusted(name, why, seen));
    },
  },
];

/** True once the app has a site; before its first deploy nobody has certificates for it. */
function isServed({ config, known }: SeenOutside): boolean {
  return known === undefined || known.facts.sites.has(config.app);
}

function pointing(
  name: string,
  found: readonly string[] | undefined,
  { config, outside, known }: SeenOutside,
): Verdict[] {
  if (found === undefined) return [unknown(`${name} could not be looked up from here`)];
  const make = config.tls.kind === "acme" ? error : warning;
  if (found.length === 0) {
    return [
      make(`${name} has no address`, "Add an A record with the server's address where the domain is managed"),
    ];
  }
  const own = new Set([...outside.host, ...known?.more.addresses ?? []].map(plain));
  if (own.size === 0) {
    return [unknown(`${name} points to ${list(found)}; the server's own addresses are not known`)];
  }
  const others = found.filter((address) => !own.has(plain(address)));
  if (others.length === found.length) {
    // A proxy or a balancer in front is somebody's decision, and other servers of the app have the name as well.
    const many = config.servers.length > 1;
    return [(many ? note : warning)(
      `${name} points to ${list(others)}, not to this server`,
      "Unless a proxy or a balancer is there, point its records to this server; certificates by ACME need it",
    )];
  }
  const stray = others.filter((address) => address.includes(":"));
  return stray.length === 0 || found.some((address) => address.includes(":") && own.has(plain(address)))
    ? []
    : [make(
      `${name} points to this server by IPv4, and to ${list(stray)} by IPv6`,
      "Correct or remove its AAAA record: authorities and many visitors try IPv6 first",
    )];
}

/** An address in a form that can be compared. */
function plain(address: string): string {
  if (!address.includes(":")) return address;
  try {
    return new URL(`http://[${address}]`).hostname;
  } catch {
    return address;
  }
}

function reached(port: number, reach: Reach, known: SeenOutside["known"]): Verdict[] {
  if (reach === "open") return [];
  if (reach === "unknown") return [unknown(`Port ${port} could not be tried from here`)];
  const how = reach === "refused" ? "refuses connections" : "does not answer";
  const listening = known?.setup.listeners.some((one) => one.port === port);
  if (listening) {
    return [error(
      `Port ${port} ${how}, though the server listens there`,
      "Open it in the provider's firewall and in the server's own",
    )];
  }
  if (known === undefined) return [warning(`Port ${port} ${how}`, "Look at the provider's firewall")];
  return reach === "silent"
    ? [
      warning(
        `Port ${port} does not answer: nothing listens there yet, and a firewall drops what comes`,
        "Open it in the provider's firewall",
      ),
    ]
    : [note(`Nothing listens at port ${port} yet`)];
}

const day = 86_400_000;

/** Caddy's own certificates live for hours and are renewed in time. */
function ending(
  name: string,
  end: number | undefined,
  { config: { tls }, known, now }: SeenOutside,
): Verdict[] {
  const log = "/var/log/caddy/caddy.log says why";
  const remedy = tls.kind === "own"
    ? 'Put the new one into tls, then "alcaide deploy"'
    : `Caddy could not renew it: ${log}`;
  if (end === undefined) {
    return [
      known === undefined || !known.more.certificates.has(name)
        ? unknown(`The certificate of ${name} could not be read`)
        : warning(`Caddy shows no certificate for ${name}`, log),
    ];
  }
  const date = new Date(end).toISOString().slice(0, 10);
  if (end < now) return [error(`The certificate of ${name} ended on ${date}`, remedy)];
  const early = tls.kind === "internal" ? 0 : 14 * day;
  return end - now < early ? [warning(`The certificate of ${name} ends on ${date}`, remedy)] : [];
}

function trusted(name: string, why: string, { config: { tls } }: SeenOutside): Verdict[] {
  if (why === "") return [];
  const says = `The certificate for ${name} is not trusted here: ${why}`;
  // A private authority, or one for trying things out.
  if (tls.kind === "own" || (tls.kind === "acme" && tls.ca !== undefined)) {
    return [warning(says, "Clients must know the authority")];
  }
  return [error(says, "Look at the check dns, and at /var/log/caddy/caddy.log on the server")];
}
