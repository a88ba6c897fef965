import { assertEquals, assertStringIncludes } from "@std/assert";
import { schedulesOn } from "../../../../lib/config/sections/schedule.ts";
import { showConfig } from "../../../../lib/config/show.ts";
import { complaints, resolve } from "../base.ts";

const cleanup = { at: "0 3 * * *", run: "bin/shop cleanup" };
const server = [{ host: "a", tags: ["web"] }, { host: "b", tags: ["jobs"] }];

Deno.test("resolveConfig() reads schedules", () => {
  const schedule = {
    cleanup: { ...cleanup, on: "jobs", timeout: 600 },
    "daily-mail": { ...cleanup, at: "@daily" },
  };
  assertEquals(resolve({ server, schedule }).schedule, {
    cleanup: { ...cleanup, on: ["jobs"], timeout: 600 },
    "daily-mail": { ...cleanup, at: "0 0 * * *", on: undefined, timeout: undefined },
  });
  assertEquals(resolve().schedule, {});
});

Deno.test("schedulesOn() gives those of a server", () => {
  const { schedule, servers: [a, b] } = resolve({
    server,
    schedule: { cleanup: { ...cleanup, on: ["jobs"], timeout: 600 }, mail: cleanup },
  });
  const mail = { name: "mail", ...cleanup };
  assertEquals(schedulesOn(schedule, a!), [mail]);
  assertEquals(schedulesOn(schedule, b!), [{ name: "cleanup", ...cleanup, timeout: 600 }, mail]);
});

Deno.test("showConfig() shows schedules", () => {
  const { text } = showConfig(
    resolve({ server, schedule: { cleanup: { ...cleanup, on: "jobs", timeout: 600 } } }),
  );
  assertStringIncludes(text, "schedule.cleanup          0 3 * * *  bin/shop cleanup\n");
  assertStringIncludes(text, "schedule.cleanup.on       jobs\n");
  assertStringIncludes(text, "schedule.cleanup.timeout  600 s\n");
});

const times = [
  ["  0\t3 * *  * ", "0 3 * * *"],
  ["*/15 8-18 1,15 jan-mar MON-fri", "*/15 8-18 1,15 jan-mar MON-fri"],
  ["5/10 0 * * 7", "5/10 0 * * 7"],
  ["0 0 29 2 *", "0 0 29 2 *"],
  ["0 0 31 2 mon", "0 0 31 2 mon"],
  ["@weekly", "0 0 * * 0"],
];
for (const [at, plain] of times) {
  Deno.test(`resolveConfig() takes ${JSON.stringify(at)} as a time`, () => {
    assertEquals(resolve({ schedule: { x: { ...cleanup, at } } }).schedule["x"]?.at, plain);
  });
}

const five = 'Give minute, hour, day of the month, month and day of the week, such as "0 3 * * *"';
const minutes = "Give * or numbers from 0 to 59, as in 1-4, */2 or 0,3";
const months = "Give * or numbers from 1 to 12, names such as feb, as in 2-5, */2 or 1,4";
const days = "Give * or numbers from 0 to 7, names such as mon, as in 1-4, */2 or 0,3";
const wrong: readonly (readonly [at: unknown, problem: string])[] = [
  [undefined, 'it is missing (Give a time such as "0 3 * * *" or "@daily")'],
  [7, 'it is 7 (Give a time such as "0 3 * * *" or "@daily")'],
  ["0 3 * *", `"0 3 * *" is not a time of five fields (${five})`],
  ["0 3 * * * root", `"0 3 * * * root" is not a time of five fields (${five})`],
  ["constructor", `"constructor" is not a time of five fields (${five})`],
  ["0 3 * *\n*", `"0 3 * *\\n*" is not a time of five fields (${five})`],
  [
    "@reboot",
    '"@reboot" is not a time (Give one of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually)',
  ],
  ["60 3 * * *", `its minute "60" is not from 0 to 59 (${minutes})`],
  ["50-10 3 * * *", `its minute "50-10" ends before it begins (${minutes})`],
  ["*/0 3 * * *", `its minute "*/0" has a step of 0 (${minutes})`],
  ["*/90 3 * * *", `its minute "*/90" has a step of more than 59 (${minutes})`],
  ["1, 3 * * *", `its minute "1," can't be read (${minutes})`],
  ["%5 3 * * *", `its minute "%5" can't be read (${minutes})`],
  ["0 3 * 13 *", `its month "13" is not from 1 to 12 (${months})`],
  ["0 3 * 0 *", `its month "0" is not from 1 to 12 (${months})`],
  ["0 3 * * fre", `its day of the week "fre" is not from 0 to 7 (${days})`],
  ["0 3 30 feb *", 'day 30 of month "feb" never comes (Give a day that the month has)'],
  ["0 3 31 4,6 *", 'day 31 of month "4,6" never comes (Give a day that the month has)'],
];
for (const [at, problem] of wrong) {
  Deno.test(`resolveConfig() refuses ${JSON.stringify(at)} as a time`, () => {
    assertEquals(complaints({ schedule: { x: { ...cleanup, at } } }), [`schedule.x.at: ${problem}`]);
  });
}

for (
  const [schedule, problem] of [
    [
      ["x"],
      'schedule: it is a list (Give a record such as { cleanup: { at: "0 3 * * *", run: "bin/shop cleanup" } })',
    ],
    [
      { x: "bin/shop" },
      'schedule.x: it is a text (Give a record such as { at: "0 3 * * *", run: "bin/shop cleanup" })',
    ],
    [
      { "X.y": cleanup },
      'schedule["X.y"]: "X.y" is not a name for a schedule (Use at most 32 small letters, digits, hyphens and underscores, beginning with a letter)',
    ],
    [{ x: { at: "@daily" } }, 'schedule.x.run: it is missing (Give a command such as "bin/shop start")'],
    [
      { x: { ...cleanup, on: "job" } },
      'schedule.x.on: there is no server or tag "job" (Give one of a, b, web, jobs)',
    ],
    [
      { x: { ...cleanup, timeout: 0 } },
      "schedule.x.timeout: it is 0 (Give a whole number of seconds from 1 to 604800)",
    ],
    [{ x: { ...cleanup, cron: 1 } }, 'schedule.x.cron: there is no such field (Did you mean "run"?)'],
  ] as const
) {
  Deno.test(`resolveConfig() says ${problem}`, () =>
    assertEquals(complaints({ server, schedule }), [problem]));
}
