import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { AlcaideError } from "../../../lib/core/error.ts";
import { secret } from "../../../lib/core/secret.ts";
import { actionsOf, type ActionTasks, howOf } from "../../../lib/dashboard/actions.ts";
import { actorOf } from "../../../lib/task/recorded.ts";
import type { Task } from "../../../lib/task/task.ts";
import { builtInTasks } from "../../../tasks/mod.ts";
import { askedIn, empty, gives, open, planned, served, tasksWith } from "./opened.ts";
import { release } from "../../fake/facts.ts";

Deno.test("an action is asked for, planned, begun and seen step by step", async () => {
  const given: unknown[] = [];
  const deploy = planned(({ ui, options }) => {
    given.push(options);
    ui.step("Take the lock");
    ui.info("it was free");
    ui.step("Upload");
    ui.warn("slow", "wait");
    ui.line("web", "a line");
    return Promise.resolve();
  });
  await using page = await open({ tasks: tasksWith({ deploy }) });
  const form = await (await page.get("ask?app=shop&action=deploy")).text();
  assertStringIncludes(form, "Include changes");
  const plan = await (await page.post("ask", { app: "shop", action: "deploy", dirty: "true" })).text();
  for (const text of ["7-b", "takes the traffic from 6-a", "Migrate: it has a migration"]) {
    assertStringIncludes(plan, text);
  }
  assertEquals(given, []);
  assertEquals((await page.post("run", { asked: askedIn(plan) })).status, 204);
  await page.board[Symbol.asyncDispose]();
  assertEquals(given, [{ dirty: true, plan: false }]);
  const text = await (await page.get("")).text();
  for (
    const part of [
      "Deploy done after",
      ">by you<",
      "Upload",
      "it was free",
      "1 line",
      "web | a line",
    ]
  ) {
    assertStringIncludes(text, part);
  }
});

Deno.test("a step that says much keeps its last lines, and says so", async () => {
  const deploy = planned(({ ui }) => {
    ui.step("Build");
    for (let line = 1; line <= 300; line++) ui.line("web", `line ${line}`);
    ui.line("web", "x".repeat(100_000));
    return Promise.resolve();
  });
  await using page = await open({ tasks: tasksWith({ deploy }) });
  const asked = askedIn(await (await page.post("ask", { app: "shop", action: "deploy" })).text());
  await (await page.post("run", { asked })).body?.cancel();
  await page.board[Symbol.asyncDispose]();
  const text = await (await page.get("")).text();
  for (const part of ["the last 200 lines", "line 102", "line 300", "xxx…"]) assertStringIncludes(text, part);
  assertEquals(text.includes("line 101\n"), false);
  assert(text.length < 20_000, `${text.length}`);
});

Deno.test("an action is done in the name of its user", async () => {
  const actors: string[] = [];
  const deploy = planned(async (ctx) => void actors.push(await actorOf(ctx)));
  const ada = { authorization: `Basic ${btoa("ada:right")}` };
  const verify = () => Promise.resolve({ name: "ada", role: "deploy" } as const);
  for (const access of [{ verify }, {}]) {
    await using page = await open({ tasks: tasksWith({ deploy }), ...access });
    const plan = await (await page.post("ask", { app: "shop", action: "deploy" }, ada)).text();
    await (await page.post("run", { asked: askedIn(plan) }, ada)).body?.cancel();
    await page.board[Symbol.asyncDispose]();
  }
  assertEquals(actors, ["ada by me@here", "me@here"]);
});

Deno.test("a plan is carried out once", async () => {
  await using page = await open({ tasks: tasksWith({ deploy: planned(() => Promise.resolve()) }) });
  const asked = askedIn(await (await page.post("ask", { app: "shop", action: "deploy" })).text());
  assertEquals((await page.post("run", { asked })).status, 204);
  for (const id of [asked, "another", ""]) {
    const answer = await page.post("run", { asked: id });
    assertEquals(answer.status, 409);
    assertStringIncludes(await answer.text(), "Cannot begin: the plan is too old, or was carried out");
  }
});

