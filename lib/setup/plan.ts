// The missing pieces of a server: decided from the configuration and the facts alone.

import { bootText, installBootScript } from "../commands/server/boot.ts";
import { makeBase } from "../commands/server/dataset.ts";
import { installLoopback, installPf, pfAdvice, pfSubnets, pfText } from "../commands/server/network.ts";
import { jailInterface, pfFile } from "../commands/paths.ts";
import { installRotation, rotationText } from "../commands/server/rotation.ts";
import { openClosed } from "../commands/jail/modes.ts";
import { setRc } from "../commands/server/rc_conf.ts";
import { makeTemplate, releaseUrl, templateTree } from "../commands/jail/template.ts";
import type { Config } from "../config/field/types.ts";
import { type Facts, isEnabled, jailVersion, type SetupFacts } from "../server/facts.ts";
import { plural } from "../core/text.ts";
import type { Change } from "../server/change.ts";
import { limitsAdvice, shutdownAdvice } from "./advice.ts";
import { caddyChanges } from "./caddy.ts";
import { type Home, planHome } from "./dataset.ts";
import { patchChange } from "./patches.ts";
import { refuseServer } from "./refusals.ts";

/** Everything that `setup` would do on a server. */
export interface SetupPlan {
  readonly changes: readonly Change[];
  /** Advice for a person. */
  readonly advice: readonly string[];
  /** The dataset that jails' trees are clones in, there or to be made; absent where they are copies. */
  readonly dataset: string | undefined;
  /** The patched template that is to be made. */
  readonly template?: string;
}

/**
 * Decides what a server lacks.
 *
 * @throws {AlcaideError} when the server can't be used as it is; nothing has been changed then
 */
export function planSetup(config: Config, facts: Facts, name: string): SetupPlan {
  const setup = facts.setup;
  if (!setup) throw new TypeError("planSetup() needs the facts for setup");
  refuseServer(config, facts, setup, name);
  const home = planHome(config.jail.basePath, facts, setup);
  const advice = [
    ...home.advice,
    ...limitsAdvice(config, facts, name),
    ...shutdownAdvice(config, setup, name),
  ];
  const patched = patchChange(config, facts, setup, home.dataset);
  const changes = [
    closedChange(config, setup, advice),
    loopbackChange(setup),
    ...homeChanges(config, setup, home),
    templateChange(config, facts, setup, home.dataset),
    patched?.change,
    pfChange(config, setup, advice),
    ...caddyChanges(config, facts, setup),
    bootChange(setup),
    rotationChange(setup, advice),
  ].filter((change) => change !== undefined);
  const template = patched?.template;
  return { changes, advice, dataset: home.dataset, ...template === undefined ? {} : { template } };
}

/** Opens what was made under a umask of root's own, before our scripts had theirs. */
function closedChange(config: Config, setup: SetupFacts, advice: string[]): Change | undefined {
  const [first, ...others] = setup.closed;
  if (first === undefined) return undefined;
  const more = others.length === 0 ? "" : ` and ${plural(others.length, "other path")}`;
  if (setup.closed.some((path) => path.startsWith(`${config.jail.basePath}/`))) {
    advice.push(
      'Jails had files that only root could read: "alcaide accessory restart NAME" lets an accessory read its own, and a deploy the app',
    );
  }
  return {
    title: "Let jails and Caddy read what is theirs",
    reason: `only root can read ${first}${more}, which ${
      others.length === 0 ? "was" : "were"
    } made under another umask`,
    command: openClosed(config.jail.basePath),
  };
}

/** The interface of the jails, now and after a reboot. */
export function loopbackChange(setup: SetupFacts): Change | undefined {
  const persistent = (setup.rc["cloned_interfaces"] ?? "").split(/\s+/).includes(jailInterface);
  const present = setup.interfaces.includes(jailInterface);
  if (persistent && present) return undefined;
  return {
    title: `Make the interface ${jailInterface}`,
    reason: present ? "it would not be there after a reboot" : "it is not there",
    command: installLoopback(),
  };
}

