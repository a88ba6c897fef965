import { assert, assertEquals, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { AlcaideError, LostConnectionError, TimeoutError } from "../../../../lib/core/error.ts";
import { sshTransport } from "../../../../lib/transport/ssh/mod.ts";
import { seeded } from "../../../shell.ts";
import { exists, sshTest, startSshd, until } from "./sshd.ts";

const env = {};

sshTest("exec() gives status and both outputs", async () => {
  await using server = await startSshd();
  await using transport = sshTransport(server.target, { env });
  assertEquals(await transport.exec("echo out; echo err >&2; exit 3", {}), {
    code: 3,
    stdout: "out\n",
    stderr: "err\n",
  });
});

sshTest("exec() connects at the first script only", async () => {
  await using server = await startSshd();
  await using transport = sshTransport(server.target, { env });
  const before = transport.connected;
  await transport.exec(":", {});
  assertEquals([before, transport.connected], [false, true]);
});

sshTest("exec() names the signal that killed a script", async () => {
  await using server = await startSshd();
  await using transport = sshTransport(server.target, { env });
  assertEquals(await transport.exec("kill -9 $$", {}), {
    code: null,
    signal: "KILL",
    stdout: "",
    stderr: "",
  });
});

sshTest("exec() gives commands in a script nothing to read", async () => {
  await using server = await startSshd();
  await using transport = sshTransport(server.target, { env });
  assertEquals((await transport.exec("cat\necho after", {})).stdout, "after\n");
});

sshTest("exec() runs an empty script", async () => {
  await using server = await startSshd();
  await using transport = sshTransport(server.target, { env });
  assertEquals((await transport.exec("", {})).code, 0);
});

sshTest("exec() reports a script that is no shell text, without waiting for more", async () => {
  await using server = await startSshd();
  await using transport = sshTransport(server.target, { env });
  const exit = await transport.exec("echo 'open", { timeout: 5000 });
  assertEquals(exit.code, 2);
  assert(/unterminated/i.test(exit.stderr), exit.stderr);
});

sshTest("exec() keeps secrets out of the list of processes", async () => {
  await using server = await startSshd();
  await using transport = sshTransport(server.target, { env });
  const script = "x=hunter2; tr '\\0' ' ' </proc/$$/cmdline; tr '\\0' ' ' </proc/$PPID/cmdline";
  assert(!(await transport.exec(script, {})).stdout.includes("hunter2"));
});

sshTest("exec() streams 20 MB to a script, whole", async () => {
  await using server = await startSshd();
  await using transport = sshTransport(server.target, { env });
  const hash = createHash("sha256");
  const piece = crypto.getRandomValues(new Uint8Array(50_000));
  let sent = 0;
  const stdin = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent === 400) return controller.close();
      piece[0] = sent++ % 256;
      hash.update(piece);
      controller.enqueue(piece.slice());
    },
  });
  const exit = await transport.exec("sha256sum; exit 7", { stdin });
  assertEquals([exit.code, exit.stdout.slice(0, 64)], [7, hash.digest("hex")]);
});

sshTest("exec() gives a stream to the script only, never to the shell", async () => {
  await using server = await startSshd();
  await using transport = sshTransport(server.target, { env });
  assertEquals(await transport.exec("head -c 0", { stdin: "echo evil\nexit 9\n" }), {
    code: 0,
    stdout: "",
    stderr: "",
  });
});

sshTest("exec() ends when the script ends, whoever still sends", async () => {
  await using server = await startSshd();
  await using transport = sshTransport(server.target, { env });
  let cancelled = false;
  const stdin = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new Uint8Array([65])),
    cancel: () => void (cancelled = true),
  });
  const exit = await transport.exec("head -c 1", { stdin });
  await until(() => cancelled, "the stream is let go");
  assertEquals([exit.code, exit.stdout, cancelled], [0, "A", true]);
});

sshTest("exec() throws what a stream throws", async () => {
  await using server = await startSshd();
  await using transport = sshTransport(server.target, { env });
  const stdin = new ReadableStream<Uint8Array>({ pull: () => Promise.reject(new Error("no such file")) });
  await assertRejects(() => transport.exec("cat", { stdin }), Error, "no such file");
});

sshTest("exec() keeps 5 MB of output whole", async () => {
  await using server = await startSshd();
  await using transport = sshTransport(server.target, { env });
  const exit = await transport.exec("head -c 5000000 /dev/zero | tr '\\0' x", {});
  assertEquals([exit.stdout.length, exit.stdout.replaceAll("x", "")], [5_000_000, ""]);
});

sshTest("exec() stops a script whose output nobody can keep", async () => {
  await using server = await startSshd();
  await using transport = sshTransport(server.target, { env });
  await assertRejects(() => transport.exec("cat /dev/zero", {}), AlcaideError, "Cannot keep the output");
});