Deno.test("a failed action shows reason, hint and what was undone; its step is marked", async () => {
  const deploy = planned(({ ui }) => {
    ui.step("Check the app");
    ui.failed("Check the app");
    ui.step("Undo: Create the jail");
    const cause = new AlcaideError("The app answers 500", { details: ["boom <b>"], hint: "Look at its log" });
    throw Object.assign(new AlcaideError("Check the app failed", { cause }), {
      undone: ["Create the jail"],
      live: ["1-1a2b3c4"],
    });
  });
  await using page = await open({ tasks: tasksWith({ deploy }) });
  const asked = askedIn(await (await page.post("ask", { app: "shop", action: "deploy" })).text());
  await (await page.post("run", { asked })).body?.cancel();
  await page.board[Symbol.asyncDispose]();
  const text = await (await page.get("")).text();
  const parts = [
    "Deploy failed after",
    "Check the app failed",
    "The app answers 500",
    "boom &lt;b&gt;",
    "Look at its log",
  ];
  for (const part of [...parts, "Undone: Create the jail", "Live: 1-1a2b3c4, as before"]) {
    assertStringIncludes(text, part);
  }
  assertEquals(page.app.run?.steps.map(({ title, failed }) => [title, failed ?? false]), [
    ["Check the app", true],
    ["Undo: Create the jail", false],
  ]);
});

Deno.test("a second action waits for the end of the first, which can be stopped", async () => {
  const begun = Promise.withResolvers<void>();
  const deploy = planned(({ ui, signal }) => {
    ui.step("Take the lock");
    ui.progress("release.tar", 5, 10);
    begun.resolve();
    return new Promise((_, fail) => signal.addEventListener("abort", () => fail(signal.reason)));
  });
  await using page = await open({ tasks: tasksWith({ deploy }) });
  const ask = async () => await page.post("ask", { app: "shop", action: "deploy" });
  const [one, two] = [askedIn(await (await ask()).text()), askedIn(await (await ask()).text())];
  assertEquals((await page.post("run", { asked: one })).status, 204);
  await begun.promise;
  const text = await (await page.get("")).text();
  for (const part of ['action=deploy" disabled>Deploy</button>', "5 B of 10 B"]) {
    assertStringIncludes(text, part);
  }
  for (const answer of [await ask(), await page.post("run", { asked: two })]) {
    assertEquals(answer.status, 409);
    assertStringIncludes(await answer.text(), "Cannot begin: &quot;Deploy&quot; by you still runs");
  }
  assertEquals((await page.post("stop", { app: "shop" })).status, 204);
  await page.board[Symbol.asyncDispose]();
  const end = await (await page.get("")).text();
  for (const part of ["Deploy stopped after", "Stopped by you"]) assertStringIncludes(end, part);
  assertEquals(page.app.run?.steps.at(-1)?.failed, true);
});

Deno.test("a plan names domains that are lost, and its yes is the answer to that question alone", async () => {
  const answers: unknown[] = [];
  const deploy = (dropped: readonly string[]) =>
    planned(async (ctx) => {
      answers.push(await ctx.confirm("Go on?").catch((error) => error.message));
    }, dropped);
  for (const dropped of [["old.example.com"], []]) {
    await using page = await open({ tasks: tasksWith({ deploy: deploy(dropped) }) });
    const plan = await (await page.post("ask", { app: "shop", action: "deploy" })).text();
    assertEquals(plan.includes("No longer answers to old.example.com"), dropped.length > 0);
    await (await page.post("run", { asked: askedIn(plan) })).body?.cancel();
    await page.board[Symbol.asyncDispose]();
  }
  assertEquals(answers, [true, 'Cannot ask "Go on?": there is no terminal']);
});

