import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { AlcaideError, InterruptedError, StepError } from "../../../lib/core/error.ts";
import { secret } from "../../../lib/core/secret.ts";
import { actingAs, actorOf, beginRecording, recorded } from "../../../lib/task/recorded.ts";
import { fakeContext } from "../../fake/context.ts";
import { historyOf } from "../../fake/history.ts";
import { fakeServer } from "../../fake/server.ts";

Deno.test("beginRecording() notes steps, the failed one too, and says them as before", () => {
  const ctx = fakeContext();
  const recording = beginRecording(ctx);
  recording.ctx.ui.step("Build");
  recording.ctx.ui.step("Check");
  recording.ctx.ui.failed("Check");
  recording.ctx.ui.step("Undo: Build");
  const { outcome, steps = [], milliseconds = -1 } = recording.threw(new AlcaideError("Cannot go on"));
  assertEquals([outcome, steps.map(({ title, failed }) => [title, failed])], ["failed", [
    ["Build", undefined],
    ["Check", true],
    ["Undo: Build", undefined],
  ]]);
  assert(milliseconds >= 0 && steps.every((step) => step.milliseconds >= 0));
  const said = ctx.ui.events.map(({ type }) => type).filter((type) => type !== "done");
  assertEquals(said, ["step", "step", "failed", "step"]);
});

Deno.test("beginRecording() tells how it ended: by its value, its error, a signal", () => {
  const { returned, threw } = beginRecording(fakeContext());
  const outcomes = [returned(undefined), returned(0), returned(3), threw(new InterruptedError("SIGINT"))];
  assertEquals(outcomes.map(({ outcome }) => outcome), ["succeeded", "succeeded", "failed", "interrupted"]);
});

Deno.test("beginRecording() masks secrets in messages and their causes", () => {
  const ctx = fakeContext({ config: { env: { PASSWORD: secret("hunter2") } } });
  const cause = new Error(`hunter2 is wrong ${"x".repeat(600)}`);
  const { error } = beginRecording(ctx).threw(new StepError("Log in with hunter2", cause, [], []));
  assertEquals(error?.message, "Cannot log in with [secret]");
  assertEquals(error?.because.map((text) => text.slice(0, 18)), ["[secret] is wrong "]);
  assert((error?.because[0]?.length ?? 0) <= 500);
});

Deno.test("recorded() adds a record of what succeeds and of what fails", async () => {
  const server = fakeServer();
  const ctx = fakeContext({ servers: [server] });
  const action = { what: "run", about: "bin/shop", servers: ctx.servers.all };
  assertEquals(await recorded(ctx, action, () => Promise.resolve(7)), 7);
  await assertRejects(() => recorded(ctx, action, () => Promise.reject(new AlcaideError("Cannot run"))));
  const found = historyOf(server.model).map(({ what, about, by, outcome, error }) => ({
    ...{ what, about, by, outcome, message: error?.message },
  }));
  const same = { what: "run", about: "bin/shop", by: "me@here", outcome: "failed" as const };
  assertEquals(found, [{ ...same, message: "It ended with status 7" }, { ...same, message: "Cannot run" }]);
});

Deno.test("recorded() warns when a record can't be written, and fails nothing", async () => {
  const server = fakeServer();
  const ctx = fakeContext({ servers: [server] });
  server.plan({ exec: 1, micro: 0, kind: "status" });
  const action = { what: "run", servers: ctx.servers.all };
  assertEquals(await recorded(ctx, action, () => Promise.resolve("done")), "done");
  assertStringIncludes(
    ctx.ui.text(),
    "Cannot write to the history of root@203.0.113.7: Cannot finish a command",
  );
});

Deno.test("actorOf() names this machine's user, and whoever acts by them", async () => {
  const ctx = fakeContext();
  assertEquals([await actorOf(ctx), await actorOf(actingAs(ctx, "ada"))], ["me@here", "ada by me@here"]);
});
