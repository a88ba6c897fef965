import { assertEquals, assertMatch } from "@std/assert";
import {
  appLog,
  badExpression,
  followLog,
  instanceLog,
  listInstances,
  listReleaseLogs,
  noLog,
  noTimes,
  parseLogFacts,
  releaseLog,
  showLog,
} from "../../../lib/commands/logs.ts";
import { liveDir, logDir } from "../../../lib/commands/paths.ts";
import { type Playground, playground } from "../../playground.ts";

async function server(log?: string): Promise<Playground> {
  const place = await playground();
  await place.write(`${liveDir("shop")}/blue-7-1a2b3c4`, "");
  if (log !== undefined) await place.write(`${logDir}/shop/7-1a2b3c4.log`, log);
  return place;
}

const looks = [
  { name: "the last lines", options: { count: 2 }, stdout: "two it's\nthree [x]\n" },
  { name: "all lines when there are fewer", options: { count: 9 }, stdout: "\0one\ntwo it's\nthree [x]\n" },
  { name: "nothing when asked for none", options: { count: 0 }, stdout: "" },
  { name: "last lines that match beside a NUL", options: { count: 1, grep: "o" }, stdout: "two it's\n" },
  {
    name: "lines that match either of two patterns, of which one has a quote",
    options: { count: 5, grep: "it's|thre+" },
    stdout: "two it's\nthree [x]\n",
  },
  {
    name: "lines that match a pattern that begins with a dash",
    options: { count: 5, grep: "-x" },
    stdout: "",
  },
];
for (const { name, options, stdout } of looks) {
  Deno.test(`showLog() prints ${name} of the live release`, async () => {
    await using place = await server("\0one\ntwo it's\nthree [x]\n");
    const ended = await place.run(showLog(appLog("shop"), options));
    assertEquals([ended.stdout, ended.stderr, ended.code], [stdout, "", 0]);
  });
}

Deno.test("showLog() reads nothing when grep does not understand the expression", async () => {
  await using place = await server("one\n");
  const { code, stdout, stderr } = await place.run(showLog(appLog("shop"), { count: 5, grep: "[" }));
  assertEquals([code, stdout], [badExpression, ""]);
  assertMatch(stderr, /^grep: /);
});

Deno.test("followLog() ends at once when grep does not understand the expression", async () => {
  await using place = await server("one\n");
  assertEquals((await place.run(followLog(appLog("shop"), { count: 5, grep: "[" }))).code, badExpression);
});

Deno.test("showLog() says when there is no log", async () => {
  await using place = await server();
  const { code, stderr } = await place.run(showLog(appLog("shop"), { count: 5 }));
  assertEquals([code, stderr], [1, "There is no log yet\n"]);
});

Deno.test("showLog() says when nothing is live", async () => {
  await using place = await playground();
  assertEquals((await place.run(showLog(appLog("shop"), { count: 5 }))).code, 1);
});

Deno.test("releaseLog() finds the log of a release by id or number; of one that never started, its migration's", async () => {
  await using place = await server("live\n");
  for (
    const name of ["17-aa.log", "8-bb.migrate.log", "8-bb.log", "9-cc.migrate.log", "7-1a2b3c4.log.0.bz2"]
  ) {
    await place.write(`${logDir}/shop/${name}`, `${name}\n`);
  }
  const shown = async (release: string) => {
    const { code, stdout, stderr } = await place.run(showLog(releaseLog("shop", release), { count: 5 }));
    return code === 0 ? stdout : `${code} ${stderr}`;
  };
  assertEquals(await shown("7-1a2b3c4"), "live\n");
  assertEquals(await shown("7"), "live\n");
  assertEquals(await shown("8"), "8-bb.log\n");
  assertEquals(await shown("9-cc"), "9-cc.migrate.log\n");
  assertEquals(await shown("1"), `${noLog} There is no log of release 1\n`);
  assertEquals((await place.run(listReleaseLogs("shop"))).stdout, "7-1a2b3c4\n8-bb\n9-cc\n17-aa\n");
  assertEquals((await place.run(listReleaseLogs("other"))).stdout, "");
});

const dated = `before all
[info] 2026-11-29 18:59:59.999 old
{"at":"2026-11-29T19:00:00Z","said":"first"}
  its second line
2026-11-29T19:00:01 last
`;
const since = "2026-11-29T19:00:00";

