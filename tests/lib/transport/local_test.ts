import { assertEquals, assertRejects } from "@std/assert";
import { AlcaideError, TimeoutError } from "../../../lib/core/error.ts";
import { local } from "../../../lib/remote/local.ts";
import { sh } from "../../../lib/core/sh.ts";
import { localTransport } from "../../../lib/transport/local.ts";
import { until } from "./ssh/sshd.ts";

const here = localTransport();

function bytes(total: number): ReadableStream<Uint8Array> {
  let left = total;
  return new ReadableStream({
    pull(controller) {
      const size = Math.min(left, 100_000);
      if (size > 0) controller.enqueue(new Uint8Array(size).fill(65));
      left -= size;
      if (left === 0) controller.close();
    },
  });
}

Deno.test("local exec() gives status and both outputs", async () => {
  assertEquals(await here.exec("echo out; echo err >&2; exit 3", {}), {
    code: 3,
    stdout: "out\n",
    stderr: "err\n",
  });
});

Deno.test("local exec() names the signal that killed a script", async () => {
  assertEquals(await here.exec("kill -9 $$", {}), { code: null, signal: "KILL", stdout: "", stderr: "" });
});

Deno.test("local exec() gives the script nothing to read", async () => {
  assertEquals((await here.exec("cat; echo rest", {})).stdout, "rest\n");
});

Deno.test("local exec() streams to the script", async () => {
  assertEquals((await here.exec("wc -c", { stdin: bytes(3_000_000) })).stdout.trim(), "3000000");
});

Deno.test("local exec() bears a script that doesn't read to the end", async () => {
  const exit = await here.exec("head -c 3; exit 4", { stdin: bytes(3_000_000) });
  assertEquals([exit.code, exit.stdout], [4, "AAA"]);
});

Deno.test("local exec() reports a script that is no shell text", async () => {
  assertEquals((await here.exec("if", { stdin: "x" })).code, 2);
});

Deno.test("local exec() delivers lines as they come", async () => {
  const lines: string[] = [];
  await here.exec("echo a; echo b", { onLine: (line, stream) => lines.push(`${stream} ${line}`) });
  assertEquals(lines, ["out a", "out b"]);
});

Deno.test("local exec() gives up after the timeout", async () => {
  await assertRejects(() => here.exec("sleep 60", { timeout: 30 }), TimeoutError, "within 0.03 s");
});

Deno.test("local exec() ends all that a script started when told to", async () => {
  const controller = new AbortController();
  let pid = 0;
  const running = here.exec("sleep 60 & echo $!; wait", {
    signal: controller.signal,
    onLine: (line) => {
      pid = Number(line);
      controller.abort(new Error("enough"));
    },
  });
  await assertRejects(() => running, Error, "enough");
  await until(() => !alive(pid), "the child is gone");
  assertEquals(alive(pid), false);
});

Deno.test("local exec() ends a script whose output nobody can keep", async () => {
  const fail = () => {
    throw new AlcaideError("Cannot listen");
  };
  await assertRejects(() => here.exec("echo a; sleep 60", { onLine: fail }), AlcaideError, "Cannot listen");
});

Deno.test("local exec() throws what the stream throws", async () => {
  const stdin = new ReadableStream<Uint8Array>({
    pull: () => Promise.reject(new Error("no such file")),
  });
  await assertRejects(() => here.exec("cat", { stdin }), Error, "no such file");
});

Deno.test("local() runs where it is told, with variables", async () => {
  const build = local({ cwd: "/", env: { RELEASE: "7-abc" } });
  assertEquals(await build.read(sh`pwd; echo "$RELEASE"`), "/\n7-abc");
});

function alive(pid: number): boolean {
  try {
    // A zombie still has its directory, but no command line.
    return Deno.readTextFileSync(`/proc/${pid}/cmdline`) !== "";
  } catch {
    return false;
  }
}
