// Commands of `$` in tasks: they run where the task does, print through its ui, and end with it.

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { dirname, fromFileUrl } from "@std/path";
import { CommandError, InterruptedError, ReaderGoneError } from "../../../lib/core/error.ts";
import { secret } from "../../../lib/core/secret.ts";
import { $ } from "../../../lib/remote/dollar.ts";
import type { Context } from "../../../lib/task/context.ts";
import { parallel } from "../../../lib/task/parallel.ts";
import { task } from "../../../lib/task/task.ts";
import { memoryUi } from "../../fake/memory_ui.ts";
import { fakeContext } from "../../fake/context.ts";
import { inDirectory } from "../cli/running.ts";
import { gone } from "../transport/gone.ts";

const repository = fromFileUrl(new URL("../../../", import.meta.url));
const endless = "trap '' HUP; sleep 300 & echo $!; wait";

function context(verbose = false, directory = Deno.realPathSync("/bin")) {
  const ctx = fakeContext();
  return { ...ctx, ui: memoryUi({ verbose }), directory };
}

async function run(use: () => Promise<unknown>, ctx: Context): Promise<void> {
  await task("Try it", async () => void await use())(ctx);
}

/** The output, a text a stream: pieces come as they come. */
function printed({ ui }: ReturnType<typeof context>) {
  const of = (stream: "out" | "err") =>
    ui.events.flatMap((event) => event.type === "output" && event.stream === stream ? [event.text] : []).join(
      "",
    );
  return { out: of("out"), err: of("err") };
}

Deno.test("$ in a task runs in its directory and prints through its ui", async () => {
  const ctx = context();
  await run(() => $`pwd; sh -c ${"echo err >&2"}`, ctx);
  assertEquals(printed(ctx), { out: `${ctx.directory}\n`, err: "err\n" });
  await run(async () => assertEquals(await $`pwd`.cwd("/").text(), "/"), ctx);
  await run(async () => assertEquals(await $`pwd`.cwd("..").text(), dirname(ctx.directory)), ctx);
  await run(() => $`echo nothing`.quiet(), ctx);
  assertEquals(printed(ctx), { out: `${ctx.directory}\n`, err: "err\n" });
});

Deno.test("$ shows its commands with --verbose, and never a secret in what it prints", async () => {
  const ctx = context(true);
  await run(
    () => $`sh -c ${'printf "%s\\n" "$1"; printf hun >&2; echo ter2 >&2'} sh ${secret("hunter2")}`,
    ctx,
  );
  assertEquals(printed(ctx), { out: "[secret]\n", err: "[secret]\n" });
  assertEquals(ctx.ui.events[0], {
    type: "info",
    text: `$ sh -c 'printf "%s\\n" "$1"; printf hun >&2; echo ter2 >&2' sh [secret]`,
  });
  assert(!ctx.ui.text().includes("hunter2"));
});

Deno.test("an error of $ does not repeat what was shown, but says what was not", async () => {
  const ctx = context();
  const fail = $`sh -c ${"echo err >&2; exit 1"}`;
  await run(async () => {
    const loud = await assertRejects(async () => await $`sh -c ${"echo err >&2; exit 1"}`, CommandError);
    const quiet = await assertRejects(
      async () => await $`sh -c ${"echo err >&2; exit 1"}`.quiet(),
      CommandError,
    );
    const read = await assertRejects(() => $`sh -c ${"echo out; exit 1"}`.text(), CommandError);
    assertEquals([loud.details, quiet.details, read.details], [[], ["err"], ["out"]]);
    assertEquals(loud.exit.stderr, "err\n");
  }, ctx);
  assertEquals(await fail.quiet().code(), 1);
});

Deno.test("$ belongs to the innermost task, also when that is called with another context", async () => {
  const [outer, inner] = [context(), context(false, "/etc")];
  const nested = task("Inner", async () => void await $`pwd`);
  await run(async () => {
    await nested(inner);
    await $`pwd`;
  }, outer);
  assertEquals([outer, inner].map((ctx) => printed(ctx).out), [
    `${outer.directory}\n`,
    `${inner.directory}\n`,
  ]);
});

