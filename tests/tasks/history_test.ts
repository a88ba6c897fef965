import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { UsageError } from "../../lib/core/error.ts";
import type { History } from "../../lib/server/history.ts";
import { history } from "../../tasks/history.ts";
import { fakeContext } from "../fake/context.ts";
import { historyOf } from "../fake/history.ts";
import { copyModel } from "../fake/model.ts";
import { fakeServer } from "../fake/server.ts";
import { deployTo, serverAfter } from "../lib/deploy/deploying.ts";

const once = await serverAfter(1);

async function show(server: ReturnType<typeof fakeServer>, options: Record<string, unknown> = {}) {
  const ctx = fakeContext({ servers: [server], options, verbose: options["verbose"] === true });
  const status = await history(ctx);
  const result = ctx.ui.events.find((event) => event.type === "result");
  return { ctx, status, text: ctx.ui.results[0] ?? "", value: result?.value as History };
}

Deno.test("history() shows a deploy that failed with its reason, and with --verbose its steps", async () => {
  const server = fakeServer({ model: copyModel(once) });
  await deployTo(server);
  server.illness = (release) => (release.startsWith("3-") ? "500" : undefined);
  await deployTo(server);
  const { text, value, status } = await show(server, { verbose: true });
  assertEquals(status, 0);
  const [failed, good] = value.entries;
  assertEquals([good?.action, good?.outcome, good?.release, good?.previous], [
    ...["deploy", "succeeded", "2-1a2b3c4", "1-1a2b3c4"],
  ]);
  assertEquals([failed?.outcome, failed?.release, failed?.error?.code], ["failed", "3-1a2b3c4", 1]);
  assertMatch(
    text,
    /^ {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}deploy 3-1a2b3c4 {2}failed after [\d.]+ s {5}me@here\n {6}Cannot check /,
  );
  assertMatch(text, /\n {6,}[\d.]+ s {2}Check .* failed\n/);
});

Deno.test("history() of a deploy costs it no round trip", async () => {
  const server = fakeServer({ model: copyModel(once) });
  await deployTo(server);
  assertEquals(historyOf(server.model).length, 1);
  assert(!server.ran.some(({ names }) => names.includes("addRecord")));
});

Deno.test("history() says when there is none, and reads another app's", async () => {
  const server = fakeServer();
  const { text, value } = await show(server, { app: "blog" });
  assertEquals([text, value.app, value.entries], ["Nothing is known", "blog", []]);
  assertStringIncludes(server.ran[0]?.script ?? "", "/var/db/alcaide/history/blog.jsonl");
});

Deno.test("history() warns of servers that can't be asked, and ends with status 1", async () => {
  const server = fakeServer();
  server.plan({ exec: 1, micro: 0, kind: "lost" });
  const { status, ctx } = await show(server);
  assertEquals(status, 1);
  assertStringIncludes(ctx.ui.text(), "The history of root@203.0.113.7 is missing: Cannot finish a command");
});

const refused = [
  [{ since: "yesterday" }, 'Cannot show the history since "yesterday"'],
  [{ lines: 0 }, "Cannot show 0 actions"],
  [{ lines: 1.5 }, "Cannot show 1.5 actions"],
  [{ app: "../x" }, 'Cannot show the history of "../x"'],
] as const;
for (const [options, message] of refused) {
  Deno.test(`history() refuses ${JSON.stringify(options)}`, async () => {
    await assertRejects(() => show(fakeServer(), options), UsageError, message);
  });
}
