import { assertEquals } from "@std/assert";
import { childPidFile } from "../../../../lib/commands/app/app.ts";
import { countAnswers, watchApp } from "../../../../lib/commands/app/guard.ts";
import { playground } from "../../../playground.ts";
import { spec } from "./specs.ts";

/** A line of Caddy's log, as 2.6.2 writes it with the fields that a site leaves. */
function answer(status: number, { ts = 1002.25, duration = 0.001328712 } = {}): string {
  const level = status < 500 ? "info" : "error";
  return `{"level":"${level}","ts":${ts},"logger":"http.log.access.log0","msg":"handled request","duration":${duration},"size":2,"status":${status}}`;
}

/** Watches at second 1000; each look at the clock makes Caddy write the answers once more. */
async function watch(
  lines: readonly string[],
  more: {
    from?: string;
    maxErrors?: number;
    child?: string;
    jls?: string;
    paused?: boolean;
    rotated?: boolean;
    before?: readonly string[];
  } = {},
) {
  await using place = await playground();
  const log = place.at("/var/log/caddy/alcaide_shop.log");
  const before = more.before ?? Array(more.rotated ? 9 : 0).fill(answer(500));
  await place.write("/var/log/caddy/alcaide_shop.log", before.map((line) => `${line}\n`).join(""));
  await place.write("/var/log/alcaide/shop/7-1a2b3c4.log", "first words\nlast words\n");
  if (more.paused) await place.write("/usr/local/etc/alcaide/live/shop/maintenance.html", "");
  await place.write("/lines", lines.map((line) => `${line}\n`).join(""));
  await place.program("date", `cat ${place.at("/lines")} >${more.rotated ? "" : ">"}${log}; echo 1000`);
  await place.program("jls", more.jls ?? "");
  // FreeBSD's takes no number below 1.
  await place.program(
    "head",
    '[ "$2" -gt 0 ] || { echo illegal byte count >&2; exit 1; }; exec /usr/bin/head "$@"',
  );
  const pid = `/jails/shop_blue${childPidFile}`;
  await place.write(pid, "77\n");
  const from = more.from === undefined ? {} : { from: more.from };
  const worse = more.before === undefined ? {} : { worse: true };
  const options = { for: -1000, maxErrors: more.maxErrors ?? 1, ...from, ...worse };
  const { stdout, stderr, code } = await place.run(watchApp(spec, options));
  assertEquals(stderr, "");
  return [code, stdout];
}

const log = "# log\nfirst words\nlast words\n";

Deno.test("watchApp() counts answers to requests that were made since it began", async () => {
  const lines = [
    answer(200),
    answer(404),
    answer(500),
    answer(500, { ts: 1001.9, duration: 3 }),
    answer(502, { ts: 999 }),
  ];
  // The clock was asked twice.
  assertEquals(await watch(lines), [0, "watched 6 2 0\n"]);
  assertEquals(await watch([]), [0, "watched 0 0 0\n"]);
});

Deno.test("watchApp() ends with the app's last words when there are too many errors", async () => {
  const lines = [...Array(3).fill(answer(500)), ...Array(97).fill(answer(200))];
  assertEquals(await watch(lines, { maxErrors: 2.99 }), [1, `broken 200 6 0\n${log}`]);
  assertEquals(await watch(lines, { maxErrors: 3 }), [0, "watched 200 6 0\n"]);
});

/** The same of a site with a canary, which says who answered. */
function answerFrom(from: string, status: number, more = {}): string {
  return answer(status, more).replace('"duration"', `"user_id":"${from}","duration"`);
}

const [blue, green] = ["10.66.0.2:4000", "10.66.0.3:4000"];

Deno.test("watchApp() counts a canary's own answers alone", async () => {
  const lines = [
    answerFrom(blue, 500),
    answerFrom(blue, 500),
    answerFrom(green, 200),
    answerFrom(green, 500),
  ];
  assertEquals(await watch([...lines, ...lines], { from: green }), [0, "watched 8 4 0\n"]);
  assertEquals(await watch(lines, { from: "10.66.0.3:400" }), [0, "watched 0 0 0\n"]);
});

Deno.test("countAnswers() counts for each release since then", async () => {
  await using place = await playground();
  const lines = [
    answerFrom(green, 500, { ts: 999.5 }),
    ...[answerFrom(blue, 200), answerFrom(blue, 404), answerFrom(green, 200), answerFrom(green, 502)],
    ...[answerFrom("", 503), answer(500)],
  ];
  const since = new Date(1_000_000).toISOString();
  assertEquals((await place.run(countAnswers("shop", since))).stdout, "");
  await place.write("/var/log/caddy/alcaide_shop.log", lines.map((line) => `${line}\n`).join(""));
  const { stdout } = await place.run(countAnswers("shop", since));
  assertEquals(stdout.trim().split("\n").sort(), [`${blue} 2 0`, `${green} 2 1`]);
});

Deno.test("watchApp() lets a rollback have as many errors as the release that it left", async () => {
  const lines = [...Array(3).fill(answer(500)), ...Array(97).fill(answer(200))];
  const before = (
    errors: number,
  ) => [...Array(errors).fill(answer(500)), ...Array(100 - errors).fill(answer(200))];
  assertEquals(await watch(lines, { before: before(5) }), [0, "watched 200 6 0\n"]);
  assertEquals(await watch(lines, { before: before(2) }), [1, `broken 200 6 0\n${log}`]);
});

Deno.test("watchApp() takes fewer than 5 errors for no proof", async () => {
  assertEquals(await watch([answer(500), answer(503)], { maxErrors: 0 }), [0, "watched 4 4 0\n"]);
});

Deno.test("watchApp() doesn't count the page that stands in for the app", async () => {
  assertEquals(await watch(Array(9).fill(answer(503)), { paused: true }), [0, "watched 0 0 0\n"]);
});

Deno.test("watchApp() reads on in a log that was rotated", async () => {
  assertEquals(await watch([answer(200)], { rotated: true }), [0, "watched 1 0 0\n"]);
});

Deno.test("watchApp() ends when the jail doesn't run", async () => {
  assertEquals(await watch([answer(200)], { jls: "exit 1" }), [1, `stopped\nbroken 2 0 0\n${log}`]);
});

Deno.test("watchApp() ends when another process of the app runs", async () => {
  await using place = await playground();
  const pid = `/jails/shop_blue${childPidFile}`;
  await place.write(pid, "77\n");
  await place.program("jls", "");
  // Between two looks the supervisor has started it anew.
  await place.program("sleep", `echo 78 >${place.at(pid)}`);
  const { stdout, code } = await place.run(watchApp(spec, { for: 60_000, maxErrors: 1 }));
  assertEquals([code, stdout], [1, "broken 0 0 1\n# log\n"]);
});