Deno.test("showLog() prints what was printed since a time, with lines that bear none", async () => {
  await using place = await server(dated);
  const shown = async (options: Parameters<typeof showLog>[1]) =>
    (await place.run(showLog(appLog("shop"), options))).stdout;
  const all = dated.split("\n").slice(2).join("\n");
  assertEquals(await shown({ count: undefined, since }), all);
  assertEquals(await shown({ count: 1, since }), "2026-11-29T19:00:01 last\n");
  assertEquals(await shown({ count: undefined, since, grep: "its" }), "  its second line\n");
  assertEquals(await shown({ count: undefined, since: "2026-11-30T00:00:00" }), "");
  assertEquals(await shown({ count: undefined }), dated);
});

Deno.test("showLog() looks for a time in older pieces, the oldest first", async () => {
  await using place = await server("2026-11-29T19:00:09 new\n");
  for (const unpack of ["bzip2", "zstd"]) await place.program(unpack, 'sed /packed/d "$2"');
  const log = `${logDir}/shop/7-1a2b3c4.log`;
  await place.write(`${log}.3.zst`, "2026-11-29T17:00:00 three\npacked\n");
  await place.write(`${log}.2.bz2`, "2026-11-29T18:00:00 two\npacked\n");
  await place.write(`${log}.1.zst`, "2026-11-29T19:00:00 one\npacked\n");
  // Not packed yet.
  await place.write(`${log}.0`, "no time\n");
  const { stdout } = await place.run(showLog(appLog("shop"), { count: undefined, since }));
  assertEquals(stdout, "2026-11-29T19:00:00 one\nno time\n2026-11-29T19:00:09 new\n");
});

Deno.test("showLog() says when no line bears a time, but not of an empty log", async () => {
  for (const [text, status] of [["12:00:01 a\n", noTimes], ["", 0]] as const) {
    await using place = await server(text);
    const { code, stdout } = await place.run(showLog(appLog("shop"), { count: undefined, since }));
    assertEquals([code, stdout], [status, ""]);
  }
});

/** Follows while the traffic moves as a script says, run before the look with that number. Gives what tail was asked for. */
async function followed(place: Playground, moves: Readonly<Record<number, string>>): Promise<string[]> {
  const live = place.at(liveDir("shop"));
  const logs = place.at(`${logDir}/shop`);
  await place.program("tail", 'echo "tail $*"');
  const cases = Object.entries(moves).map(([look, script]) => `${look}) ${script} ;;`).join("\n");
  await place.program(
    "ls",
    `cd ${live}; echo >>${place.root}/looks
case $(wc -l <${place.root}/looks) in
${cases}
esac
exec /bin/ls "$@"`.replaceAll("LOGS", logs),
  );
  const stdin = `${"alive\n".repeat(Math.max(...Object.keys(moves).map(Number)))}end\n`;
  const { stdout } = await place.run(followLog(appLog("shop"), { count: 3 }), { stdin, program: "bash" });
  return stdout.replaceAll(`${logs}/`, "").trim().split("\n").toSorted((a, b) =>
    a.indexOf("-c") - b.indexOf("-c")
  );
}

Deno.test("followLog() begins with the first words of a new release", async () => {
  await using place = await server("one\n");
  assertEquals(await followed(place, { 3: "echo new >LOGS/8-b.log; mv blue-7-1a2b3c4 green-8-b" }), [
    "tail -n 3 -F 7-1a2b3c4.log",
    "tail -c +1 -F 8-b.log",
  ]);
});

Deno.test("followLog() says of a release that comes back only what it has said since", async () => {
  await using place = await server("one\n");
  await place.write(`${logDir}/shop/6-a.log`, "said before\n");
  assertEquals(await followed(place, { 3: "echo again >>LOGS/6-a.log; mv blue-7-1a2b3c4 green-6-a" }), [
    "tail -n 3 -F 7-1a2b3c4.log",
    "tail -c +13 -F 6-a.log",
  ]);
});

Deno.test("followLog() goes back and forth, and sees that a log was begun anew", async () => {
  await using place = await server("one\n");
  await place.write(`${logDir}/shop/6-a.log`, "said before\n");
  const moves = {
    3: "echo seen >>LOGS/7-1a2b3c4.log; echo anew >LOGS/6-a.log; mv blue-7-1a2b3c4 green-6-a",
    5: "echo unseen >>LOGS/7-1a2b3c4.log; mv green-6-a blue-7-1a2b3c4",
  };
  assertEquals((await followed(place, moves)).slice(1).toSorted(), [
    "tail -c +1 -F 6-a.log",
    "tail -c +10 -F 7-1a2b3c4.log",
  ]);
});