function homeChanges(config: Config, setup: SetupFacts, { dataset, missing }: Home): (Change | undefined)[] {
  if (dataset === undefined) return [];
  const { basePath } = config.jail;
  return [
    !missing ? undefined : {
      title: `Make the dataset ${dataset} at ${basePath}`,
      reason: "jails are clones there, not copies",
      command: makeBase(dataset, basePath),
      hint: `Make a dataset with the mount point ${basePath} yourself, then run setup again`,
    },
    isEnabled(setup, "zfs_enable") ? undefined : {
      title: "Mount ZFS at boot",
      reason: `${basePath} would be empty after a reboot`,
      command: setRc("zfs_enable=YES"),
    },
  ];
}

function templateChange(
  config: Config,
  facts: Facts,
  setup: SetupFacts,
  dataset: string | undefined,
): Change | undefined {
  const freebsd = jailVersion(config, facts);
  const { basePath, mirror } = config.jail;
  const spec = { basePath, freebsd, mirror, machine: facts.machine, arch: facts.arch, dataset };
  const wanted = templateTree(spec).dataset;
  const there = facts.templates.includes(freebsd);
  const known = setup.datasets.length === 0 || setup.datasets.some(({ name }) => name === wanted);
  if (there && (wanted === undefined || known)) return undefined;
  return {
    title: `Download and unpack FreeBSD ${freebsd}`,
    reason: there ? "jails can't be clones of a copy" : `${basePath} has no such base system`,
    command: makeTemplate(spec),
    long: true,
    hint: `It comes from ${
      releaseUrl(spec)
    }. Versions that are no longer supported are elsewhere: set jail.mirror`,
  };
}

/** Address translation for the jails, unless the server has a firewall of its own. */
export function pfChange(config: Config, setup: SetupFacts, advice: string[]): Change | undefined {
  const external = setup.externalInterface;
  const { subnet } = config.jail;
  if (!external) {
    advice.push("The server has no default route for IPv4, so jails can't reach the outside");
    return undefined;
  }
  const ours = setup.rc["pf_rules"] === pfFile;
  const ipfw = isEnabled(setup, "firewall_enable");
  const pf = isEnabled(setup, "pf_enable") || setup.pf.enabled || setup.pf.adminFile;
  if (ipfw || (pf && !ours)) {
    advice.push(
      `The server has its own firewall, which is left alone. To let jails reach the outside, add: ${
        ipfw ? `nat for ${subnet} on ${external}` : pfAdvice(external, subnet)
      }`,
    );
    return undefined;
  }
  if (!setup.pf.available) {
    advice.push(
      "The server has no pf, so jails can't reach the outside. On a system of packages: pkg install -r FreeBSD-base FreeBSD-pf",
    );
    return undefined;
  }
  // Jails of other apps, and ours from before a change of jail.subnet, keep their addresses, and their way out.
  const subnets = [...new Set([...pfSubnets(setup.pf.ours), subnet])];
  const isInForce = ours && isEnabled(setup, "pf_enable") && setup.pf.enabled && setup.pf.translates;
  if (isInForce && setup.pf.ours.trim() === pfText(external, subnets).trim()) return undefined;
  return {
    title: "Let jails reach the outside",
    reason: `${ours ? "pf's rules for them are not in force" : "there is no address translation for them"}${
      setup.pf.loaded ? "" : "; the kernel module pf is loaded for it"
    }`,
    command: installPf(external, subnets),
  };
}

/** The boot script, whole and enabled. */
export function bootChange(setup: SetupFacts): Change | undefined {
  const same = setup.bootScript === bootText();
  if (isEnabled(setup, "alcaide_enable") && same) return undefined;
  return {
    title: "Install the boot script",
    reason: same || setup.bootScript === ""
      ? "live jails would not start after a reboot"
      : "it is of another version of Alcaide",
    command: installBootScript(),
  };
}

function rotationChange(setup: SetupFacts, advice: string[]): Change | undefined {
  if (setup.rc["cron_enable"]?.toUpperCase() === "NO") {
    advice.push(
      "cron is off, and newsyslog needs it: the apps' logs grow without end. Switch it on: sysrc cron_enable=YES; service cron start",
    );
  }
  if (setup.rotation === rotationText()) return undefined;
  return {
    title: "Rotate the apps' logs",
    reason: setup.rotation === ""
      ? "they would grow without end"
      : "its file is of another version of Alcaide",
    command: installRotation(),
  };
}
