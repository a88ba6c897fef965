// Checks of a server before a deploy or a rollback changes anything there.

import { accessoriesOn } from "../../server/accessories.ts";
import { ownLocal } from "../../commands/jail/thin.ts";
import { accessoryJail, buildJailName, imageJailName, jailName, siteFile } from "../../commands/paths.ts";
import { sharedAddresses, sharedTls } from "../../commands/caddy/shared.ts";
import { addresses, isForeignSite, nameIn, siteAddresses } from "../../commands/caddy/site.ts";
import { tlsText } from "../../commands/caddy/certificate.ts";
import type { Config } from "../../config/field/types.ts";
import { isServed } from "../../config/sections/processes.ts";
import { AlcaideError } from "../../core/error.ts";
import { type Facts, owns, runningJails, runs } from "../../server/facts.ts";
import { templateFor } from "../../server/patches.ts";
import type { Remote } from "../../remote/remote.ts";
import type { Refusal } from "../../server/change.ts";
import { imagesOf, wantsImage } from "./image.ts";
import { slots } from "../../core/slot.ts";
import { bytes } from "../../core/text.ts";
import { refuseService } from "../../setup/caddy.ts";
import { isThin } from "../../setup/dataset.ts";

/** Space that a release needs besides its artifact: its jail, and an image to make it from. */
export function releaseSpace(config: Pick<Config, "app" | "jail" | "image">, facts: Facts): number {
  return (isThin(config.jail, facts) ? 40_000_000 : 400_000_000) * (lacksImage(config, facts) ? 2 : 1);
}

/** Tells whether a deploy makes an image beside the jail: the first. A later one takes the place of another. */
export function lacksImage(config: Pick<Config, "app" | "image">, facts: Facts): boolean {
  return wantsImage(config) && imagesOf(facts, config.app).length === 0;
}

type Fail = (problem: string, hint: string) => void;

/**
 * Refuses what can't go well.
 *
 * @throws {AlcaideError} that says what is wrong and what to do
 */
export function checkServer(config: Config, server: Remote, facts: Facts, freebsd: string): void {
  const fail = (problem: string, hint: string): never => {
    throw new AlcaideError(`Cannot use ${server.name}: ${problem}`, { hint });
  };
  const { basePath } = config.jail;
  if (!facts.templates.includes(templateFor(freebsd, facts.templates))) {
    fail(`it has no base system ${freebsd} in ${basePath}`, 'Run "alcaide setup" first');
  }
  const served = isServed(config, server.name);
  if (served) checkCaddy(facts, fail);
  if (served && isForeignSite(config.app, facts.sites.get(config.app) ?? "")) {
    fail(`${siteFile(config.app)} has no mark of ours`, "Move it away, then deploy again");
  }
  const space = releaseSpace(config, facts);
  if (facts.free < space) {
    const need = `A release needs about ${bytes(space)}: make room`;
    fail(`${basePath} has ${bytes(facts.free)} free`, need);
  }
  coveredVolumes(config, facts, fail);
  for (const { problem, hint } of conflicts(config, facts, served)) fail(problem, hint);
  missingAccessories(config, server.name, facts, fail);
}

/** jail(8) mounts nothing behind a link, and links lead to the packages of an image. */
function coveredVolumes(config: Config, facts: Facts, fail: Fail): void {
  if (!isThin(config.jail, facts) || !wantsImage(config)) return;
  const own = ownLocal.map((name) => `/usr/local/${name}/`);
  const covered = config.volumes.find(({ jail }) =>
    jail.startsWith("/usr/local/") && !own.some((directory) => jail.startsWith(directory))
  );
  if (covered !== undefined) {
    fail(
      `the volume ${covered.host} can't be at ${covered.jail}: a thin jail has the packages of its image there`,
      'Choose another directory in the jail, such as one below /var/db, or set jail.kind to "copied"',
    );
  }
}

function checkCaddy({ caddy }: Facts, fail: Fail): void {
  if (caddy.version === undefined) fail("Caddy is not installed", 'Run "alcaide setup" first');
  const refusal = refuseService(caddy);
  if (refusal) fail(refusal.problem, refusal.hint);
  if (!caddy.running) {
    fail("Caddy does not run", 'Start it with "service caddy start", or run "alcaide setup"');
  }
}

/** Names of jails, addresses and domains that a deploy needs and somebody else has. */
export function conflicts(config: Config, facts: Facts, served: boolean): Refusal[] {
  const found: Refusal[] = [];
  const fail: Fail = (problem, hint) => void found.push({ problem, hint });
  foreignJails(config, facts, fail);
  takenAddress(config, facts, fail);
  if (served) sharedSites(config, facts, fail);
  return found;
}

