import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import {
  appLog,
  badExpression,
  followLog,
  instanceLog,
  logOfSchedule,
  noLog,
  noTimes,
  releaseLog,
  showLog,
} from "../../lib/commands/logs.ts";
import { AlcaideError, CommandError, UsageError } from "../../lib/core/error.ts";
import { remote } from "../../lib/remote/remote.ts";
import { servers } from "../../lib/remote/servers.ts";
import { eventUi } from "../../lib/ui/events.ts";
import type { Event } from "../../lib/ui/mod.ts";
import { logs } from "../../tasks/logs.ts";
import { printing, show } from "./printing.ts";
import { fakeContext } from "../fake/context.ts";

Deno.test("logs() shows one server's lines as they are", async () => {
  assertEquals(await show([printing("a", ["one", "two"])]), ["one\n", "two\n"]);
});

Deno.test("logs() names the server of each line when there are several", async () => {
  assertEquals(await show([printing("a", ["one"]), printing("b", ["two"])]), ["a: one\n", "b: two\n"]);
});

Deno.test("logs() loses no byte of a line that is no text", async () => {
  const { server } = printing("a", [new Uint8Array([0x61, 0xff])]);
  const events: Event[] = [];
  const ui = eventUi({ emit: (event) => events.push(event), fail: () => {} });
  await logs({ ...fakeContext(), ui, servers: servers([server]) });
  assertEquals(events, [{ type: "output", stream: "out", text: "a\ufffd\n", base64: "Yf8K" }]);
});

const asked = [
  { name: "a hundred lines unless told", options: {}, command: showLog(appLog("shop"), { count: 100 }) },
  { name: "as many as told", options: { lines: 5 }, command: showLog(appLog("shop"), { count: 5 }) },
  {
    name: "those that match",
    options: { grep: "it's" },
    command: showLog(appLog("shop"), { count: 100, grep: "it's" }),
  },
  {
    name: "those of a release",
    options: { release: "8" },
    command: showLog(releaseLog("shop", "8"), { count: 100 }),
  },
  {
    name: "what is known of the log",
    options: { timestamps: true },
    command: showLog(appLog("shop"), { count: 100, facts: true }),
  },
  { name: "what comes", options: { follow: true }, command: followLog(appLog("shop"), { count: 100 }) },
];
for (const { name, options, command } of asked) {
  Deno.test(`logs() asks for ${name}`, async () => {
    const place = printing("a", []);
    await show([place], options);
    assertEquals(place.scripts, [command.text]);
  });
}

Deno.test("logs() reads a release where it is, and is content when one server has it", async () => {
  assertEquals(await show([printing("a", [], noLog), printing("b", ["two"])], { release: "8" }), [
    "b: two\n",
  ]);
});

for (
  const [release, stdout, hint] of [
    ["9", "7-aa\n8-bb", "There are logs of 7-aa and 8-bb"],
    ["../x", "8-bb", "There are logs of 8-bb"],
    ["9-cc", "", 'Nothing was deployed yet? Run "alcaide deploy" first'],
  ] as const
) {
  Deno.test(`logs() names the releases that have a log where ${release} has none`, async () => {
    const exec = (script: string) =>
      Promise.resolve(
        script.includes("tail") ? { code: noLog, stdout: "", stderr: "" } : { code: 0, stdout, stderr: "" },
      );
    const server = remote("a", { transport: { exec, [Symbol.asyncDispose]: () => Promise.resolve() } });
    const error = await assertRejects(() => show([{ server, scripts: [] }], { release }), UsageError);
    assertEquals([error.message, error.hint], [
      `Cannot find a log of release "${release}" of shop`,
      hint,
    ]);
  });
}

Deno.test("logs() asks for all lines since a time, or for the last of them", async () => {
  const place = printing("a", []);
  const before = new Date(Date.now() - 2 * 3600_000).toISOString();
  await show([place], { since: "2h" });
  const [, at = ""] = /since='?([\dT:-]+)'? /.exec(place.scripts[0] ?? "") ?? [];
  assert(at >= before.slice(0, 19) && at <= new Date(Date.now() - 2 * 3600_000).toISOString(), at);
  await show([place], { since: "1d", lines: 3 });
  assertMatch(place.scripts[0] ?? "", /tail -n \+1$/);
  assertMatch(place.scripts[1] ?? "", /tail -n 3$/);
});

