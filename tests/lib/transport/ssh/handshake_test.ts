// A server that isn't trusted, on a line that is closed in the middle of a packet; and one that isn't trusted any more.

import { assertEquals, assertRejects } from "@std/assert";
import { connect, type Socket } from "node:net";
// @ts-types="@types/ssh2"
import ssh2 from "ssh2";
import { ConnectError } from "../../../../lib/core/error.ts";
import { handshake } from "../../../../lib/transport/ssh/handshake.ts";
import { resolveTarget } from "../../../../lib/transport/ssh/resolve.ts";
import { makeKey, tool, until } from "./sshd.ts";

/** The place of the message's type in a packet that is not encrypted, and the type of a goodbye. */
const [typeAt, goodbye] = [5, 1];

/** Closes a socket while its goodbye is written, as happens where Deno runs promises there. */
function closeAtGoodbye(socket: Socket): void {
  const write = socket.write.bind(socket);
  socket.write = ((packet: Uint8Array) => {
    const result = write(packet);
    if (packet[typeAt] === goodbye) socket.emit("close");
    return result;
  }) as Socket["write"];
}

Deno.test("handshake() that refuses a key bears a line that is closed in its goodbye", async () => {
  const directory = await Deno.makeTempDir({ prefix: "alcaide_ssh_" });
  const hostKeys = [await Deno.readTextFile(await makeKey(`${directory}/host`))];
  const server = new ssh2.Server({ hostKeys }, (client) => client.on("error", () => {}));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await Deno.writeTextFile(`${directory}/known_hosts`, "");
  const endpoint = resolveTarget({ host: "127.0.0.1", port, knownHosts: `${directory}/known_hosts` }, {});
  const socket = connect(port, "127.0.0.1");
  closeAtGoodbye(socket);
  const { signal } = new AbortController();
  const shaken = () => handshake(socket, endpoint, { direct: true, signal });
  await assertRejects(shaken, ConnectError, "its key is not known");
  await new Promise((resolve) => server.close(resolve));
  await Deno.remove(directory, { recursive: true });
});

Deno.test("a connection ends at once whose server shows a key later that is refused", async () => {
  const directory = await Deno.makeTempDir({ prefix: "alcaide_ssh_" });
  const key = await makeKey(`${directory}/host`);
  const changeKeys = Promise.withResolvers<() => void>();
  const server = new ssh2.Server({ hostKeys: [await Deno.readTextFile(key)] }, (client) => {
    client.on("error", () => {});
    client.on("authentication", (context) => context.accept());
    client.on("ready", () => changeKeys.resolve(() => client.rekey(() => {})));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const pins = [(await tool("ssh-keygen", "-lf", key)).split(" ")[1] ?? ""];
  const endpoint = { ...resolveTarget({ host: "127.0.0.1", port, key }, {}), pins };
  const { signal } = new AbortController();
  const connection = await handshake(connect(port, "127.0.0.1"), endpoint, { direct: true, signal });
  pins[0] = "SHA256:other";
  (await changeKeys.promise)();
  await until(() => Promise.resolve(connection.lost !== undefined), "the connection has ended");
  const { cause } = connection.lost as Error;
  assertEquals(
    (cause as Error).message,
    `Cannot trust "${endpoint.name}": its ED25519 key differs from hostKey`,
  );
  await connection.close();
  await new Promise((resolve) => server.close(resolve));
  await Deno.remove(directory, { recursive: true });
});
