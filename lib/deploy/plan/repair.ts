// Finishes or undoes work that is half done on a server: decided from the facts alone.

import { type Routed, routed } from "../../server/routed.ts";
import { journalSays, settledTraffic } from "../../server/traffic.ts";
import { stopApp } from "../../commands/app/app.ts";
import { startCaddy } from "../../commands/caddy/service.ts";
import { type JailSpec, startJail, stopJail } from "../../commands/jail/jail.ts";
import { endRelease } from "../../commands/journal.ts";
import { type Marker, refuseLive, switchLive } from "../../commands/live.ts";
import { underHostLock } from "../../commands/lock.ts";
import { buildJailName, jailName } from "../../commands/paths.ts";
import { besideTree, deleteTree, emptyGone, goneTree, type TreeSpec } from "../../commands/jail/tree.ts";
import { type Facts, owns, releasesOf, runs } from "../../server/facts.ts";
import { addressOf } from "../../server/host_state.ts";
import type { Release } from "../../core/release.ts";
import { script } from "../../core/script.ts";
import type { Command } from "../../core/sh.ts";
import { slots } from "../../core/slot.ts";
import { ended, slotTree } from "./plan.ts";
import type { Change } from "../../server/change.ts";

/**
 * Decides what has to be repaired. A jail with traffic is never stopped, and nothing of a good release is removed.
 *
 * @throws {AlcaideError} when Caddy and the marker name different releases: a person has to look
 */
export function planRepair(app: string, basePath: string, facts: Facts, server: string): Change[] {
  if (facts.host.apps[app] === undefined) return [];
  settledTraffic(facts, app, `repair ${app} on ${server}`);
  const live = routed(app, basePath, facts);
  return [
    ...live?.saidBy === "journal" ? [putMarkerBack(app, live)] : [],
    ...startCaddyChange(app, facts),
    ...live ? startLive(live, facts) : [],
    ...strayJails(app, basePath, facts, live),
    ...strayBuild(app, basePath, facts),
    ...stoppedHalf(app, basePath, facts, live),
    ...halfCopies(app, basePath, facts),
    ...journalChanges(app, facts, live),
  ];
}

/** Without its marker the green jail has the traffic, whatever is in it, and at a reboot none starts. */
function putMarkerBack(app: string, live: Marker): Change {
  return {
    title: `Put back the marker of ${live.release}`,
    reason: `it is gone, though ${live.release} runs`,
    command: switchLive(app, live),
  };
}

function startCaddyChange(app: string, facts: Facts): Change[] {
  if (facts.caddy.running || !facts.sites.has(app)) return [];
  return [{ title: "Start Caddy", reason: "it does not run", command: underHostLock(startCaddy()) }];
}

function startLive(live: Routed, facts: Facts): Change[] {
  if (runs(facts, live.jail.name)) return [];
  return [{
    title: `Start jail ${live.jail.name}`,
    reason: `${live.release} has the traffic, and its jail does not run`,
    command: startJail({ ...live.jail, mounts: live.record?.config.volumes ?? [] }),
    hint:
      `Its console log names the reason: tail /var/log/alcaide/${live.jail.name}.console.log on the server`,
  }];
}

/** Jails of slots without the traffic that run: of a deploy that was cut off, or retired only half. */
function strayJails(app: string, basePath: string, facts: Facts, live: Routed | undefined): Change[] {
  const allocation = facts.host.apps[app];
  return slots.filter((slot) => slot !== live?.slot).flatMap((slot) => {
    const jail = runningJail(basePath, facts, jailName(app, slot), allocation && addressOf(allocation, slot));
    if (jail === undefined) return [];
    return [{
      title: `Stop jail ${jail.name}`,
      reason: "it runs and has no traffic",
      command: script(refuseLive(app, slot), stopApp(jail), stopJail(jail)),
    }];
  });
}

/** A build jail runs only while it builds, and nobody builds beside a repair. */
function strayBuild(app: string, basePath: string, facts: Facts): Change[] {
  const name = buildJailName(app);
  const jail = runningJail(basePath, facts, name, facts.host.jails?.[name]?.address);
  if (jail === undefined) return [];
  return [{ title: `Stop jail ${name}`, reason: "its build was cut off", command: stopJail(jail) }];
}

/** A jail that runs and is ours by its mark: one of this name may be somebody else's. */
function runningJail(basePath: string, facts: Facts, name: string, ip4?: string): JailSpec | undefined {
  const jail = { name, path: `${basePath}/${name}`, ip4 };
  const ours = ip4 !== undefined && owns(facts, jail) && runs(facts, name);
  return ours ? { ...jail, ip4 } : undefined;
}

/** Jails that ended and left their mounts or their address: their stop was cut off. */
function stoppedHalf(app: string, basePath: string, facts: Facts, live: Routed | undefined): Change[] {
  const { apps: { [app]: allocation }, jails } = facts.host;
  const names = slots.filter((slot) => slot !== live?.slot)
    .map((slot) => [jailName(app, slot), allocation && addressOf(allocation, slot)] as const);
  const build = buildJailName(app);
  return [...names, [build, jails?.[build]?.address] as const].flatMap(([name, ip4]) => {
    const path = `${basePath}/${name}`;
    if (ip4 === undefined || runs(facts, name) || !owns(facts, { name, path })) return [];
    const isHeld = [...facts.held].some((held) => held.startsWith(`${path}/`)) ||
      facts.held.has(ip4) && !facts.jails.some(({ addresses }) => addresses.includes(ip4));
    if (!isHeld) return [];
    const reason = "it does not run, and its mounts or its address are left";
    return [{ title: `Finish the stop of jail ${name}`, reason, command: stopJail({ name, path, ip4 }) }];
  });
}

/** Copies of the base system, and deletions, that were cut off. */
function halfCopies(app: string, basePath: string, facts: Facts): Change[] {
  return slots.flatMap((slot) => {
    const name = jailName(app, slot);
    const tree = slotTree(facts, { name, path: `${basePath}/${name}` });
    const [beside, gone] = [besideTree(tree), goneTree(tree)];
    const rests: [TreeSpec, string, Command][] = [
      [beside, "its copying was cut off", deleteTree(beside)],
      [gone, "its deletion was cut off", emptyGone(tree)],
    ];
    return rests.filter(([{ path }]) => facts.base.includes(path.slice(basePath.length + 1)))
      .map(([{ path }, reason, command]) => ({ title: `Remove ${path}`, reason, command }));
  });
}

/** Records that say something else than what is. */
function journalChanges(app: string, facts: Facts, live: Routed | undefined): Change[] {
  return releasesOf(facts, app).flatMap((release): Change[] => {
    if (release.id === live?.release) {
      const { guarded, ...settled } = release;
      if (guarded && release.state === "live") return [recordAs(release, settled, "its guard was cut off")];
      return release.state === "live"
        ? []
        : [recordAs(release, { ...release, state: "live" }, "it has the traffic")];
    }
    const changed = ended(release, live?.release);
    return changed ? [recordAs(release, changed, changed.reason ?? "it has no traffic any more")] : [];
  });
}

function recordAs(before: Release, release: Release, reason: string): Change {
  return {
    title: `Record that ${release.id} is ${release.state}`,
    reason: `${reason}, ${journalSays(before)}`,
    command: endRelease(release),
  };
}
