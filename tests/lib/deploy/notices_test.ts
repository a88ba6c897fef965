import { assertEquals, assertStringIncludes } from "@std/assert";
import type { UserConfig } from "../../../lib/config/field/types.ts";
import { secret } from "../../../lib/core/secret.ts";
import { type Notice, noticeOf, sendNotices } from "../../../lib/deploy/notices.ts";
import type { ActionRecord, Failure } from "../../../lib/server/history.ts";
import { fakeContext } from "../../fake/context.ts";

const done: ActionRecord = {
  ...{ by: "me@here", since: "2026-01-02T03:04:05.000Z", what: "deploy" },
  ...{ outcome: "succeeded", milliseconds: 41_000, steps: [] },
  ...{ release: "8-1a2b3c4", previous: "7-9f8e7d6" },
};
const error: Failure = { code: 1, message: "Cannot check the app", because: ["it answers with status 500"] };
const failed: ActionRecord = { ...done, outcome: "failed", error };
const step = (title: string, failed = {}) => ({ title, milliseconds: 9, ...failed });
const guarded = { ...failed, steps: [step("Guard the release", { failed: true })] };
const canaryGuarded = { ...failed, steps: [step("Guard the canary", { failed: true })] };
const canary = { ...done, what: "deploy --canary" };

const told: readonly (readonly [ActionRecord, event: string, text: string])[] = [
  [done, "success", "shop (staging): 8-1a2b3c4 is live after 41 s (me@here)"],
  [
    { ...done, what: "deploy at 2026-01-02T05:00:00.000Z" },
    "success",
    "shop (staging): 8-1a2b3c4 is live after 41 s (me@here)",
  ],
  [
    { ...done, what: "deploy --prepare" },
    "success",
    "shop (staging): 8-1a2b3c4 is prepared after 41 s (me@here)",
  ],
  [canary, "success", "shop (staging): 8-1a2b3c4 is deployed as a canary after 41 s (me@here)"],
  [
    { ...canary, steps: [step("Guard the canary"), step("Guard the release")] },
    "success",
    "shop (staging): 8-1a2b3c4 is live after 41 s (me@here)",
  ],
  [
    { ...canaryGuarded, what: "promote 50" },
    "guard",
    "shop (staging): the guard took 8-1a2b3c4 back after 41 s, 7-9f8e7d6 serves: Cannot check the app: it answers with status 500 (me@here)",
  ],
  [
    { ...failed, what: "promote cookie=beta" },
    "failure",
    "shop (staging): promote cookie=beta of 8-1a2b3c4 failed after 41 s: Cannot check the app: it answers with status 500 (me@here)",
  ],
  [
    { ...guarded, outcome: "interrupted", error: { ...error, code: 130 } },
    "failure",
    "shop (staging): deploy of 8-1a2b3c4 interrupted after 41 s: Cannot check the app: it answers with status 500 (me@here)",
  ],
  [
    { ...guarded, error: { ...error, code: 75, message: "another deploy has taken over", because: [] } },
    "failure",
    "shop (staging): deploy of 8-1a2b3c4 failed after 41 s: another deploy has taken over (me@here)",
  ],
  [{ ...done, what: "cutover" }, "success", "shop (staging): 8-1a2b3c4 is live after 41 s (me@here)"],
  [
    { ...done, what: "rollback" },
    "rollback",
    "shop (staging): 8-1a2b3c4 is live again after 41 s, 7-9f8e7d6 is not (me@here)",
  ],
  [
    failed,
    "failure",
    "shop (staging): deploy of 8-1a2b3c4 failed after 41 s: Cannot check the app: it answers with status 500 (me@here)",
  ],
  [
    { ...failed, what: "rollback", outcome: "interrupted" },
    "failure",
    "shop (staging): rollback of 8-1a2b3c4 interrupted after 41 s: Cannot check the app: it answers with status 500 (me@here)",
  ],
  [
    guarded,
    "guard",
    "shop (staging): the guard took 8-1a2b3c4 back after 41 s, 7-9f8e7d6 serves: Cannot check the app: it answers with status 500 (me@here)",
  ],
];
for (const [record, event, text] of told) {
  Deno.test(`noticeOf() of ${record.what} says "${text}"`, () => {
    const notice = noticeOf({ app: "shop", environment: "staging" }, record, ["web"]);
    assertEquals([notice?.event, notice?.text, notice?.environment], [event, text, "staging"]);
  });
}

