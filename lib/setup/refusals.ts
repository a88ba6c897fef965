// Checks of a server before setup changes anything there.

import { jailInterface, probePort } from "../commands/paths.ts";
import type { Config } from "../config/field/types.ts";
import { type Refusal, refuse } from "../server/change.ts";
import { bytes, list } from "../core/text.ts";
import { type Facts, jailVersion, type SetupFacts, withoutPatch } from "../server/facts.ts";
import { addressNumber, parseSubnet } from "../core/ipv4.ts";
import { givenAddresses } from "../server/host_state.ts";
import { refuseService } from "./caddy.ts";
import { refuseHome } from "./dataset.ts";

/** Space that the base system needs while it is unpacked. */
const templateSpace = 1_500_000_000;

/**
 * Refuses a server that can't be used as it is.
 *
 * @throws {AlcaideError} that says what is wrong and what to do
 */
export function refuseServer(config: Config, facts: Facts, setup: SetupFacts, name: string): void {
  refuse(`set up ${name}`, Object.values(setupRefusals(config, facts, setup)));
}

/** The subjects of refusals. */
export type Subject = keyof ReturnType<typeof setupRefusals>;

/** All reasons to refuse a server, by their subject; the most basic one first. */
export function setupRefusals(config: Config, facts: Facts, setup: SetupFacts) {
  const { basePath, subnet } = config.jail;
  const version = jailVersion(config, facts);
  return {
    programs: setup.missingPrograms.length > 0 && {
      problem: `it lacks ${list(setup.missingPrograms)}`,
      hint: "On a system of packages: pkg install -r FreeBSD-base FreeBSD-jail FreeBSD-bsdconfig FreeBSD-pf",
    },
    "rc.conf": setup.rcConfError !== "" && {
      problem: `/etc/rc.conf can't be read (${setup.rcConfError.split("\n")[0]})`,
      hint: "Correct it: sh -n /etc/rc.conf shows where",
    },
    base: newer(version, facts.release) && {
      problem: `jail.freebsd ${version} is newer than its kernel, ${facts.release}`,
      hint: `Set jail.freebsd to ${facts.release} or older, or upgrade the server`,
    },
    reboot: newer(withoutPatch(setup.kernel), facts.release) && {
      problem: `a reboot is pending: ${setup.kernel} is installed, ${facts.release} runs`,
      hint: "Reboot the server first",
    },
    dataset: refuseHome(basePath, facts, setup),
    caddy: refuseService(facts.caddy),
    subnet: refuseSubnet(subnet, facts, setup),
    listeners: refusePorts(config, facts.caddy.running, setup),
    disk: !facts.templates.includes(version) && facts.free < templateSpace && {
      problem: `${basePath} has ${bytes(facts.free)} free, the base system needs ${bytes(templateSpace)}`,
      hint: "Make room, or set jail.basePath to a larger disk",
    },
  } satisfies Record<string, Refusal | false | undefined>;
}

/** A route into our network means that it is somebody else's. Addresses on our own interface are no harm. */
function refuseSubnet(subnet: string, facts: Facts, setup: SetupFacts): Refusal | undefined {
  const ours = parseSubnet(subnet);
  const given = new Set(givenAddresses(facts.host));
  const clash = setup.routes.find(({ to, via }) => {
    const other = parseSubnet(to);
    const overlaps = other.first < ours.first + ours.size && ours.first < other.first + other.size;
    return overlaps && via !== jailInterface && !given.has(to.replace("/32", ""));
  });
  if (clash === undefined || (clash.via === "lo0" && onLoopback(clash.to, setup))) return undefined;
  return {
    problem: `the network ${subnet} is in use: it has a route to ${clash.to} through ${clash.via}`,
    hint: "Set jail.subnet to a private network that nothing else uses",
  };
}

/** FreeBSD routes an interface's own addresses through lo0. */
function onLoopback(route: string, setup: SetupFacts): boolean {
  const wanted = addressNumber(route.replace(/\/.*/, ""));
  return [...setup.loopback.matchAll(/inet (\d+\.\d+\.\d+\.\d+)/g)].some(([, address]) =>
    addressNumber(address ?? "") === wanted
  );
}

function refusePorts({ tls }: Config, running: boolean, setup: SetupFacts): Refusal | undefined {
  const ports = [80, ...(tls.kind === "off" ? [] : [443]), probePort];
  const taken = setup.listeners.find(({ program, port, address }) =>
    // Where the server's Caddy doesn't run, it is one in a jail.
    ports.includes(port) && (program !== "caddy" || !running) &&
    (port !== probePort || address === "*" || address === "127.0.0.1")
  );
  return taken && {
    problem: `port ${taken.port} is taken by ${taken.program}`,
    hint: `Stop ${taken.program}, or let it listen elsewhere: Caddy needs this port`,
  };
}

/** Tells whether one FreeBSD version is newer than another. */
export function newer(a: string, b: string): boolean {
  const [majorA = 0, minorA = 0] = numbers(a);
  const [majorB = 0, minorB = 0] = numbers(b);
  return majorA !== majorB ? majorA > majorB : minorA > minorB;
}

function numbers(version: string): number[] {
  return (/^(\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number);
}
