// Neighbouring steps share a script on each server, and nobody can tell but by the round trips.

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { StepError } from "../../../lib/core/error.ts";
import { remote } from "../../../lib/remote/remote.ts";
import { sh } from "../../../lib/core/sh.ts";
import { localTransport } from "../../../lib/transport/local.ts";
import { deployWith } from "../../../tasks/deploy.ts";
import { deploySteps } from "../../../lib/deploy/steps/mod.ts";
import { inShell, script } from "../../../lib/core/script.ts";
import { mark, printMark, scriptStep } from "../../../lib/deploy/join_scripts.ts";
import { type FakeContext, fakeContext } from "../../fake/context.ts";
import { copyModel, routedJail, wrongs } from "../../fake/model.ts";
import { type FakeServer, fakeServer } from "../../fake/server.ts";
import { deployTo, serverAfter, user } from "./deploying.ts";

const once = await serverAfter(1);

/** The script of a further deploy that does something, counted from 1; and the place of that in it. */
async function momentOf(name: string): Promise<{ exec: number; micro: number }> {
  const server = fakeServer({ model: copyModel(once) });
  await deployTo(server);
  const found = server.ran.findIndex(({ names }) => names.includes(name));
  return { exec: found + 1, micro: server.ran[found]?.micros ?? 0 };
}

function titles(ctx: FakeContext): string[] {
  return ctx.ui.events.flatMap((event) => (event.type === "step" ? [event.title] : []));
}

function ranTogether(server: FakeServer, ...names: readonly string[]): boolean {
  return server.ran.some((ran) => names.every((name) => ran.names.includes(name)));
}

Deno.test("deploy() runs neighbouring steps by one script", async () => {
  const server = fakeServer({ model: copyModel(once) });
  await deployTo(server);
  const together = [["deleteTree", "copyTemplate", "installApp"], ["startApp", "checkApp"], [
    "drainApp",
    "stopApp",
  ]];
  assertEquals(together.map((names) => ranTogether(server, ...names)), [true, true, true]);
});

Deno.test("deploy() says each step, in order, also those that share a script", async () => {
  const server = fakeServer({ model: await serverAfter(3) });
  const { ctx } = await deployTo(server);
  // A tarball needs no build, the site file stays, nothing goes into an image, nothing is guarded, and there is only the web process.
  const {
    build: _,
    site: _site,
    image: _image,
    guard: _guard,
    halt: _halt,
    processes: _processes,
    ...steps
  } = deploySteps;
  assertEquals(titles(ctx).slice(2), Object.values(steps).map(({ title }) => title));
});

Deno.test("deploy() shows no sign of where parts of a script begin", async () => {
  const ctx = fakeContext({ config: user, servers: [fakeServer({ model: copyModel(once) })] });
  await deployWith(deploySteps)({ ...ctx, ui: { ...ctx.ui, verbose: true } });
  assertEquals(ctx.ui.text().includes(mark("").trim()), false);
});

Deno.test("deployWith() runs a step that was wrapped by itself, where it was", async () => {
  const server = fakeServer({ model: copyModel(once) });
  const seen: number[] = [];
  const { start } = deploySteps;
  const ship = deployWith({
    ...deploySteps,
    start: {
      ...start,
      run: async (ctx, plan) => {
        seen.push(server.ran.length);
        await start.run(ctx, plan);
        seen.push(server.ran.length);
      },
    },
  });
  await ship(fakeContext({ config: { ...user, beforeStart: [] }, servers: [server] }));
  assertEquals(seen.map((count) => server.ran[count - 1]?.names.at(-1)), ["migrateApp", "startApp"]);
  assertEquals([ranTogether(server, "startApp", "checkApp"), routedJail(server.model, "shop")?.release], [
    false,
    "2-1a2b3c4",
  ]);
});

Deno.test("deployWith() joins a step that only got another title", async () => {
  const server = fakeServer({ model: copyModel(once) });
  const ctx = fakeContext({ config: user, servers: [server] });
  await deployWith({ ...deploySteps, check: { ...deploySteps.check, title: "Look at it" } })(ctx);
  assertEquals([ranTogether(server, "startApp", "checkApp"), titles(ctx).includes("Look at it")], [
    true,
    true,
  ]);
});

Deno.test("deploy() makes a step's script once, and says nothing of a step without one", async () => {
  const ctx = fakeContext({ config: user, servers: [fakeServer({ model: copyModel(once) })] });
  let made = 0;
  const drain = scriptStep({ title: "Do nothing", script: () => (made++, []) });
  await deployWith({ ...deploySteps, drain })(ctx);
  assertEquals([made, titles(ctx).includes("Do nothing")], [1, false]);
});