for (
  const [options, message, hint] of [
    [
      { since: "10" },
      'Cannot show the log since "10"',
      "Write a number and s, m, h or d: alcaide logs --since 10m",
    ],
    [
      { since: "9".repeat(20) + "d" },
      /^Cannot show the log since "9+d"$/,
      "Write a number and s, m, h or d: alcaide logs --since 10m",
    ],
    [{ since: "1h", follow: true }, "Cannot follow a log since a time", "Leave out --since, or -f"],
    [
      { release: "8", follow: true },
      "Cannot follow the log of one release",
      "Leave out --release: -f follows the live one, through deploys",
    ],
  ] as const
) {
  Deno.test(`logs() refuses ${JSON.stringify(options)}`, async () => {
    const error = await assertRejects(() => show([printing("a", [])], options), UsageError);
    if (typeof message === "string") assertEquals(error.message, message);
    else assertMatch(error.message, message);
    assertEquals(error.hint, hint);
  });
}

Deno.test("logs() says when no line tells its time", async () => {
  const error = await assertRejects(() => show([printing("a", [], noTimes)], { since: "1h" }), AlcaideError);
  assertEquals([error.message, error.hint], [
    "Cannot tell how old the lines are: they bear no date and time",
    "Let the app print them, in UTC: 2026-11-29T19:05:00Z. Or ask for the last lines: alcaide logs -n 50",
  ]);
});

Deno.test("logs() says what to do when there is no log", async () => {
  const error = await assertRejects(() => show([printing("a", [], 1)]), CommandError);
  assertEquals(error.hint, 'Nothing was deployed yet? Run "alcaide deploy" first');
});

Deno.test("logs() says when the server's grep does not understand the expression", async () => {
  const error = await assertRejects(
    () => show([printing("a", [], badExpression)], { grep: "[" }),
    UsageError,
  );
  assertEquals(error.message, 'Cannot understand the expression "["');
  assertMatch(error.hint ?? "", /backslash/);
});

for (const lines of [-1, 1.5, NaN]) {
  Deno.test(`logs() refuses ${lines} lines`, async () => {
    await assertRejects(() => show([printing("a", [])], { lines }), UsageError, "Cannot show");
  });
}

const scheduled = {
  server: ["a", { host: "b", tags: ["jobs"] }],
  schedule: { cleanup: { at: "@daily", run: "bin/shop cleanup", on: "jobs" } },
};
const asking = (all: readonly ReturnType<typeof printing>[], schedule: string, config = {}) => {
  const ctx = fakeContext({ config, options: { schedule, lines: 100 } });
  return logs({ ...ctx, servers: servers(all.map(({ server }) => server)) });
};

Deno.test("logs() --schedule shows its log on the servers that run it", async () => {
  const [a, b] = [printing("a", []), printing("b", ["one"])];
  await asking([a, b], "cleanup", scheduled);
  assertEquals([a.scripts, b.scripts], [[], [
    showLog(logOfSchedule("shop", "cleanup"), { count: 100 }).text,
  ]]);
});

for (
  const [names, schedule, config, message, hint] of [
    [["a", "b"], "cleanap", scheduled, 'Cannot find a schedule "cleanap" of shop', 'Did you mean "cleanup"?'],
    [["a", "b"], "x", {}, 'Cannot find a schedule "x" of shop', "The configuration names no schedule"],
    [["a"], "cleanup", scheduled, "Cannot show the log of cleanup on a", "It runs on jobs"],
  ] as const
) {
  Deno.test(`logs() --schedule says: ${message} (${hint})`, async () => {
    const error = await assertRejects(
      () => asking(names.map((name) => printing(name, [])), schedule, config),
      UsageError,
    );
    assertEquals([error.message, error.hint], [message, hint]);
  });
}

Deno.test("logs() shows the log of a release or of a schedule", async () => {
  const ctx = fakeContext({ options: { release: "1", schedule: "cleanup" } });
  await assertRejects(
    async () => await logs(ctx),
    UsageError,
    "Cannot show the logs of a release and of a schedule at once",
  );
});

Deno.test("logs() --process --release shows its log of that release, on the servers that have it", async () => {
  const config = { processes: { worker: { start: "bin/work" } } };
  const ask = (all: readonly ReturnType<typeof printing>[]) => {
    const ctx = fakeContext({ config, options: { process: "worker.1", release: "8" } });
    return logs({ ...ctx, servers: servers(all.map(({ server }) => server)) });
  };
  const [a, b] = [printing("a", [], noLog), printing("b", ["one"])];
  await ask([a, b]);
  const find = instanceLog("shop", "worker", 1, "8");
  assertEquals(b.scripts, [showLog(find, { count: 100 }).text]);
});
