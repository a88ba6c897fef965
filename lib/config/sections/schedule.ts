// Schedules: commands that the server's cron runs in the live jail.

import { describeKind, isRecord } from "../../core/kind.ts";
import { type Check, child, complain, type Field, matching, record, refuse } from "../field/field.ts";
import { command, optionalInteger, row, string } from "../field/kinds.ts";
import { type Around, type Declared, keysOf, readFields, shape } from "../field/schema.ts";
import type { Schedule, Server } from "../field/values.ts";
import type { ScheduleSpec } from "../../core/release.ts";
import { checkTime, plainTime } from "./cron_time.ts";
import { on } from "./on.ts";
import { selected } from "./select.ts";

const scheduleRecord = shape({
  name: "UserSchedule",
  text: "A command, and when it runs.",
  wanted: 'a record such as { at: "0 3 * * *", run: "bin/shop cleanup" }',
  fields: {
    at: string({
      text:
        "When it runs, by the server's clock, as in `crontab(5)`: minute, hour, day of the month, month and day of the week, such as " +
        '`"0 3 * * *"`; or `"@hourly"`, `"@daily"`, `"@weekly"`, `"@monthly"`, `"@yearly"`.',
      required: true,
      wanted: 'a time such as "0 3 * * *" or "@daily"',
      check: checkTime,
      plain: plainTime,
    }),
    run: command({
      text: "The command, run in `/app` as the app's user with its environment.",
      required: true,
    }),
    on: on(),
    timeout: optionalInteger({
      text: "Seconds after which a run is ended.",
      otherwise: "none",
      range: [1, 604_800],
      unit: "seconds",
    }),
  },
});

const checkName: Check<string> = matching(
  /^[a-z][a-z0-9_-]{0,31}$/,
  "is not a name for a schedule",
  "Use at most 32 small letters, digits, hyphens and underscores, beginning with a letter",
);

/** The field `schedule`. */
export const schedule: Declared<Readonly<Record<string, Schedule>>> = {
  text:
    "Commands that the server's cron runs in the live jail, by name: one run at a time, the output in a log of its own, the last run " +
    "in `alcaide status`. They belong to the release that is live.",
  resolved: "Commands that the server's cron runs in the live jail, by name.",
  type: "Record<string, UserSchedule>",
  form: "{ NAME: { … } }",
  becomes: "Readonly<Record<string, Schedule>>",
  records: [scheduleRecord],
  read: readSchedules,
  show: (name, value) =>
    Object.entries(value).flatMap(([key, { at, run, on: where, timeout }]) => [
      ...row(`${name}.${key}`, `${at}  ${run}`),
      ...where === undefined ? [] : scheduleRecord.fields.on.show(`${name}.${key}.on`, where),
      ...timeout === undefined ? [] : row(`${name}.${key}.timeout`, `${timeout} s`),
    ]),
};

function readSchedules(field: Field, around: Around): Record<string, Schedule> {
  if (field.value === undefined) return {};
  if (!isRecord(field.value)) {
    refuse(
      field,
      describeKind(field.value),
      `Give a record such as { cleanup: ${scheduleRecord.wanted.slice(17)} }`,
    );
    return {};
  }
  const found: Record<string, Schedule> = {};
  for (const name of Object.keys(field.value)) {
    const own = child(field, name);
    complain(own, checkName(name));
    // Said without its text: who writes a secret here by mistake doesn't want to read it.
    if (!isRecord(own.value)) refuse(own, describeKind(own.value), `Give ${scheduleRecord.wanted}`);
    const given = isRecord(own.value)
      ? record(own, keysOf(scheduleRecord.fields), scheduleRecord.wanted)
      : undefined;
    if (given !== undefined) found[name] = readFields(scheduleRecord.fields, (key) => given[key], around);
  }
  return found;
}

/** The schedules of a server, as a release takes them along. */
export function schedulesOn(
  all: Readonly<Record<string, Schedule>>,
  server: Pick<Server, "name" | "host" | "tags">,
): ScheduleSpec[] {
  return Object.entries(all).filter(([, { on: where }]) => selected(where, server)).map(([name, one]) => ({
    name,
    at: one.at,
    run: one.run,
    ...one.timeout === undefined ? {} : { timeout: one.timeout },
  }));
}
