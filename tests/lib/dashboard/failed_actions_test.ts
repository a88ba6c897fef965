import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { AlcaideError, ConfigError, exitCodeOf, InterruptedError } from "../../../lib/core/error.ts";
import { secret } from "../../../lib/core/secret.ts";
import { task } from "../../../lib/task/task.ts";
import { askedIn, gives, open, planned, served, tasksWith } from "./opened.ts";

Deno.test("nothing is done by a configuration that has changed since", async () => {
  await using page = await open();
  await Deno.writeTextFile(`${page.directory}/Alcaidefile.ts`, "export default {};");
  const answer = await page.post("ask", { app: "shop", action: "deploy" });
  assert(!answer.ok);
  assertStringIncludes(await answer.text(), "the Alcaidefile or the secrets have changed");
});

Deno.test("a project's own task takes the place of a built-in one, with what it knows of a form, perhaps without a plan", async () => {
  const did: unknown[] = [];
  const builtIn = planned(() => Promise.resolve(void did.push("built in")));
  const known = task({
    description: "Deploy, then look at the shop",
    options: { dirty: { type: "boolean", description: "Include all" } },
    run: (ctx) => Promise.resolve(void did.push(ctx.options)),
  });
  for (const deploy of [known, () => Promise.resolve(void did.push("own"))]) {
    await using page = await open({ tasks: tasksWith({ deploy: builtIn }), own: { deploy } });
    const form = await (await page.get("ask?app=shop&action=deploy")).text();
    assertEquals([form.includes("Include all"), form.includes("Visitors")], [deploy === known, false]);
    const plan = await (await page.post("ask", { app: "shop", action: "deploy", dirty: "true" })).text();
    assertStringIncludes(plan, "has no plan");
    assertEquals((await page.post("run", { asked: askedIn(plan) })).status, 204);
    await page.board[Symbol.asyncDispose]();
  }
  assertEquals(did, [{ dirty: true }, "own"]);
});

Deno.test("a prepared release is not dropped by a project's own cutover, which would cut over", async () => {
  const did: unknown[] = [];
  const cutover = () => Promise.resolve(void did.push("cut over"));
  await using page = await open({ own: { cutover } });
  assertEquals((await page.post("ask", { app: "shop", action: "drop" })).status, 409);
  assertEquals((await page.post("ask", { app: "shop", action: "cutover" })).status, 200);
  assertEquals(did, []);
});

Deno.test("an action whose task returns another status than 0 has failed", async () => {
  await using page = await open({ own: { deploy: () => Promise.resolve(3) } });
  const asked = askedIn(await (await page.post("ask", { app: "shop", action: "deploy" })).text());
  await (await page.post("run", { asked })).body?.cancel();
  await page.board[Symbol.asyncDispose]();
  const text = await (await page.get("")).text();
  for (const part of ["Deploy failed after", "Deploy ended with status 3"]) assertStringIncludes(text, part);
});

Deno.test("a signal ends each run with a reason of its own, so that a second one cuts no undoing off", async () => {
  const begun = Promise.withResolvers<AbortSignal>();
  const deploy = planned(({ signal }) => {
    begun.resolve(signal);
    return new Promise((_, fail) => signal.addEventListener("abort", () => fail(signal.reason)));
  });
  await using page = await open({ tasks: tasksWith({ deploy }) });
  const asked = askedIn(await (await page.post("ask", { app: "shop", action: "deploy" })).text());
  await (await page.post("run", { asked })).body?.cancel();
  const signal = await begun.promise;
  const stop = new InterruptedError("SIGINT");
  page.end(stop);
  await page.board[Symbol.asyncDispose]();
  assertEquals([signal.reason === stop, exitCodeOf(signal.reason)], [false, 130]);
});

Deno.test("a failure shows the hints of a configuration's faults, and why not everything was undone", async () => {
  const errors = [
    new ConfigError([{ path: "sever", problem: "there is no such field", hint: "Did you mean server?" }]),
    Object.assign(new AlcaideError("Cannot check the app"), {
      undoFailures: [new AlcaideError("Cannot remove shop_green", { details: ["busy"], hint: "Look at it" })],
    }),
  ];
  const says = ["Did you mean server?", "Cannot undo everything: Cannot remove shop_green\nbusy"];
  for (const [index, error] of errors.entries()) {
    await using page = await open({ own: { deploy: () => Promise.reject(error) } });
    const asked = askedIn(await (await page.post("ask", { app: "shop", action: "deploy" })).text());
    await (await page.post("run", { asked })).body?.cancel();
    await page.board[Symbol.asyncDispose]();
    assertStringIncludes(await (await page.get("")).text(), says[index] ?? "");
  }
});

Deno.test("secrets and colours are taken out of plans that fail and of what servers tell", async () => {
  // One has a line end of Windows, which is no longer there in the page.
  const says = "one\r\ntwo: \x1b[31mhunter2\x1b[0m \x07";
  const env = { PASSWORD: secret("hunter2"), KEY: secret("one\r\ntwo") };
  const fails = task({
    description: "Fail",
    options: { plan: { type: "boolean", description: "Only ask" } },
    run: () => Promise.reject(new AlcaideError(says)),
  });
  const status = gives([served({ problems: [says] })]);
  await using page = await open({
    user: { app: "shop", server: "web", build: { prebuilt: "dist" }, env },
    tasks: tasksWith({ deploy: fails, status }),
  });
  const plan = await page.post("ask", { app: "shop", action: "deploy" });
  await page.board.look(page.app);
  for (const text of [await plan.text(), await (await page.get("")).text()]) {
    assertStringIncludes(text, "[secret]: [secret] \\x07");
    assertEquals(text.includes("\x1b"), false);
  }
});