Deno.test("$ in parallel() prints with the branch's name, and ends when another branch fails", async () => {
  const ctx = context();
  let ended: unknown;
  const started = Promise.withResolvers<void>();
  const slow = async () => {
    const into = new WritableStream({ write: () => started.resolve() });
    ended = await assertRejects(async () => await $`sh -c ${endless} > ${into}`);
  };
  const bad = async () => {
    await $`echo hello`;
    await started.promise;
    await $`sh -c ${"exit 7"}`;
  };
  await assertRejects(() => parallel(ctx, { slow, bad }), CommandError, "status 7");
  assertEquals((ended as Error).message, "Cannot finish: bad failed meanwhile");
  assertEquals(ctx.ui.events, [{ type: "line", source: "bad", text: "hello" }]);
});

Deno.test("$ throws the reason of an interrupted task, and starts nothing more", async () => {
  const fake = fakeContext();
  const directory = await Deno.makeTempDir();
  try {
    await assertRejects(() =>
      run(async () => {
        const into = new WritableStream({ write: () => fake.interrupt() });
        await assertRejects(async () => await $`sh -c ${endless} > ${into}`, InterruptedError);
        await $`touch more`.noThrow();
      }, { ...fake, directory }), InterruptedError);
    assertEquals(await Array.fromAsync(Deno.readDir(directory)), []);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("$ fails with a ui that takes no more, and leaves nothing running", async () => {
  const ctx = context();
  let pid = 0;
  const output = (chunk: Uint8Array) => {
    pid = Number(new TextDecoder().decode(chunk));
    throw new ReaderGoneError();
  };
  await assertRejects(
    () => run(() => $`sh -c ${endless}`, { ...ctx, ui: { ...ctx.ui, output } }),
    ReaderGoneError,
  );
  await gone(pid);
});

Deno.test("$.progress() shows how far something is by the task's ui", async () => {
  const ctx = context();
  await run(async () => {
    const bar = $.progress("Convert", { length: 3 });
    await bar.with(async (own) => {
      own.increment();
      own.position(2);
      await Promise.resolve();
    });
  }, ctx);
  const at = (done: number) => ({ type: "progress" as const, label: "Convert", done, total: 3 });
  assertEquals(ctx.ui.events, [at(1), at(2), at(3)]);
});

const file = `import { $, secret } from "alcaide";
export async function where() { await $\`pwd\`; }
export async function waits() { await $\`sh -c \${${JSON.stringify(endless)}}\`; }
export async function fails() { await $\`sh -c \${"exit 3"} sh \${secret("hunter2")}\`; }
`;

Deno.test("$ knows its task in a plain function of an Alcaidefile", async () => {
  await inDirectory(file, async (alcaide, directory) => {
    const { ui } = await alcaide(["where"]);
    assertEquals(ui.events, [{ type: "output", stream: "out", text: `${await Deno.realPath(directory)}\n` }]);
    const failed = await alcaide(["fails"]);
    assertEquals(failed.status, 1);
    assertMatch(
      failed.ui.errors[0] ?? "",
      /it ended with status 3\n {2}in the task "fails", .*Alcaidefile\.ts:4:33/,
    );
  });
});

Deno.test("SIGINT ends what $ has started, and --json stays JSON", async () => {
  await inDirectory(file, async (_, directory) => {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", "--no-check", `${repository}cli.ts`, "--json", "waits"],
      cwd: directory,
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    let said = "";
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      said += text;
      if (said.includes("\n")) child.kill("SIGINT");
    }
    const { code } = await child.status;
    const events = said.trimEnd().split("\n").map((line) => JSON.parse(line));
    assertEquals(
      [code, events[0].type, events[0].stream],
      [130, "output", "out"],
      await new Response(child.stderr).text(),
    );
    const pid = Number(events[0].text);
    assert(pid > 1);
    // The program waits for its own child alone.
    await gone(pid);
  });
});

Deno.test("outside of tasks $ prints as this program does; nothing of it is loaded before it starts", async () => {
  const text = `import { ChildProcess } from "node:child_process";
const { spawn } = ChildProcess.prototype;
const { $ } = await import(${JSON.stringify(`${repository}mod.ts`)});
const command = $\`echo outside\`;
const untouched = ChildProcess.prototype.spawn === spawn;
await command;
console.log(untouched, ChildProcess.prototype.spawn === spawn);`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", "--no-check", text],
    cwd: repository,
  }).output();
  assertEquals(new TextDecoder().decode(stdout), "outside\ntrue false\n", new TextDecoder().decode(stderr));
});
