// Disagreements about jails and trees without the traffic: jails that run, trees of no good release, halves.

import { stopApp } from "../../commands/app/app.ts";
import {
  jailMounts,
  type JailSpec,
  removeJailFiles,
  stopJail,
  unmountBelow,
} from "../../commands/jail/jail.ts";
import { besideTree, deleteTree, emptyGone, goneTree, removeJail, treeOf } from "../../commands/jail/tree.ts";
import { refuseLive } from "../../commands/live.ts";
import { buildJailName, imageJailName, jailName } from "../../commands/paths.ts";
import { script } from "../../core/script.ts";
import { sh } from "../../core/sh.ts";
import { type Slot, slots } from "../../core/slot.ts";
import { list } from "../../core/text.ts";
import { type Facts, ownJails, owns, releasesOf, runs } from "../../server/facts.ts";
import { addressOf } from "../../server/host_state.ts";
import { hasServed } from "./journal.ts";
import { type Disagreement, leave, mend, type Scene } from "./row.ts";

/** Jails that run and should not: of a deploy or a build that was cut off, or retired only half. */
export function strayRows(scene: Scene): Disagreement[] {
  const { config: { app, jail: { basePath } }, facts } = scene;
  const build = buildJailName(app);
  const address = facts.host.jails?.[build]?.address;
  const jail = { name: build, path: `${basePath}/${build}`, ip4: address ?? "" };
  return [
    ...idleSlots(scene).filter(({ jail }) => runs(facts, jail.name) && owns(facts, jail)).map((
      { slot, jail },
    ) =>
      mend("running", `jail ${jail.name} runs and has no traffic`, {
        title: `Stop jail ${jail.name}`,
        command: script(refuseLive(app, slot), stopApp(jail), stopJail(jail)),
      })
    ),
    // Nobody builds beside a repair.
    ...address !== undefined && runs(facts, build) && owns(facts, jail)
      ? [mend("running", `jail ${build} runs, and its build was cut off`, {
        title: `Stop jail ${build}`,
        command: stopJail(jail),
      })]
      : [],
  ];
}

/** An image that is not whole, with the jail of its commands. Nobody makes one beside a repair. */
function imageRows({ config: { app, jail: { basePath } }, facts }: Scene): Disagreement[] {
  const name = imageJailName(app);
  const jail = { name, path: `${basePath}/${name}`, ip4: "" };
  if (!owns(facts, jail) || !ownJails(app, facts).includes(name)) return [];
  return [mend("half", `${jail.path} is there: the making of an image was cut off`, {
    title: `Remove jail ${name}`,
    command: removeJail(jail, treeOf(jail, facts)),
  })];
}

/** Slots without the traffic, and without a release that waits for it. */
function idleSlots(
  { config: { app, jail: { basePath } }, facts, place, live, prepared }: Scene,
): { slot: Slot; jail: JailSpec }[] {
  const several = (name: string) => {
    const holds = releasesOf(facts, app).find(({ id }) => id === facts.jailFiles.get(name));
    return (holds?.config.processes ?? []).length > 0 ? { together: true } : {};
  };
  return slots.filter((slot) => slot !== live?.slot && slot !== prepared?.slot).map((slot) => {
    const name = jailName(app, slot);
    return {
      slot,
      jail: { name, path: `${basePath}/${name}`, ip4: addressOf(place, slot), ...several(name) },
    };
  });
}

/** Trees without a release that can be gone back to, and files without a tree. */
export function treeRows(scene: Scene): Disagreement[] {
  const { config: { app }, facts } = scene;
  const releases = releasesOf(facts, app);
  const holds = (name: string) =>
    releases.some((one) => one.id === facts.jailFiles.get(name) && hasServed(one));
  return [
    ...imageRows(scene),
    ...idleSlots(scene).filter(({ jail }) => owns(facts, jail) && !holds(jail.name)).map(({ slot, jail }) =>
      mend("tree", `jail ${jail.name} holds no good release`, {
        title: `Remove jail ${jail.name}`,
        command: script(refuseLive(app, slot), removeJail(jail, treeOf(jail, facts))),
      })
    ),
    ...idleSlots(scene).filter(({ jail: { name } }) =>
      facts.jailFiles.has(name) && !facts.base.includes(name)
    ).map((
      { slot, jail: { name } },
    ) =>
      mend("files", `jail ${name} has files and no tree`, {
        title: `Remove the files of jail ${name}`,
        command: script(refuseLive(app, slot), removeJailFiles(name)),
      })
    ),
  ];
}

/** Mounts in trees of jails that don't run. A jail can't be started over them. */
export function mountRows({ config: { app, jail: { basePath } }, facts }: Scene): Disagreement[] {
  return ownJails(app, facts).flatMap((name) => leftMounts({ name, path: `${basePath}/${name}` }, facts));
}

function leftMounts(jail: Pick<JailSpec, "name" | "path">, facts: Facts): Disagreement[] {
  const { name, path } = jail;
  const all = facts.remains?.mounts.filter(({ at }) => at.startsWith(`${path}/`)) ?? [];
  if (all.length === 0 || runs(facts, name) || !owns(facts, jail)) return [];
  const foreign = all.filter(({ type }) => !jailMounts.includes(type)).map(({ at }) => at);
  if (foreign.length > 0) {
    return [leave("mount", `alcaide did not mount ${list(foreign)}`, `Unmount it: umount ${foreign[0]}`)];
  }
  const points = list(all.map(({ at }) => at));
  return [mend("mount", `${points} ${all.length > 1 ? "are" : "is"} mounted, and jail ${name} does not run`, {
    title: `Unmount what is below ${path}`,
    command: sh`jls -j ${name} jid >/dev/null 2>&1 || {
${script(unmountBelow(path))}
}`,
  })];
}

/** Copies and deletions that were cut off, by their marks. */
export function halfRows({ config: { app, jail: { basePath } }, facts }: Scene): Disagreement[] {
  return ownJails(app, facts).flatMap((name) => {
    const tree = treeOf({ name, path: `${basePath}/${name}` }, facts);
    const [beside, gone] = [besideTree(tree), goneTree(tree)];
    return [
      ...half({ name, path: beside.path }, "its copying was cut off", deleteTree(beside), facts),
      ...half(gone, "its deletion was cut off", emptyGone(tree), facts),
    ];
  });
}

function half(
  { name, path }: Pick<JailSpec, "name" | "path">,
  why: string,
  command: ReturnType<typeof deleteTree>,
  { remains }: Facts,
): Disagreement[] {
  const mark = remains?.halves.get(path);
  if (mark === undefined) return [];
  if (mark !== name && mark !== "empty") {
    return [leave("foreign", `${path} exists, and alcaide did not make it`, "Move it away")];
  }
  return [mend("half", `${path} is there: ${why}`, { title: `Remove ${path}`, command })];
}
