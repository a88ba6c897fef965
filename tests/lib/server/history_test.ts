import { assertEquals, assertRejects } from "@std/assert";
import { LostConnectionError } from "../../../lib/core/error.ts";
import { remote } from "../../../lib/remote/remote.ts";
import { servers } from "../../../lib/remote/servers.ts";
import { type ActionRecord, mergeRecords, parseRecords, readHistory } from "../../../lib/server/history.ts";

const begun: ActionRecord = { by: "me@here", since: "2026-01-02T03:04:05.000Z", what: "deploy" };
const done: ActionRecord = { ...begun, outcome: "succeeded", milliseconds: 1500, release: "2-1a2b3c4" };
const later: ActionRecord = { ...begun, since: "2026-01-02T04:00:00.000Z", what: "rollback" };
const text = (...records: readonly ActionRecord[]) =>
  records.map((record) => `${JSON.stringify(record)}\n`).join("");

Deno.test("parseRecords() reads records and counts what is none", () => {
  const odd = ['{"by":"me', "null", '{"by":1,"since":"","what":""}', '{"outcome":"lost"}'].join("\n");
  assertEquals(parseRecords(`${text(done)}${odd}\n`), { records: [done], unreadable: 4 });
  assertEquals(parseRecords(""), { records: [], unreadable: 0 });
});

Deno.test("mergeRecords() makes one entry of all that servers know of an action, the newest first", () => {
  const all = new Map([["a", [begun, done]], ["b", [begun, later]]]);
  const entries = mergeRecords(all).map(({ action, outcome, servers, milliseconds, release }) => ({
    ...{ action, outcome, servers, milliseconds, release },
  }));
  assertEquals(entries, [
    { action: "rollback", outcome: "cut off", servers: ["b"], milliseconds: null, release: null },
    {
      ...{ action: "deploy", outcome: "succeeded", servers: ["a", "b"] },
      ...{ milliseconds: 1500, release: "2-1a2b3c4" },
    },
  ]);
});

Deno.test("mergeRecords() names a deploy that waited for its time like any other", () => {
  const [entry] = mergeRecords(new Map([["a", [{ ...done, what: "deploy at 2026-01-02T05:00:00.000Z" }]]]));
  assertEquals(entry?.action, "deploy");
});

function answering(answers: Readonly<Record<string, string | Error | Promise<string>>>) {
  const asked: string[] = [];
  const all = servers(
    Object.entries(answers).map(([name, answer]) =>
      remote(name, {
        transport: {
          exec: async (script) => {
            asked.push(script);
            if (answer instanceof Error) throw answer;
            return { code: 0, stdout: await answer, stderr: "" };
          },
          [Symbol.asyncDispose]: () => Promise.resolve(),
        },
      })
    ),
  );
  return { asked, all };
}

Deno.test("readHistory() names servers that can't be asked, and lines that can't be read", async () => {
  const { all } = answering({ a: `${text(done)}{cut`, b: new LostConnectionError("Cannot reach b") });
  const history = await readHistory(all, "shop");
  assertEquals([history.entries.length, history.unreachable, history.unreadable], [
    1,
    [{ server: "b", problem: "Cannot reach b" }],
    { a: 1 },
  ]);
});

Deno.test("readHistory() names servers in their order, whoever answers first", async () => {
  const late = new Promise<string>((resolve) => setTimeout(() => resolve(text(done)), 5));
  const { entries: [entry] } = await readHistory(answering({ a: late, b: text(done) }).all, "shop");
  assertEquals(entry?.servers, ["a", "b"]);
});

Deno.test("readHistory() gives the newest, or those since a time, in one round trip", async () => {
  const { all, asked } = answering({ a: text(done, later) });
  const actions = async (options: Parameters<typeof readHistory>[2]) =>
    (await readHistory(all, "shop", options)).entries.map(({ action }) => action);
  assertEquals(await actions({ count: 1 }), ["rollback"]);
  assertEquals(await actions({ since: new Date("2026-01-02T03:30:00Z") }), ["rollback"]);
  assertEquals(await actions({}), ["rollback", "deploy"]);
  assertEquals(asked.length, 3);
});

Deno.test("readHistory() ends with its signal", async () => {
  const { all } = answering({ a: new Error("stopped") });
  await assertRejects(() => readHistory(all, "shop", { signal: AbortSignal.abort(new Error("no")) }), "no");
});