Deno.test("deploy() says a step that fails, also when the one before it has nothing to do", async () => {
  const server = fakeServer({ model: copyModel(once) });
  const ctx = fakeContext({ config: user, servers: [server] });
  const { exec } = await momentOf("copyTemplate");
  server.plan({ exec, micro: 1, kind: "status" }, ctx.interrupt);
  const clean = scriptStep({ title: "Do nothing", script: () => [] });
  const { title } = await assertRejects(() => deployWith({ ...deploySteps, clean })(ctx), StepError);
  assertEquals([title, titles(ctx).includes(title)], [deploySteps.create.title, true]);
});

const failures = [
  // Places from the script's beginning, or, below 0, from its end.
  { step: "clean", name: "deleteTree", place: 1, undone: "upload" },
  { step: "create", name: "copyTemplate", place: -7, undone: "create, upload" },
  { step: "install", name: "startJail", place: -1, undone: "create, upload" },
  { step: "start", name: "startApp", place: -4, undone: "create, upload" },
  { step: "check", name: "checkApp", place: -2, undone: "create, upload" },
] as const;
for (const { step, name, place, undone } of failures) {
  Deno.test(`deploy() names "${deploySteps[step].title}" when that part of a script fails`, async () => {
    const server = fakeServer({ model: copyModel(once) });
    const { exec, micro } = await momentOf(name);
    const { error } = await deployTo(server, {
      fault: { exec, micro: place < 0 ? micro + place : place, kind: "status" },
    });
    if (!(error instanceof StepError)) throw error;
    const names = Object.entries(deploySteps).flatMap(([key, { title }]) =>
      error.undone.includes(title) ? [key] : []
    ).toReversed();
    assertEquals([error.title, names.join(", ")], [deploySteps[step].title, undone]);
    assertEquals(wrongs(server.model, "shop"), []);
  });
}

Deno.test("deploy() takes back what may have begun when the connection breaks in a shared script", async () => {
  const server = fakeServer({ model: copyModel(once) });
  const { exec } = await momentOf("copyTemplate");
  const { error } = await deployTo(server, { fault: { exec, micro: 1, kind: "lost" } });
  if (!(error instanceof StepError)) throw error;
  assertEquals([error.title, error.undone], [deploySteps.clean.title, [
    deploySteps.create.title,
    deploySteps.upload.title,
  ]]);
});

Deno.test("deploy() shows the last lines of the part that failed, not of those before", async () => {
  const server = fakeServer({ model: copyModel(once) });
  server.illness = () => "500";
  const { error, ctx } = await deployTo(server);
  ctx.ui.fail(error);
  assertStringIncludes(ctx.ui.text(), "last words");
  server.complaint = "Broken here";
  const { exec, micro } = await momentOf("startApp");
  const { error: other } = await deployTo(server, { fault: { exec, micro: micro - 4, kind: "status" } });
  const { details } = (other as StepError).cause as { details: readonly string[] };
  assertEquals(details, ["Broken here"]);
});

Deno.test("deploy() forgets old releases also when the old one could not be retired", async () => {
  const server = fakeServer({ model: copyModel(once) });
  for (let i = 0; i < 2; i++) await deployTo(server);
  const probe = fakeServer({ model: copyModel(server.model) });
  await deployTo(probe);
  const found = probe.ran.findIndex(({ names }) => names.includes("drainApp"));
  const micro = probe.ran[found]?.names.includes("dropReleases") ? 3 : 0;
  const { error, ctx } = await deployTo(server, { fault: { exec: found + 1, micro, kind: "status" } });
  const warned = ctx.ui.events.flatMap((event) => (event.type === "warning" ? [event.text] : []));
  assertEquals([
    error,
    warned.length,
    server.model.files.has("/var/db/alcaide/apps/shop/releases/1-1a2b3c4/env"),
  ], [
    undefined,
    1,
    false,
  ]);
  assertStringIncludes(warned[0] ?? "", `${deploySteps.retire.title} failed`);
});

Deno.test("inShell() keeps what a part sets to itself, and ends the whole with its status", async () => {
  await using here = remote("root@localhost", { transport: localTransport() });
  const together = script(
    inShell(sh`set -f; secret=1; cd /; exec true`),
    printMark(1),
    inShell(sh`echo "secret: \${secret-none}"; cat <<'END'
text
END`),
    inShell(sh`exit 7`),
    sh`echo never`,
  );
  const { code, stdout, stderr } = await here.exec(together);
  assertEquals([code, stdout, stderr], [7, `${mark(1)}\nsecret: none\ntext\n`, `${mark(1)}\n`]);
});
