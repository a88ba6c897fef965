// Disagreements about releases: their records, and the files beside them.

import { basename } from "node:path";
import { releaseAssets, restoreAssets } from "../../commands/assets.ts";
import { dropFailed, dropReleases, endRelease } from "../../commands/journal.ts";
import { jailName, releaseDir } from "../../commands/paths.ts";
import { isGood, isReleaseId, type Release, type ReleaseId } from "../../core/release.ts";
import { slots } from "../../core/slot.ts";
import { releasesOf } from "../../server/facts.ts";
import { disputesOf, journalSays } from "../../server/traffic.ts";
import { ended } from "../plan/plan.ts";
import { type Disagreement, type Kind, leave, mend, type Scene } from "./row.ts";

/** Records that say something else than what is, and files that belong to no record. */
export function journalRows(scene: Scene): Disagreement[] {
  const { config: { app }, facts, live } = scene;
  const unknown = live && disputesOf(live, facts, app).get("unknown");
  return [
    ...unknown === undefined ? [] : [
      leave(
        "unknown",
        unknown,
        '"alcaide deploy" goes on from there; only this release can\'t be gone back to',
      ),
    ],
    ...releasesOf(facts, app).flatMap((release) => recordRows(scene, release)),
    ...[...facts.remains?.releases ?? []].flatMap(([id, files]) => fileRows(scene, id, files)),
    ...assetRows(scene),
  ];
}

/** Without its assets the app is asked for them. */
function assetRows({ config: { app }, facts: { remains }, live }: Scene): Disagreement[] {
  const assets = live?.record?.config.assets;
  if (live === undefined || assets === undefined || remains === undefined) return [];
  const directory = releaseAssets(app, live.release);
  if (remains.assets.has(basename(directory))) return [];
  return [mend("assets", `the assets of ${live.release} are gone: ${directory}`, {
    title: `Copy the assets of ${live.release} from its artifact`,
    command: restoreAssets(app, live.release, assets),
  })];
}

function recordRows({ facts, live, prepared }: Scene, release: Release): Disagreement[] {
  const { id, app, state } = release;
  if (id === prepared?.id) return [];
  const says = journalSays(release);
  if (id === live?.release) {
    const guard = disputesOf(live, facts, app).get("guard");
    const { guarded: _, ...settled } = release;
    if (state !== "live") return [recordAs("state", says, { ...release, state: "live" })];
    return guard === undefined ? [] : [recordAs("guard", guard, settled)];
  }
  if (state === "live" && live === undefined && !facts.sites.has(app)) {
    const advice = 'Deploy again, or run "alcaide destroy" again if that was cut off';
    return [leave("lost", `${says}, and marker, site file and jail are gone`, advice)];
  }
  const changed = ended(release, live?.release);
  if (changed?.state === "failed" && hasServed(release)) {
    return [leave("lost", `${says}, and it has served`, "Deploy again: nothing of it is removed")];
  }
  const why = changed?.reason ?? "it has no traffic";
  return changed === undefined ? [] : [recordAs("journal", `${says}, and ${why}`, changed)];
}

/** True for a release that had the traffic, whatever its record says now. */
export function hasServed(release: Release): boolean {
  return isGood(release) || release.liveAt !== undefined;
}

function recordAs(kind: Kind, says: string, release: Release): Disagreement {
  const title = `Record that ${release.id} is ${release.state}`;
  return mend(kind, says, { title, command: endRelease(release) });
}

function fileRows(
  { config: { app }, facts, live }: Scene,
  id: ReleaseId,
  files: readonly string[],
): Disagreement[] {
  const record = releasesOf(facts, app).find((one) => one.id === id);
  if (!isReleaseId(id)) {
    return [leave("foreign", `alcaide did not make ${releaseDir(app, id)}`, "Move it away")];
  }
  if (record === undefined) {
    return id === live?.release ? [] : [mend("journal", `release ${id} has no record that can be read`, {
      title: `Forget ${id}`,
      command: dropReleases(app, [id]),
    })];
  }
  const rest = ["artifact", "artifact.part", "env"].filter((name) => files.includes(name));
  if (record.state === "failed" && rest.length > 0) {
    return [mend("artifact", `release ${id} failed, and its artifact or environment is still there`, {
      title: `Remove what ${id} left`,
      command: dropFailed(app, id),
    })];
  }
  const held = slots.some((slot) => facts.jailFiles.get(jailName(app, slot)) === id);
  if (!isGood(record) || held || (files.includes("artifact") && files.includes("env"))) return [];
  return [
    leave(
      "artifact",
      `the artifact or environment of ${id} is gone`,
      "It can't be gone back to: deploy its commit again",
    ),
  ];
}
