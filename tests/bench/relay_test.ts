import { assertEquals, assertGreaterOrEqual } from "@std/assert";
import { time } from "./measure.ts";
import { startRelay } from "./relay.ts";

/** A server that sends everything back. */
function echo(): Deno.TcpListener {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  (async () => {
    for await (const connection of listener) connection.readable.pipeTo(connection.writable).catch(() => {});
  })();
  return listener;
}

Deno.test("startRelay() brings everything back a round trip later", async () => {
  using server = echo();
  await using relay = await startRelay({ hostname: "127.0.0.1", port: server.addr.port, roundTrip: 60 });
  using client = await Deno.connect({ hostname: "127.0.0.1", port: relay.port });
  const exchange = async () => {
    await client.write(new Uint8Array(1000));
    for (let got = 0; got < 1000;) got += await client.read(new Uint8Array(1000)) ?? 1000;
  };
  // TCP's own handshake is made up for before the first bytes.
  assertGreaterOrEqual(await time(exchange), 119);
  assertGreaterOrEqual(await time(exchange), 59);
});

Deno.test("startRelay() carries no more than its rate, and counts it", async () => {
  using server = echo();
  const options = { hostname: "127.0.0.1", port: server.addr.port, roundTrip: 0, rate: 1_000_000 };
  await using relay = await startRelay(options);
  using client = await Deno.connect({ hostname: "127.0.0.1", port: relay.port });
  const exchange = async () => {
    await client.write(new Uint8Array(50_000));
    for (let got = 0; got < 50_000;) got += await client.read(new Uint8Array(50_000)) ?? 50_000;
  };
  assertGreaterOrEqual(await time(exchange), 99);
  assertEquals(await relay.carried(), 50_000);
});

Deno.test("startRelay() loses nothing and passes the end on", async () => {
  using server = echo();
  await using relay = await startRelay({ hostname: "127.0.0.1", port: server.addr.port, roundTrip: 10 });
  const client = await Deno.connect({ hostname: "127.0.0.1", port: relay.port });
  const sent = new Uint8Array(5_000_000).map((_, index) => index % 251);
  const sending = new Response(sent).body?.pipeTo(client.writable, { preventClose: true })
    .then(() => client.closeWrite());
  const got = new Uint8Array(await new Response(client.readable).arrayBuffer());
  await sending;
  assertEquals(got, sent);
});