sshTest("exec() delivers lines as they come, with characters put together", async () => {
  await using server = await startSshd();
  await using transport = sshTransport(server.target, { env });
  const lines: string[] = [];
  await transport.exec("printf 'caf\\303'; sleep 0.05; printf '\\251\\nlast'; echo oops >&2", {
    onLine: (line, stream) => lines.push(`${stream} ${line}`),
  });
  assertEquals(lines.sort(), ["err oops", "out café", "out last"]);
});

sshTest("exec() runs 20 scripts at once on one connection", async () => {
  await using server = await startSshd();
  await using transport = sshTransport(server.target, { env });
  const exits = await Promise.all(
    Array.from({ length: 20 }, (_, i) => transport.exec(`sleep 0.02; echo ${i} $PPID`, {})),
  );
  const words = exits.map((exit) => exit.stdout.trim().split(" "));
  assertEquals(words.map(([number]) => Number(number)), Array.from({ length: 20 }, (_, i) => i));
  assertEquals(new Set(words.map(([, parent]) => parent)).size, 1);
});

sshTest("exec() makes do with fewer sessions than usual", async () => {
  await using server = await startSshd({ config: ["MaxSessions 2"] });
  await using transport = sshTransport(server.target, { env });
  const exits = await Promise.all(Array.from({ length: 6 }, () => transport.exec("sleep 0.01; echo ok", {})));
  assertEquals(exits.map((exit) => exit.stdout), Array(6).fill("ok\n"));
});

sshTest("exec() says when the connection breaks, and connects again for the next script", async () => {
  await using server = await startSshd();
  await using transport = sshTransport(server.target, { env });
  const running = transport.exec("echo started; sleep 60", {
    onLine: () => server.cut(),
  });
  const error = await assertRejects(() => running, LostConnectionError, "the connection broke");
  assert(error.message.includes("root@127.0.0.1"), error.message);
  assertEquals((await transport.exec("echo again", {})).stdout, "again\n");
});

sshTest("exec() gives up after the timeout", async () => {
  await using server = await startSshd();
  await using transport = sshTransport(server.target, { env });
  await transport.exec(":", {});
  const error = await assertRejects(
    () => transport.exec("sleep 60", { timeout: 50 }),
    TimeoutError,
    "within 0.05 s",
  );
  assertEquals(error.hint, "The command may still run on the server");
});

sshTest("exec() ends the script on the server when told to", async () => {
  await using server = await startSshd();
  await using transport = sshTransport(server.target, { env });
  const controller = new AbortController();
  let pid = "";
  const running = transport.exec("echo $$; sleep 60", {
    signal: controller.signal,
    onLine: (line) => {
      pid = line;
      controller.abort(new Error("enough"));
    },
  });
  await assertRejects(() => running, Error, "enough");
  await until(() => !exists(`/proc/${pid}/status`), "the script is gone");
  assertEquals((await transport.exec("echo alive", {})).stdout, "alive\n");
});

sshTest("exec() doesn't begin when its signal came before", async () => {
  await using server = await startSshd();
  await using transport = sshTransport(server.target, { env });
  const signal = AbortSignal.abort(new Error("too late"));
  await assertRejects(() => transport.exec("touch /tmp/never", { signal }), Error, "too late");
  assertEquals(transport.connected, false);
});

sshTest("exec() throws the signal's reason when the connection breaks for it", async () => {
  await using server = await startSshd();
  await using transport = sshTransport(server.target, { env });
  const controller = new AbortController();
  const running = transport.exec("echo started; sleep 60", {
    signal: controller.signal,
    onLine: async () => {
      await server.cut();
      controller.abort(new Error("enough"));
    },
  });
  await assertRejects(() => running, Error, "enough");
});

sshTest("dispose ends what still runs", async () => {
  await using server = await startSshd();
  const transport = sshTransport(server.target, { env });
  const started = Promise.withResolvers<void>();
  const running = transport.exec("echo started; sleep 60", { onLine: () => started.resolve() });
  const ended = assertRejects(() => running, LostConnectionError);
  await started.promise;
  await transport[Symbol.asyncDispose]();
  await ended;
  assertEquals(transport.connected, false);
});

sshTest("exec() after dispose says that the connection was closed", async () => {
  await using server = await startSshd();
  const transport = sshTransport(server.target, { env });
  await transport[Symbol.asyncDispose]();
  await assertRejects(() => transport.exec(":", {}), AlcaideError, "its connection was closed");
});

sshTest("several connections at once don't spoil what each other sends", async () => {
  await using server = await startSshd();
  await using stack = new AsyncDisposableStack();
  const many = Array.from({ length: 4 }, () => stack.use(sshTransport(server.target, { env })));
  const random = seeded(7);
  const lines = Array.from({ length: 200 }, () => "x".repeat(Math.floor(random() * 20_000))).join("\n");
  const answers = await Promise.all(many.map(async (transport) => {
    const [sent, got] = await Promise.all([
      transport.exec("wc -c", { stdin: lines }),
      transport.exec("head -c 500000 /dev/zero | tr '\\0' x", {}),
    ]);
    return [sent.stdout.trim(), got.stdout.length];
  }));
  assertEquals(answers, Array(4).fill([`${lines.length}`, 500_000]));
});
