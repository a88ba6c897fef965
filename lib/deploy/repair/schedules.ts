// Disagreements about schedules: those of the live release, and the scripts that cron runs.

import { installSchedules } from "../../commands/app/schedule.ts";
import { jailName } from "../../commands/paths.ts";
import type { ScheduleSpec } from "../../core/release.ts";
import { type Disagreement, mend, type Scene } from "./row.ts";

/** Schedules of another release do nothing; those of the live one that are gone don't run. */
export function scheduleRows({ config: { app, jail: { basePath } }, facts, live }: Scene): Disagreement[] {
  const there = facts.remains?.schedules;
  // Without its record nobody knows what the live release has.
  if (there === undefined || (live !== undefined && live.record === undefined)) return [];
  const wanted = live?.record?.config.schedules ?? [];
  const known = (all: readonly Pick<ScheduleSpec, "name" | "at">[]) =>
    all.map(({ name, at }) => `${name} ${at}`).toSorted().join("\n");
  const current = there.filter(({ release, listed }) => listed && release === live?.release);
  if (current.length === there.length && known(current) === known(wanted)) return [];
  const { slot, release } = live ?? { slot: "blue", release: "0" };
  const name = jailName(app, slot);
  const jail = live?.jail ?? { name, path: `${basePath}/${name}`, ip4: "" };
  const [says, title] = live === undefined
    ? [`the server has schedules of ${app}, and nothing of it is live`, `Remove the schedules of ${app}`]
    : [`the schedules on the server are not those of ${release}`, `Install the schedules of ${release}`];
  const command = installSchedules({ app, release, slot, jail }, wanted);
  return [mend("schedule", says, { title, command })];
}