Deno.test("noticeOf() tells nobody of other actions", () => {
  for (const what of ["repair", "run", "cutover --drop", "setup", "promote 50"]) {
    assertEquals(noticeOf({ app: "shop" }, { ...done, what }, []), undefined);
  }
});

/** Sends the notices of a record to a server on this machine. */
async function send(
  record: ActionRecord,
  notify: (base: string) => UserConfig["notify"],
  status = 200,
  local: (script: string) => string | undefined = () => undefined,
) {
  const got: { path: string; title: string | null; body: string }[] = [];
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    const { pathname: path } = new URL(request.url);
    got.push({ path, title: request.headers.get("title"), body: await request.text() });
    return new Response("", { status });
  });
  const given = notify(`http://127.0.0.1:${server.addr.port}`);
  const ctx = fakeContext({ config: given === undefined ? {} : { notify: given }, local });
  await sendNotices(ctx, record);
  return { got: got.toSorted((a, b) => (a.path < b.path ? -1 : 1)), text: ctx.ui.text() };
}

Deno.test("sendNotices() sends to Slack, ntfy and a webhook", async () => {
  const { got, text } = await send(done, (base) => ({
    slack: secret(`${base}/slack/s3cret`),
    webhook: `${base}/webhook`,
    ntfy: `${base}/ntfy`,
  }));
  const words = "shop: 8-1a2b3c4 is live after 41 s (me@here)";
  assertEquals(got.map(({ path, title }) => [path, title]), [
    ["/ntfy", "shop: deploy"],
    ["/slack/s3cret", null],
    ["/webhook", null],
  ]);
  assertEquals([got[0]?.body, JSON.parse(got[1]?.body ?? "")], [words, { text: words }]);
  const notice: Notice = JSON.parse(got[2]?.body ?? "");
  assertEquals([notice.event, notice.text, notice.release, notice.servers], [
    ...["success", words, "8-1a2b3c4", ["root@203.0.113.7"]],
  ]);
  assertEquals(text, "");
});

Deno.test("sendNotices() gives Slack no text that it takes for a link or a call of everybody", async () => {
  const message = "no process <0.1.0> & <!channel>";
  const { got } = await send({ ...failed, error: { ...error, message, because: [] } }, (base) => ({
    slack: base,
    ntfy: `${base}/ntfy`,
  }));
  const words = `shop: deploy of 8-1a2b3c4 failed after 41 s: ${message} (me@here)`;
  const escaped = words.replace(message, "no process &lt;0.1.0&gt; &amp; &lt;!channel&gt;");
  assertEquals(got.map(({ body }) => body), [JSON.stringify({ text: escaped }), words]);
});

Deno.test("docs/history.md shows a notice with the fields that it has", async () => {
  const page = await Deno.readTextFile(new URL("../../../docs/history.md", import.meta.url));
  const shown = JSON.parse(/^```json\n([^]*?)^```$/m.exec(page)?.[1] ?? "");
  const { text, ...fields } = noticeOf({ app: shown.app }, { ...shown, what: shown.action }, shown.servers) ??
    {};
  assertEquals(shown, { ...fields, text: text?.replace(/(Cannot guard the release): .* \(/, "$1: … (") });
});

Deno.test("sendNotices() sends only the events that are asked for", async () => {
  const notify = (base: string) => ({ webhook: `${base}/`, on: ["guard" as const] });
  const counts = [done, failed, guarded].map(async (record) => (await send(record, notify)).got.length);
  assertEquals(await Promise.all(counts), [0, 0, 1]);
});

Deno.test("sendNotices() gives a command of this machine the notice on standard input", async () => {
  const ran: string[] = [];
  await send(done, () => ({ command: "notify-me --shop" }), 200, (script) => (ran.push(script), ""));
  assertEquals(ran, ["notify-me --shop"]);
});

Deno.test("sendNotices() only warns of what can't be sent, and never shows the address", async () => {
  const refused = await send(done, (base) => ({ slack: secret(`${base}/s3cret`) }), 404);
  assertStringIncludes(refused.text, "Cannot send a notice to slack: the answer has status 404");
  const closed = await send(done, () => ({ webhook: secret("http://127.0.0.1:1/s3cret") }));
  assertStringIncludes(closed.text, "Cannot send a notice to webhook: ");
  const broken = await send(done, () => ({ command: "false" }), 200, () => {
    throw new Error("Cannot run it");
  });
  assertStringIncludes(broken.text, "Cannot send a notice to the command: Cannot run it");
  for (const { text } of [refused, closed, broken]) assertEquals(text.includes("s3cret"), false);
});
