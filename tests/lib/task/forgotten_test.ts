// Commands of `$` that nobody awaited: they never started.

import { assertEquals } from "@std/assert";
import { $ } from "../../../lib/remote/dollar.ts";
import { parallel } from "../../../lib/task/parallel.ts";
import { task } from "../../../lib/task/task.ts";
import { secret } from "../../../lib/core/secret.ts";
import { fakeContext } from "../../fake/context.ts";

/** Runs this in a task, and gives its warnings. */
async function warnings(use: (ctx: ReturnType<typeof fakeContext>) => unknown): Promise<string[]> {
  const ctx = { ...fakeContext(), directory: "/" };
  await task("Try it", async () => void await use(ctx))(ctx);
  return ctx.ui.events.flatMap((event) => event.type === "warning" ? [event.text, event.hint ?? ""] : []);
}

const hint = "A command of $ starts when it is awaited: write await before it";

Deno.test("a command of $ that nobody awaits is a warning at the end of the task, without its secret", async () => {
  const forgotten = () => {
    $`true ${secret("hunter2")}`.cwd("/").quiet();
  };
  assertEquals(await warnings(forgotten), ["Never started: true [secret]", hint]);
});

Deno.test("a forgotten command in a branch of parallel() bears the branch's name", async () => {
  const found = await warnings((ctx) =>
    parallel(ctx, {
      one: async () => {
        await $`true`;
        $`false`;
      },
    })
  );
  assertEquals(found, ["one: Never started: false", hint]);
});

Deno.test("a command of $ that was awaited, read, handed on or changed is none that was forgotten", async () => {
  const used = async () => {
    const base = $`echo a`;
    await base.quiet();
    await base.text();
    await $`echo b`.lines();
    await $`echo 1`.json();
    await $`true`.code();
    await $`true`.noThrow();
    await $`true`.then(() => {});
    await $`true`.finally(() => {});
    await $`echo c`.pipe($`cat`).text();
    await $`cat`.stdin($`echo d`.stream()).text();
    await Promise.all([$`true`, $`true`]);
  };
  assertEquals(await warnings(used), []);
  assertEquals(await warnings(() => $`true`), []);
});
