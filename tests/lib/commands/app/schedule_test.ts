import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  cronMark,
  installSchedules,
  listScheduleFiles,
  listSchedules,
  removeSchedules,
  scheduleText,
} from "../../../../lib/commands/app/schedule.ts";
import type { ScheduleSpec } from "../../../../lib/core/release.ts";
import { raw } from "../../../../lib/core/sh.ts";
import { parseRemains } from "../../../../lib/server/remains.ts";
import { type Playground, playground } from "../../../playground.ts";
import { nightly, scheduled } from "../schedule_commands.ts";

Deno.test("scheduleText() runs the command in the live jail as the app's user", () => {
  const text = scheduleText(scheduled, nightly);
  assertEquals(text.split("\n").slice(0, 4), [
    "#!/bin/sh",
    "# Made by alcaide: the schedule cleanup of shop. Changes are overwritten.",
    "# release: 7-1a2b3c4",
    "# at: 0 3 * * *",
  ]);
  assertStringIncludes(text, "exec /usr/sbin/jexec -U app shop_blue /bin/sh -c ");
  assertStringIncludes(text, '\nlimited 30 600 /bin/sh "$0" run\n');
});

Deno.test("scheduleText() has no limit of time unless it is given one", () => {
  const { timeout: _, ...unlimited } = nightly;
  assertEquals(scheduleText(scheduled, unlimited).includes("limited"), false);
});

const script = "/usr/local/etc/alcaide/schedules/shop.cleanup";
const log = "/var/log/alcaide/_schedules/shop.cleanup.log";
const marker = "/usr/local/etc/alcaide/live/shop/blue-7-1a2b3c4";

/** Installs schedules where `jexec` is a stand-in. */
async function install(place: Playground, schedules: readonly ScheduleSpec[]) {
  const { text } = installSchedules(scheduled, schedules);
  const here = text.replaceAll("PATH=/sbin:", `PATH=${place.root}/bin:/sbin:`)
    .replaceAll("/usr/sbin/jexec", `${place.root}/bin/jexec`);
  await place.write("/var/db/alcaide/apps/shop/releases/7-1a2b3c4/env", "A='it'\n");
  return await place.run(raw(here));
}

const pass = (place: Playground) => place.run(raw(`/bin/sh ${script}`));

/** The lines of the schedule's log, without their times. */
async function rows(place: Playground): Promise<string[]> {
  return (await place.read(log) ?? "").replace(/^\S+Z /gm, "").trimEnd().split("\n");
}

async function facts(place: Playground) {
  const { stdout } = await place.run(listSchedules("shop"));
  return parseRemains((name) => name === "schedules" ? stdout : "").schedules;
}

Deno.test("a schedule's script runs only while its release is live, one run at a time", async () => {
  await using place = await playground();
  // The command is another pass of the same schedule.
  await place.program(
    "jexec",
    `echo "working: $*" | head -n 1 | cut -c 1-16; /bin/sh ${place.at(script)}; exit 3`,
  );
  assertEquals((await install(place, [nightly])).code, 0);
  assertEquals(
    await place.read("/usr/local/etc/cron.d/alcaide"),
    `${cronMark}\n0 3 * * * root ${place.at(script)}\n`,
  );
  assertEquals(await place.names("/usr/local/etc/cron.d"), ["alcaide"]);
  assertEquals(await pass(place), { code: 0, stdout: "", stderr: "" });
  assertEquals(await place.read(log), undefined);
  const idle = { name: "cleanup", at: "0 3 * * *", release: "7-1a2b3c4", listed: true, running: false };
  assertEquals(await facts(place), [{ ...idle, last: undefined }]);
  await place.write(marker, "");
  assertEquals(await pass(place), { code: 0, stdout: "", stderr: "" });
  assertEquals(await rows(place), [
    "alcaide: begins in 7-1a2b3c4",
    "working: -U app ",
    "alcaide: the run before still goes on: this one is left out",
    "alcaide: ended with status 3",
  ]);
  const [{ last, ...rest } = { last: undefined }] = await facts(place);
  assertEquals([rest, last?.status, (last?.ended ?? 0) >= (last?.begun ?? 1)], [idle, 3, true]);
});

Deno.test("a run that is over its time has the status of that", async () => {
  await using place = await playground();
  await place.program("jexec", "echo worked; sleep 1; echo never");
  await place.program("timeout", `shift 3; exec /usr/bin/timeout 0.3 "$@"`);
  await install(place, [nightly]);
  await place.write(marker, "");
  await pass(place);
  assertEquals((await rows(place)).at(-1), "alcaide: ended with status 124");
  assertEquals((await facts(place))[0]?.last?.status, 124);
});

Deno.test("listSchedules() tells a run that goes on, and one that cron does not know", async () => {
  await using place = await playground();
  await install(place, [nightly]);
  await place.write("/usr/local/etc/cron.d/alcaide", "");
  await place.write("/var/db/alcaide/apps/shop/schedules/cleanup.last", "1767323045\n");
  await place.program("lockf", "exit 75");
  const [one] = await facts(place);
  assertEquals([one?.listed, one?.running, one?.last], [false, true, { begun: 1767323045 }]);
});

Deno.test("schedules come and go; those of other apps stay", async () => {
  await using place = await playground();
  await place.write("/usr/local/etc/alcaide/schedules/blog.mail", "#!/bin/sh\n# at: 5 * * * *\n");
  await install(place, [nightly, { name: "mail", at: "* * * * *", run: "true" }]);
  await place.write("/var/log/alcaide/_schedules/shop.mail.log", "");
  await install(place, [nightly]);
  assertEquals(await place.names("/usr/local/etc/alcaide/schedules"), ["blog.mail", "shop.cleanup"]);
  const { stdout } = await place.run(listScheduleFiles("shop"));
  assertEquals(
    stdout.replaceAll(place.root, ""),
    `own ${script}\nown /var/log/alcaide/_schedules/shop.mail.log\n`,
  );
  assertEquals((await place.run(removeSchedules("shop"))).code, 0);
  const left = `${cronMark}\n5 * * * * root ${place.at("/usr/local/etc/alcaide/schedules/blog.mail")}\n`;
  assertEquals(await place.read("/usr/local/etc/cron.d/alcaide"), left);
  assertEquals(await place.names("/var/log/alcaide/_schedules"), []);
  assertEquals((await place.run(removeSchedules("blog"))).code, 0);
  assertEquals(await place.read("/usr/local/etc/cron.d/alcaide"), `${cronMark}\n`);
  assertEquals(await place.names("/usr/local/etc/alcaide"), []);
});

Deno.test("a file of somebody's in the place of cron's stays", async () => {
  await using place = await playground();
  await place.write("/usr/local/etc/cron.d/alcaide", "0 0 * * * root mine\n");
  const { code, stderr } = await install(place, [nightly]);
  assertEquals([code, stderr.replaceAll(place.root, "")], [
    1,
    "/usr/local/etc/cron.d/alcaide has no mark of ours, so it is left alone\n",
  ]);
  assertEquals(await place.read("/usr/local/etc/cron.d/alcaide"), "0 0 * * * root mine\n");
});
