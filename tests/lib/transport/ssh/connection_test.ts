import { assert, assertEquals, assertRejects } from "@std/assert";
// @ts-types="@types/ssh2"
import ssh2 from "ssh2";
import { ConnectError, LostConnectionError } from "../../../../lib/core/error.ts";
import { sshTransport } from "../../../../lib/transport/ssh/mod.ts";
import { freePort, knownLine, makeKey, sshTest, startSshd, until } from "./sshd.ts";

const env = {};

Deno.test("exec() says that a port refuses connections, after trying again", async () => {
  const started = Date.now();
  await using transport = sshTransport({ host: "127.0.0.1", port: freePort() }, { env, retries: 1 });
  const error = await assertRejects(() => transport.exec(":", {}), ConnectError, "refuses connections");
  assert(error.hint?.includes("sshd"), error.hint);
  assert(Date.now() - started >= 500);
});

Deno.test("exec() says that a server isn't found", async () => {
  await using transport = sshTransport({ host: "no-such-server.invalid" }, { env });
  await assertRejects(() => transport.exec(":", {}), ConnectError, "no address is known");
});

Deno.test("exec() says that a server doesn't answer", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const options = { env, connectTimeout: 50, retries: 0 };
  await using transport = sshTransport({ host: "127.0.0.1", port: listener.addr.port }, options);
  await assertRejects(() => transport.exec(":", {}), ConnectError, "no answer within 0.05 s");
});

Deno.test("exec() waits for a server as long as ConnectTimeout says, also when no timer runs so long", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const options = { env, connectTimeout: 30 * 24 * 3_600_000, retries: 0 };
  await using transport = sshTransport({ host: "127.0.0.1", port: listener.addr.port }, options);
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error("enough")), 50);
  await assertRejects(() => transport.exec(":", { signal: stop.signal }), Error, "enough");
});

Deno.test("exec() says that something else than an SSH server closes the connection", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const closing = (async () => {
    for await (const connection of listener) connection.close();
  })();
  {
    const target = { host: "127.0.0.1", port: listener.addr.port };
    await using transport = sshTransport(target, { env, retries: 0 });
    await assertRejects(() => transport.exec(":", {}), ConnectError, "closed the connection");
  }
  listener.close();
  await closing.catch(() => {});
});

Deno.test("exec() stops connecting when its signal comes, and dispose ends the attempt", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const transport = sshTransport({ host: "127.0.0.1", port: listener.addr.port }, { env });
  const controller = new AbortController();
  const running = transport.exec(":", { signal: controller.signal });
  controller.abort(new Error("enough"));
  await assertRejects(() => running, Error, "enough");
  await transport[Symbol.asyncDispose]();
  assertEquals(transport.connected, false);
});

Deno.test("exec() gives no status when the server tells none", async () => {
  const directory = await Deno.makeTempDir({ prefix: "alcaide_ssh_" });
  const hostKey = await makeKey(`${directory}/host`);
  const server = silentServer(await Deno.readTextFile(hostKey));
  const { promise: port, resolve } = Promise.withResolvers<number>();
  server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
  await Deno.writeTextFile(`${directory}/known_hosts`, await knownLine(await port, hostKey));
  const target = {
    host: "127.0.0.1",
    port: await port,
    key: await makeKey(`${directory}/key`),
    knownHosts: `${directory}/known_hosts`,
  };
  {
    await using transport = sshTransport(target, { env });
    assertEquals(await transport.exec(":", {}), { code: null, stdout: "partly", stderr: "" });
  }
  await new Promise((resolve) => server.close(resolve));
  await Deno.remove(directory, { recursive: true });
});

/** A server that lets everybody in and closes each command without telling how it ended. */
function silentServer(hostKey: string) {
  return new ssh2.Server({ hostKeys: [hostKey] }, (client) => {
    client.on("error", () => {});
    client.on("authentication", (context) => context.accept());
    client.on("session", (accept) => {
      accept().on("exec", (acceptExec) => {
        const channel = acceptExec();
        channel.write("\x1ealcaide 1\x1epartly");
        channel.end();
      });
    });
  });
}

sshTest("exec() goes through another server", async () => {
  await using inner = await startSshd();
  await using outer = await startSshd();
  await Deno.copyFile(`${inner.directory}/key.pub`, `${outer.directory}/authorized_keys`);
  const known = await Promise.all(
    [inner, outer].map((one) => Deno.readTextFile(`${one.directory}/known_hosts`)),
  );
  await Deno.writeTextFile(`${inner.directory}/known_hosts`, known.join(""));
  await using transport = sshTransport({ ...inner.target, jump: `root@127.0.0.1:${outer.port}` }, { env });
  assertEquals(await transport.exec("wc -c; exit 5", { stdin: new Uint8Array(3_000_000) }), {
    code: 5,
    stdout: "3000000\n",
    stderr: "",
  });
  // The question whether it answers may still have a process of its own.
  await until(async () => (await outer.children()).length === 1, "one connection is left");
});

sshTest("exec() says when the server to go through can't reach the other", async () => {
  await using outer = await startSshd();
  const target = { ...outer.target, port: freePort(), jump: `root@127.0.0.1:${outer.port}` };
  await using transport = sshTransport(target, { env, retries: 0 });
  await assertRejects(() => transport.exec(":", {}), ConnectError, `through "root@127.0.0.1:${outer.port}"`);
});

sshTest("exec() says when the connection to a server on the way breaks", async () => {
  await using inner = await startSshd();
  await using outer = await startSshd();
  await Deno.copyFile(`${inner.directory}/key.pub`, `${outer.directory}/authorized_keys`);
  const known = await Promise.all(
    [inner, outer].map((one) => Deno.readTextFile(`${one.directory}/known_hosts`)),
  );
  await Deno.writeTextFile(`${inner.directory}/known_hosts`, known.join(""));
  await using transport = sshTransport({ ...inner.target, jump: `root@127.0.0.1:${outer.port}` }, { env });
  const running = transport.exec("echo started; sleep 60", {
    onLine: () => outer.cut(),
  });
  await assertRejects(() => running, LostConnectionError);
});