for (
  const { name, release, instances, code, stdout } of [
    { name: "of the live one", release: undefined, instances: ["2"], code: 0, stdout: "live\n" },
    { name: "of another one, by its number", release: "6", instances: ["1", "2"], code: 0, stdout: "old\n" },
    { name: "of one by its id", release: "7-1a2b3c4", instances: ["2"], code: 0, stdout: "live\n" },
    { name: "of one that nobody knows", release: "5", instances: [], code: noLog, stdout: "" },
  ]
) {
  Deno.test(`listInstances() and instanceLog() find the logs of a process: ${name}`, async () => {
    await using place = await server("web\n");
    for (const at of ["6-aaaaaaa.worker.1", "6-aaaaaaa.worker.2", "7-1a2b3c4.worker.2"]) {
      await place.write(`${logDir}/shop/${at}.log`, at.startsWith("7") ? "live\n" : "old\n");
    }
    const listed = await place.run(listInstances("shop", "worker", release));
    assertEquals([...listed.stdout.matchAll(/\.worker\.(\d)\.log/g)].map(([, one]) => one), instances);
    const shown = await place.run(showLog(instanceLog("shop", "worker", 2, release), { count: 5 }));
    assertEquals([shown.code, shown.stdout], [code, stdout]);
  });
}

Deno.test("listInstances() takes no other release for the live one: of the same commit, with a longer number", async () => {
  await using place = await server();
  for (const at of ["7-1a2b3c4.worker.1", "17-1a2b3c4.worker.1", "17-1a2b3c4.worker.2"]) {
    await place.write(`${logDir}/shop/${at}.log`, "");
  }
  const { stdout, code } = await place.run(listInstances("shop", "worker"));
  assertEquals([stdout, code], ["7-1a2b3c4.worker.1.log\n", 0]);
});

Deno.test("listInstances() finds none where nothing is live", async () => {
  await using place = await playground();
  await place.write(`${logDir}/shop/7-1a2b3c4.worker.1.log`, "");
  const { stdout, code } = await place.run(listInstances("shop", "worker"));
  assertEquals([stdout, code], ["", 0]);
});

Deno.test("instanceLog() knows a release of processes alone, and none that lacks the process", async () => {
  await using place = await server();
  await place.write(`${logDir}/shop/6-aaaaaaa.worker.1.log`, "old\n");
  const ask = (name: string) => place.run(showLog(instanceLog("shop", name, 1, "6"), { count: 5 }));
  assertEquals((await ask("worker")).stdout, "old\n");
  assertEquals((await ask("mailer")).code, noLog);
});

/** A `stat` that knows when a file was begun, and written to last. */
async function withFacts(log?: string): Promise<Playground> {
  const place = await server(log);
  await place.program("stat", `[ -f "$3" ] && [ "$2" = '%B %m' ] && echo 100 200`);
  return place;
}

Deno.test("showLog() tells first when the log was begun and written to last", async () => {
  await using place = await withFacts("one\ntwo\n");
  const { stdout } = await place.run(showLog(appLog("shop"), { count: 1, facts: true }));
  assertEquals(stdout, "alcaide log: 100 200 \ntwo\n");
  assertEquals(parseLogFacts(stdout.split("\n")[0] ?? ""), {
    began: 100_000,
    written: 200_000,
    lines: undefined,
  });
});

for (
  const { name, log, grep, head } of [
    { name: "those that it shows", log: "one\ntwo\nthree\n", grep: undefined, head: "100 200 2" },
    { name: "those that match", log: "one\ntwo\nthree\n", grep: "two", head: "100 200 1" },
    { name: "none of a log that is not there yet", log: undefined, grep: undefined, head: "0 0 0" },
  ]
) {
  Deno.test(`followLog() tells first how many lines are old: ${name}`, async () => {
    await using place = await withFacts(log);
    const command = followLog(appLog("shop"), { count: 2, grep, facts: true });
    const { stdout } = await place.run(command, { stdin: "end\n" });
    assertEquals(stdout.split("\n")[0], `alcaide log: ${head}`);
    assertEquals(parseLogFacts(`alcaide log: ${head}`)?.lines, Number(head.split(" ")[2]));
  });
}
