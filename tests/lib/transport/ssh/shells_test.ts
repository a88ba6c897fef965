// A shell is started one command ahead: that saves two round trips of three, and must be noticed by nothing else.

import { assertEquals, assertLess } from "@std/assert";
import type { Target } from "../../../../lib/core/target.ts";
import { sshTransport } from "../../../../lib/transport/ssh/mod.ts";
import { startRelay } from "../../../bench/relay.ts";
import { childrenOf, knownLine, signal, type Sshd, sshTest, startSshd, until } from "./sshd.ts";

const env = {};
const roundTrip = 200;

/** Milliseconds that something takes, the least of some turns: a busy machine can only add to them. */
async function least(limit: number, turn: () => Promise<() => PromiseLike<unknown>>): Promise<number> {
  let best = Infinity;
  for (let turns = 0; turns < 10 && best >= limit; turns++) {
    const work = await turn();
    const began = performance.now();
    await work();
    best = Math.min(best, performance.now() - began);
  }
  return best;
}

/** The shells that a server runs. */
async function shells(server: Sshd): Promise<number[]> {
  const found: number[] = [];
  const visit = async (pid: number) => {
    const line = await Deno.readTextFile(`/proc/${pid}/cmdline`).catch(() => "");
    if (line.startsWith("/bin/sh\0-s\0")) found.push(pid);
    for (const child of await childrenOf(pid)) await visit(child);
  };
  for (const pid of await server.children()) await visit(pid);
  return found;
}

async function spare(server: Sshd): Promise<number> {
  await until(async () => (await shells(server)).length === 1, "one shell waits");
  return (await shells(server))[0] ?? 0;
}

