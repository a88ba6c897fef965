import { assertEquals } from "@std/assert";
import { ConnectError } from "../../../../lib/core/error.ts";
import { verifier } from "../../../../lib/transport/ssh/handshake.ts";
import type { Meeting } from "../../../../lib/transport/ssh/trust.ts";
import type { Endpoint } from "../../../../lib/transport/ssh/resolve.ts";

const endpoint: Endpoint = {
  ...{ name: "root@203.0.113.7", host: "203.0.113.7", port: 22, user: "root" },
  ...{ identities: [], identitiesOnly: false, keys: [], certificates: [], configFiles: [], jumps: [] },
  ...{ knownHosts: [], checking: "ask", pins: [] },
};

/** A key as it comes over the wire. */
const wire = new Uint8Array([0, 0, 0, 11, ...new TextEncoder().encode("ssh-ed25519"), 0, 0, 0, 1, 7]);

/** Shows the key, and gives what ssh2 was told and why the connection was given up. */
async function show(own: Partial<Endpoint>, meeting: Meeting = {}, isLost = false) {
  const told: boolean[] = [];
  const refused: string[] = [];
  const judge = verifier({ ...endpoint, ...own }, [], meeting, {
    refuse: (error) => void refused.push(error instanceof ConnectError ? error.message : String(error)),
    isLost: () => isLost,
  });
  judge(wire, (accepted) => void told.push(accepted));
  // The answer comes from a timer behind a promise.
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setTimeout(resolve));
  return { told, refused };
}

const yes: Meeting = { ask: { line: () => Promise.resolve("yes"), secret: () => Promise.resolve(null) } };

Deno.test("a server that nobody accepts is given up, and ssh2 isn't told: it would end the connection itself, twice", async () => {
  assertEquals(await show({}), {
    told: [],
    refused: ['Cannot trust "root@203.0.113.7": its key is not known'],
  });
});

Deno.test("a server with another key than hostKey is given up, and ssh2 isn't told", async () => {
  assertEquals(await show({ pins: ["SHA256:other"] }), {
    told: [],
    refused: ['Cannot trust "root@203.0.113.7": its ED25519 key differs from hostKey'],
  });
});

Deno.test("ssh2 is told of a yes", async () => {
  assertEquals(await show({}, yes), { told: [true], refused: [] });
});

Deno.test("a yes that comes when the server has hung up is told to nobody", async () => {
  assertEquals(await show({}, yes, true), { told: [], refused: [] });
});
