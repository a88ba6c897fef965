// Takes an app off a server: decided from the facts alone.

import { dirname } from "node:path";
import { deleteVolume, forgetApp } from "../../commands/app/left.ts";
import { removeSite } from "../../commands/caddy/caddyfile.ts";
import { removeUpgrade, upgradeTrees } from "../../commands/accessory/upgrade.ts";
import { deleteTemplate } from "../../commands/jail/template.ts";
import { besideTree, removeJail, treeOf } from "../../commands/jail/tree.ts";
import { removeLive } from "../../commands/live.ts";
import { underHostLock } from "../../commands/lock.ts";
import {
  accessoryJail,
  buildJailName,
  imageJailName,
  jailName,
  liveDir,
  siteFile,
  tlsDir,
} from "../../commands/paths.ts";
import { siteAddresses } from "../../commands/caddy/site.ts";
import type { Config } from "../../config/field/types.ts";
import { AlcaideError } from "../../core/error.ts";
import { script } from "../../core/script.ts";
import { slots } from "../../core/slot.ts";
import { list } from "../../core/text.ts";
import type { Change } from "../../server/change.ts";
import { accessoriesOf, type Facts, ownJails, releasesOf, runs } from "../../server/facts.ts";
import { imageTree } from "../../server/images.ts";
import { addressOf, withoutApp } from "../../server/host_state.ts";
import { type Left, strangeJail, type VolumeFacts } from "../../server/left.ts";
import { imagesOf } from "./image.ts";
import { sameTree } from "../../setup/accessory_checks.ts";

/** The part of a configuration that says what is to be destroyed. */
type About = Pick<Config, "app" | "accessories" | "volumes"> & {
  readonly jail: Pick<Config["jail"], "basePath">;
};

/** A volume of an app. */
export interface OwnVolume {
  readonly path: string;
  /** The user id of the app; undefined for an accessory's, which may be any but root's. */
  readonly owner: number | undefined;
}

/** One thing that is to be removed. */
export interface RemovalChange extends Change {
  /** The volume that it deletes. */
  readonly volume?: string;
}

/** Everything that is to be removed from a server. */
export interface Removal {
  readonly changes: readonly RemovalChange[];
  /** Volumes that stay, each with the reason; without one nobody asked for its end. */
  readonly kept: readonly { readonly path: string; readonly reason?: string }[];
}

/** A jail of an app, as far as its removal needs it. */
interface OwnJail {
  readonly name: string;
  readonly path: string;
  readonly ip4: string;
  readonly accessory: boolean;
}

/**
 * Decides what has to be removed of an app. Nothing without our mark is.
 *
 * @param volumes what is known of the app's volumes; without it they stay
 * @throws {AlcaideError} when something in the way isn't ours
 */
export function planDestroy(
  config: About,
  facts: Facts,
  left: Left,
  server: string,
  volumes?: VolumeFacts,
): Removal {
  const { app } = config;
  const jails = jailsOf(config, facts, left);
  refuseForeign(config, jails, facts, left, server);
  const rest = forgetChange(config, facts, left, jails);
  const all = ownVolumes(config, facts).map((volume) => judged(volume, jails, volumes));
  return {
    changes: [
      ...siteChange(app, facts, left),
      ...jails.filter((jail) => hasTrace(jail, facts, left)).map((jail) => jailChange(jail, facts)),
      ...imageChanges(config, facts),
      ...all.flatMap(({ change }) => change ?? []),
      ...rest,
    ],
    kept: all.flatMap(({ kept }) => kept ?? []),
  };
}

/** Volumes of an app and its accessories, by configuration, journal and records. */
export function ownVolumes({ app, accessories, volumes }: Omit<About, "jail">, facts: Facts): OwnVolume[] {
  const owner = facts.host.apps[app]?.uid ?? -1;
  const records = accessoriesOf(facts, app);
  const ofApp = [...volumes, ...releasesOf(facts, app).flatMap((release) => release.config.volumes)];
  const ofAccessories = [
    ...Object.values(accessories).flatMap((accessory) => accessory.volumes.map(({ host }) => host)),
    ...records.flatMap((record) => record.volumes.map((volume) => volume.split(":")[0] ?? "")),
  ];
  const found = new Map<string, number | undefined>(ofApp.map(({ host }) => [host, owner]));
  for (const path of ofAccessories) found.set(path, undefined);
  return [...found].map(([path, uid]) => ({ path, owner: uid })).toSorted((a, b) => a.path < b.path ? -1 : 1);
}

/** Jails of the app, there or not. */
function jailsOf({ app, accessories, jail: { basePath } }: About, facts: Facts, left: Left): OwnJail[] {
  const place = facts.host.apps[app];
  const given = facts.host.jails ?? {};
  const configured = Object.keys(accessories).map((name) => accessoryJail(app, name));
  return ownJails(app, facts, configured).map((name) => {
    const record = facts.accessories.get(name);
    const slot = slots.find((one) => jailName(app, one) === name);
    return {
      name,
      accessory: slot === undefined && ![buildJailName(app), imageJailName(app)].includes(name),
      path: record?.path ?? left.roots.get(name) ?? `${basePath}/${name}`,
      ip4: slot && place ? addressOf(place, slot) : record?.address ?? given[name]?.address ?? "",
    };
  });
}