Deno.test("secrets are never sent, in whichever text they come", async () => {
  const password = 'hunter2"&';
  const leak = (ctx: Parameters<Task>[0]) => {
    ctx.ui.info(`it is ${password}, ${encodeURIComponent(password)}`);
    throw new AlcaideError(`Cannot use ${password}`, { hint: password, details: [password] });
  };
  await using page = await open({
    user: { app: "shop", server: "web", build: { prebuilt: "dist" }, env: { PASSWORD: secret(password) } },
    tasks: tasksWith({ deploy: planned(leak), restart: planned(leak) }),
  });
  const asked = askedIn(await (await page.post("ask", { app: "shop", action: "deploy" })).text());
  await (await page.post("run", { asked })).body?.cancel();
  await page.board[Symbol.asyncDispose]();
  const text = await (await page.get("")).text();
  assertEquals(/hunter2/.test(text + JSON.stringify(page.app.run)), false);
  assertStringIncludes(text, "Cannot use [secret]");
});

Deno.test("buttons are there when they make sense", async () => {
  const releases = [release("6-a", { state: "live" }), release("5-b"), release("4-c", { state: "failed" })];
  const buttons = async (status: unknown, all = releases) => {
    await using page = await open({ tasks: tasksWith({ status: gives([status]) }, all) });
    await page.board.look(page.app);
    return [...(await (await page.get("")).text()).matchAll(/action=(\w+)"( disabled)?/g)].flatMap((
      [, name, off],
    ) => off ? [] : [name]);
  };
  assertEquals(await buttons(served()), ["deploy", "rollback", "restart"]);
  assertEquals(await buttons(served(), releases.slice(0, 1)), ["deploy", "restart"]);
  assertEquals(await buttons(empty, []), ["deploy"]);
  const prepared = { release: "7-d", since: "2026-01-02T03:04:05.000Z", running: true };
  const canary = {
    ...prepared,
    percent: 10,
    cookie: null,
    answers: 5,
    errors: 0,
    live: { answers: 9, errors: 1 },
  };
  assertEquals(await buttons(served({ canary })), ["deploy", "rollback", "restart", "promote", "abort"]);
  assertEquals(await buttons(served({ prepared })), ["deploy", "rollback", "restart", "cutover", "drop"]);
});

Deno.test("a form offers the releases to go back to, and the processes", async () => {
  const releases = [release("6-a", { state: "live" }), release("5-b"), release("4-c", { state: "failed" })];
  await using page = await open({ tasks: tasksWith({}, releases) });
  await page.board.look(page.app);
  const options = async (action: string) => {
    const text = await (await page.get(`ask?app=shop&action=${action}`)).text();
    return [...text.matchAll(/<option value="([^"]*)"/g)].map(([, value]) => value);
  };
  assertEquals(await options("rollback"), ["", "5-b"]);
  assertEquals(await options("restart"), ["", "web"]);
});

Deno.test("a form's fields become the task's options or its argument", () => {
  const { deploy, promote } = actionsOf(builtInTasks as ActionTasks);
  const given = { choice: "10", dirty: "true", plan: "true", rebuild: "no" };
  assertEquals(deploy && howOf(deploy, given), { args: [], options: { dirty: true, canary: "10" } });
  assertEquals(promote && howOf(promote, given), { args: ["10"], options: {} });
  assertEquals(promote && howOf(promote, { choice: "" }), { args: [], options: {} });
});

Deno.test("an app or an action that is not on the dashboard is refused", async () => {
  await using page = await open();
  for (
    const [fields, says] of [
      [{ app: "blog", action: "deploy" }, "Cannot find the app"],
      [{ app: "shop", action: "constructor" }, "Cannot find the action"],
      [{ app: "shop" }, "Cannot find the action"],
    ] as const
  ) {
    const answer = await page.post("ask", fields);
    assertEquals(answer.status, 409);
    assertStringIncludes(await answer.text(), says);
  }
});
