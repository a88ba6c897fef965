// Ends of commands of `$`: their children's, and their input's.

import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { CommandError, TimeoutError } from "../../../lib/core/error.ts";
import { sh } from "../../../lib/core/sh.ts";
import { $ } from "../../../lib/remote/dollar.ts";
import { inFolder } from "../../folder.ts";
import { local } from "../../../lib/remote/local.ts";
import { gone } from "../transport/gone.ts";

const script = "trap '' HUP; sleep 300 & echo $!; wait";

Deno.test("$ leaves a program in our own group, where Ctrl-C reaches it, unless we can end it", async () => {
  const group = "cut -d' ' -f5 /proc/$$/stat";
  const [, , , , ours] = (await Deno.readTextFile("/proc/self/stat")).split(" ");
  assertEquals(await $`sh -c ${group}`.text(), ours);
  assertNotEquals(await $`sh -c ${group}`.signal(new AbortController().signal).text(), ours);
});

Deno.test("$ ends a command when its time is over", async () => {
  await assertRejects(
    async () => await $`sleep 300`.timeout(30),
    TimeoutError,
    "Cannot finish a local command within 0.03 s",
  );
});

Deno.test("$ ends what its commands have started, too, and starts no further one, with its signal", async () => {
  const stop = new AbortController();
  const reason = new Error("enough");
  const pids: number[] = [];
  const into = new WritableStream<Uint8Array>({
    write: (chunk) => {
      pids.push(Number(new TextDecoder().decode(chunk)));
      stop.abort(reason);
    },
  });
  await inFolder(async (directory) => {
    const running = $`sh -c ${script} | cat > ${into}; touch more`.cwd(directory).signal(stop.signal);
    assertEquals(await assertRejects(async () => await running), reason);
    assertEquals(pids.length, 1);
    await gone(pids[0] ?? 0);
    assertEquals(
      await assertRejects(async () => await $`touch more`.cwd(directory).signal(stop.signal)),
      reason,
    );
    assertEquals(await Array.fromAsync(Deno.readDir(directory)), []);
  });
});

Deno.test("a stream of $ ends its command when nobody reads any more", async () => {
  const reader = $`sh -c ${script}`.stream().getReader();
  const pid = Number(new TextDecoder().decode((await reader.read()).value));
  await reader.cancel();
  await gone(pid);
});

Deno.test("a stream of $ starts nothing before it is read", async () => {
  await inFolder(async (directory) => {
    const stream = $`touch ${`${directory}/started`}`.stream();
    await $`true`;
    assertEquals(await Array.fromAsync(Deno.readDir(directory)), []);
    assertEquals(await new Response(stream).text(), "");
    assertEquals((await Array.fromAsync(Deno.readDir(directory))).length, 1);
  });
});

Deno.test("a command of $ is a pipe's beginning: it fails what reads it when it fails", async () => {
  const here = local();
  const count = sh`wc -c`;
  assertEquals(
    (await here.run(count, { stdin: $`head -c 3000000 /dev/zero`.stream() })).stdout.trim(),
    "3000000",
  );
  const half = () => $`sh -c ${"echo half; exit 4"}`;
  for (
    const read of [
      () => here.run(count, { stdin: half().stream() }),
      async () => await half().pipe($`cat`.quiet()),
    ]
  ) {
    const error = await assertRejects(read, CommandError);
    assertEquals(error.exit.code, 4);
  }
});

Deno.test("a command of $ reads what a function gives it, and fails when that fails", async () => {
  const here = local();
  const read = (script: string) => (take: (chunk: Uint8Array) => void, signal: AbortSignal) =>
    here.run(sh`sh -c ${script}`, { onData: take, signal });
  assertEquals(await $`wc -c`.stdin(read("head -c 3000000 /dev/zero")).text(), "3000000");
  const failed = await assertRejects(
    () => $`cat`.stdin(read("echo half; exit 4")).quiet().text(),
    CommandError,
  );
  assertEquals(failed.exit.code, 4);
  let over: Promise<unknown> = Promise.resolve();
  const endless = read("while :; do echo y; done");
  assertEquals(await $`head -n 1`.stdin((take, signal) => over = endless(take, signal)).text(), "y");
  await assertRejects(() => over);
});