function hasTrace({ name, path }: Pick<OwnJail, "name" | "path">, facts: Facts, left: Left): boolean {
  return left.jails.has(name) || runs(facts, name) ||
    treesOf({ name, path }).some((one) => left.trees.has(one));
}

/** Where a jail's tree is, or a half of it. */
function treesOf(jail: Pick<OwnJail, "name" | "path">): string[] {
  const { next, old } = upgradeTrees(jail);
  return [jail.path, `${jail.path}.gone`, besideTree(jail).path, next.path, old.path];
}

function refuseForeign(
  { app, jail: { basePath } }: About,
  jails: readonly OwnJail[],
  facts: Facts,
  left: Left,
  server: string,
): void {
  const fail = (problem: string, hint: string): never => {
    throw new AlcaideError(`Cannot destroy ${app} on ${server}: ${problem}`, { hint });
  };
  for (const { name, path } of jails) {
    if (path !== `${basePath}/${name}` && hasTrace({ name, path }, facts, left)) {
      fail(
        `the jail ${name} is in ${path}, not in ${basePath}`,
        `Set jail.basePath to ${dirname(path)} for once`,
      );
    }
    const strange = strangeJail({ name, path }, facts, left);
    if (strange !== undefined) {
      fail(
        `the jail ${name} ${strange}, and alcaide did not make it`,
        "Stop or rename it, then run this again",
      );
    }
    const foreign = treesOf({ name, path }).find((one) => left.foreign.has(one));
    if (foreign !== undefined) {
      fail(`${foreign} exists, and alcaide did not make it`, "Move it away, then run this again");
    }
    const dataset = facts.dataset === undefined ? undefined : `${facts.dataset}/${name}`;
    const inside = left.datasets.filter((one) =>
      one.startsWith(`${dataset}/`) || one.startsWith(`${dataset}@`)
    );
    if (inside.length > 0) {
      fail(
        `alcaide did not make ${list(inside)}`,
        `Keep what you need of it, then: zfs destroy ${inside.at(-1)}`,
      );
    }
  }
}

function siteChange(app: string, facts: Facts, left: Left): Change[] {
  const places = [siteFile(app), liveDir(app), tlsDir(app)];
  if (!left.own.some((path) => places.some((place) => path.startsWith(place)))) return [];
  const names = siteAddresses(facts.sites.get(app) ?? "");
  return [{
    title: `Take ${app} out of Caddy`,
    reason: names.length === 0 ? "something of its site is left" : `its site answers to ${list(names)}`,
    // The markers go last: they say that Caddy may still have the site.
    command: script(underHostLock(removeSite(app)), removeLive(app)),
  }];
}

function jailChange(jail: OwnJail, facts: Facts): Change {
  const tree = treeOf(jail, facts);
  return {
    title: `Remove the jail ${jail.name}`,
    reason: `it ${runs(facts, jail.name) ? "runs" : "is"} in ${jail.path}`,
    command: script(...jail.accessory ? [removeUpgrade(jail, tree)] : [], removeJail(jail, tree)),
  };
}

/** Images and the rests of their deletions. Their clones are jails, and gone by then. */
function imageChanges({ app, jail: { basePath } }: About, facts: Facts): Change[] {
  return imagesOf(facts, app).map((image) => {
    const tree = imageTree(basePath, facts.dataset, image);
    return {
      title: `Remove the image ${image.name}`,
      reason: `it is in ${tree.path}`,
      command: deleteTemplate(tree),
    };
  });
}

/** A volume is ours by its owner: the user id that the app or accessory was given, which nobody else has. */
function judged(
  { path, owner }: OwnVolume,
  jails: readonly OwnJail[],
  known: VolumeFacts | undefined,
): { change?: RemovalChange; kept?: { path: string; reason?: string } } {
  if (known === undefined) return { kept: { path } };
  const fact = known.volumes.get(path) ?? "absent";
  if (fact === "absent") return {};
  const keep = (reason: string) => ({ kept: { path, reason } });
  if (fact === "link") return keep("a symbolic link leads there");
  if (fact === "mount") return keep("it is a file system of its own, or has one in it");
  const user = known.uses.find((use) =>
    !jails.some(({ name }) => name === use.jail) && sameTree(path, use.path)
  );
  if (user !== undefined) return keep(`the jail ${user.jail} has ${user.path}`);
  if (owner === undefined ? fact.owner === 0 : fact.owner !== owner) {
    return keep(`it belongs to user id ${fact.owner}, so alcaide did not make it`);
  }
  return {
    change: {
      title: `Delete the volume ${path}`,
      reason: "--volumes asks for it",
      command: deleteVolume(path, fact.owner),
      volume: path,
    },
  };
}

function forgetChange({ app }: About, facts: Facts, left: Left, jails: readonly OwnJail[]): Change[] {
  const names = jails.map(({ name }) => name);
  const after = withoutApp(facts.hostText, app, names);
  const files = left.own.some((path) => !path.startsWith(siteFile(app))) ||
    names.some((name) => left.jails.has(name));
  if (after === facts.hostText && !files) return [];
  const accessories = names.filter((name) => !slots.some((slot) => jailName(app, slot) === name));
  return [{
    title: `Forget ${app}`,
    reason: "its releases, logs and addresses are kept",
    command: forgetApp({ app, accessories, host: { before: facts.hostText, after } }),
    hint: "Another app got its addresses on this server at the same moment: run this again",
  }];
}