/** A server that is far away. */
async function startFar(): Promise<AsyncDisposable & { target: Target }> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startSshd());
  const relay = stack.use(await startRelay({ hostname: "127.0.0.1", port: server.port, roundTrip }));
  const knownHosts = `${server.directory}/known_far`;
  await Deno.writeTextFile(knownHosts, await knownLine(relay.port, `${server.directory}/host_ed25519`));
  const all = stack.move();
  return {
    target: { ...server.target, port: relay.port, knownHosts },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

sshTest("a further command on a connection takes one round trip", async () => {
  await using server = await startFar();
  await using transport = sshTransport(server.target, { env });
  const limit = 1.7 * roundTrip;
  const took = await least(limit, async () => {
    await transport.exec("sleep 0.4", {});
    return () => transport.exec(":", {});
  });
  assertLess(took, limit);
});

sshTest("a connection is closed without waiting for the server", async () => {
  await using server = await startFar();
  const limit = 0.7 * roundTrip;
  const took = await least(limit, async () => {
    const transport = sshTransport(server.target, { env });
    await transport.exec(":", {});
    return () => transport[Symbol.asyncDispose]();
  });
  assertLess(took, limit);
});

sshTest("a shell that waits ends with its connection", async () => {
  await using server = await startSshd();
  {
    await using transport = sshTransport(server.target, { env });
    await transport.exec(":", {});
    await spare(server);
  }
  await until(async () => (await shells(server)).length === 0, "no shell is left");
});

sshTest("a shell that was ended while it waited is replaced", async () => {
  await using server = await startSshd();
  await using transport = sshTransport(server.target, { env });
  for (let turn = 0; turn < 3; turn++) {
    await transport.exec(":", {});
    const pid = await spare(server);
    signal(pid, "SIGKILL");
    await until(async () => !(await shells(server)).includes(pid), "it is gone");
    // Now the news of it is there as well.
    if (turn > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    assertEquals((await transport.exec("echo well; exit 3", {})).stdout, "well\n");
  }
});

sshTest("a shell that is ended as it gets its script runs it once, or another one does", async () => {
  await using server = await startSshd();
  await using transport = sshTransport(server.target, { env });
  await transport.exec(":", {});
  signal(await spare(server), "SIGKILL");
  const seen: string[] = [];
  const { code } = await transport.exec(`echo x >>${server.directory}/count; cat`, {
    stdin: "all of it",
    onLine: (line) => seen.push(line),
  });
  assertEquals([code, seen, await Deno.readTextFile(`${server.directory}/count`)], [0, ["all of it"], "x\n"]);
});

sshTest("a script in a shell that waited reads its standard input alone", async () => {
  await using server = await startSshd();
  await using transport = sshTransport(server.target, { env });
  await transport.exec(":", {});
  await spare(server);
  const body = "exit 9\n".repeat(50_000);
  const { code, stdout } = await transport.exec("cat | wc -c; exit 5", { stdin: body });
  assertEquals([code, stdout.trim()], [5, `${body.length}`]);
});

for (const count of [1, 2, 3]) {
  sshTest(`a server that allows ${count} at once runs all commands, one waiting shell or none`, async () => {
    await using server = await startSshd({ config: [`MaxSessions ${count}`] });
    await using transport = sshTransport(server.target, { env });
    for (let turn = 0; turn < 3; turn++) {
      const one = () => transport.exec("sleep 0.01; echo ok", {});
      const exits = [await one(), ...await Promise.all([one(), one(), one(), one()])];
      assertEquals(exits.map(({ stdout }) => stdout), Array(5).fill("ok\n"));
    }
  });
}

sshTest("a shell that waits gives its place to a command of another kind", async () => {
  await using server = await startSshd({ config: ["MaxSessions 2"] });
  await using transport = sshTransport(server.target, { env });
  const { writable, readable } = new TransformStream<Uint8Array, Uint8Array>();
  const holding = transport.exec("cat", { stdin: readable });
  assertEquals((await transport.exec("echo one", {})).stdout, "one\n");
  let shown = "";
  const { code } = await transport.exec("echo two", {
    terminal: { columns: 80, rows: 24, type: "xterm" },
    onData: (chunk) => shown += new TextDecoder().decode(chunk),
  });
  await writable.close();
  assertEquals([code, shown, (await holding).code], [0, "two\r\n", 0]);
});

sshTest("giving up a command leaves the next one a shell", async () => {
  await using server = await startSshd();
  await using transport = sshTransport(server.target, { env });
  await transport.exec(":", {});
  for (let turn = 0; turn < 3; turn++) {
    const stop = new AbortController();
    const given = transport.exec("echo; sleep 60", { signal: stop.signal, onLine: () => stop.abort() });
    assertEquals(await given.then(() => "ended", () => "given up"), "given up");
    assertEquals((await transport.exec("echo well", {})).stdout, "well\n");
  }
});

sshTest("a command's status counts also when it comes with the news of its start", async () => {
  await using server = await startSshd();
  const bundling = bundle(server.port, 100);
  const knownHosts = `${server.directory}/known_bundled`;
  await Deno.writeTextFile(knownHosts, await knownLine(bundling.port, `${server.directory}/host_ed25519`));
  {
    await using transport = sshTransport({ ...server.target, port: bundling.port, knownHosts }, { env });
    const terminal = { columns: 80, rows: 24, type: "xterm" };
    assertEquals((await transport.exec("exit 4", { terminal, onData: () => {} })).code, 4);
  }
  await bundling.ended;
});

/** A way to a server on which what the server says comes in bundles, as under load. */
function bundle(to: number, milliseconds: number): { port: number; ended: Promise<void> } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serve = async () => {
    using client = await listener.accept();
    listener.close();
    using server = await Deno.connect({ hostname: "127.0.0.1", port: to });
    const held: Uint8Array<ArrayBuffer>[] = [];
    const timer = setInterval(async () => {
      const bytes = new Uint8Array(await new Blob(held.splice(0)).arrayBuffer());
      if (bytes.length > 0) await client.write(bytes).catch(() => {});
    }, milliseconds);
    const back = (async () => {
      for await (const chunk of server.readable) held.push(chunk);
    })().catch(() => {});
    await client.readable.pipeTo(server.writable).catch(() => {});
    await back;
    clearInterval(timer);
  };
  return { port: listener.addr.port, ended: serve().catch(() => {}) };
}