/** A jail or directory of our slots' names that isn't ours must not be touched. */
function foreignJails({ app, build, jail: { basePath } }: Config, facts: Facts, fail: Fail): void {
  const names = slots.map((slot) => jailName(app, slot));
  const more = [...build.kind === "jail" ? [buildJailName(app)] : [], imageJailName(app)];
  for (const name of [...names, ...more]) {
    const path = `${basePath}/${name}`;
    const jail = runningJails(facts).find((j) => j.name === name);
    if (jail && facts.jailFiles.has(name) && jail.path !== path && jail.path.endsWith(`/${name}`)) {
      const there = jail.path.slice(0, -name.length - 1);
      fail(
        `its jail ${name} is in ${there}, and jail.basePath is ${basePath}`,
        `Set jail.basePath to "${there}" again: an app stays where it was deployed first`,
      );
    }
    const owner = facts.accessories.get(name)?.app;
    if (owner !== undefined) {
      fail(`the jail ${name} is an accessory of ${owner}`, "Rename it, or choose another name for app");
    }
    if (jail && (jail.path !== path || !facts.jailFiles.has(name) && !owns(facts, jail))) {
      fail(
        `the jail ${name} exists, and alcaide did not make it`,
        "Rename it, or choose another name for app",
      );
    }
    if (facts.base.includes(name) && !owns(facts, { name, path })) {
      fail(`${path} exists, and alcaide did not make it`, "Move it away, or choose another name for app");
    }
  }
}

/** The kernel lets two jails have one address, and then either answers. */
function takenAddress({ app }: Config, facts: Facts, fail: Fail): void {
  const allocation = facts.host.apps[app];
  if (allocation === undefined) return;
  for (const { name, addresses: used } of runningJails(facts)) {
    const shared = used.find((address) => slots.some((slot) => allocation[slot] === address));
    const ours = [...slots.map((slot) => jailName(app, slot)), imageJailName(app)];
    if (shared === undefined || ours.includes(name)) continue;
    fail(`the jail ${name} uses ${shared}, an address of ${app}`, "Give that jail another address");
  }
}

/** Accessories must run before the app starts. */
function missingAccessories(config: Config, server: string, facts: Facts, fail: Fail): void {
  for (const { name } of accessoriesOn(config, server)) {
    const jail = accessoryJail(config.app, name);
    if (!facts.accessories.has(jail)) {
      fail(`its accessory ${name} is not set up`, 'Run "alcaide setup" first');
    }
    if (!runs(facts, jail)) {
      fail(`its accessory ${name} does not run`, `Start it with "alcaide accessory start ${name}"`);
    }
  }
}

function sharedSites(config: Config, facts: Facts, fail: Fail): void {
  if (config.paths.length > 0 && config.guard !== undefined) {
    fail("guard can't tell apart whose answers Caddy logs for a domain", "Leave out guard or paths");
  }
  const wanted = new Set(addresses(config));
  for (const [app, text] of facts.sites) {
    if (app === config.app) continue;
    const shared = siteAddresses(text).find((address) => wanted.has(address));
    if (shared !== undefined) {
      const what = {
        "http://": "every name (it has no domain either)",
        "https://": "every name by domain.ask",
      }[shared] ??
        shared;
      fail(
        `the app ${app} answers to ${what}`,
        "Give each app on a server domains of its own, or paths of its own",
      );
    } else partlyShared(config, app, text, fail);
  }
}

/** Apps share a domain only when all of them have paths, and the same certificates. */
function partlyShared(config: Config, app: string, text: string, fail: Fail): void {
  const [theirs, parts] = [siteAddresses(text), sharedAddresses(text)];
  for (const domain of [...config.domains, ...config.redirects]) {
    if (!theirs.some((one) => nameIn(one) === domain)) continue;
    const [we, they] = [
      config.paths.length > 0 && config.domains.includes(domain),
      parts.some((one) => nameIn(one) === domain),
    ];
    const whole = (whose: string, hint: string) => fail(`${whose} answers to all paths of ${domain}`, hint);
    if (!we && they) whole("this app", `Give it paths, such as "/*": the app ${app} has some of them`);
    if (we && !they) whole(`the app ${app}`, `Give ${app} paths, too, such as "/*", and deploy it first`);
    if (we && they && !sameTls(config, text)) {
      fail(`the app ${app} has other TLS settings for ${domain}`, "Give both the same tls");
    }
  }
}

/** Your own certificates are not looked into: they may still be references. */
function sameTls({ app, tls }: Config, text: string): boolean {
  const ours = tls.kind === "own" ? "\ttls own own\n" : tlsText({ app, tls });
  const plain = sharedAddresses(text).some((one) => one.startsWith("http:"));
  return sharedTls(text) === ours && plain === (tls.kind === "off");
}
