import { EventEmitter } from "node:events";
import { assertEquals } from "@std/assert";
// @ts-types="@types/ssh2"
import type { Client } from "ssh2";
import { beEager } from "../../../../lib/transport/ssh/eager.ts";

/** A client that has begun to connect, perhaps until both sides have the keys, and what happens to it. */
function begun(signsAtOnce: boolean, hasKeys = true) {
  const done: string[] = [];
  const note = (name: string) => (_: unknown, value: unknown) => void done.push(`${name} ${value}`);
  const protocol = {
    _handlers: {
      EXT_INFO: note("told"),
      SERVICE_ACCEPT: note("let in for"),
      USERAUTH_PK_OK: () => protocol.authPK("root", "key", "ed25519", () => {}),
    },
    authPK: (...args: unknown[]) => void done.push(args[3] === undefined ? "offered" : "signed"),
  };
  const client = Object.assign(new EventEmitter(), { _protocol: protocol });
  beEager(client as unknown as Client, () => signsAtOnce);
  if (hasKeys) client.emit("handshake");
  return { done, protocol, client, handlers: protocol._handlers };
}

Deno.test("beEager() goes on once the server has said which signatures it takes, and only once", () => {
  const { done, handlers } = begun(false);
  handlers.EXT_INFO(undefined, "algorithms");
  handlers.SERVICE_ACCEPT(undefined, "ssh-userauth");
  handlers.EXT_INFO(undefined, "more");
  assertEquals(done, ["told algorithms", "let in for ssh-userauth", "told more"]);
});

Deno.test("beEager() offers no key while a person is asked about the server's: it would be sent unencrypted", () => {
  const { done, client, handlers } = begun(true, false);
  handlers.EXT_INFO(undefined, "algorithms");
  assertEquals(done, ["told algorithms"]);
  client.emit("handshake");
  handlers.SERVICE_ACCEPT(undefined, "ssh-userauth");
  assertEquals(done, ["told algorithms", "let in for ssh-userauth"]);
});

Deno.test("beEager() waits for a server that says nothing of signatures", () => {
  const { done, handlers } = begun(false);
  handlers.SERVICE_ACCEPT(undefined, "ssh-userauth");
  assertEquals(done, ["let in for ssh-userauth"]);
});

for (const [name, sure, wanted] of [["signs with", true, "signed"], ["offers", false, "offered"]] as const) {
  Deno.test(`beEager() ${name} a key that ${sure ? "" : "does not "}sign without asking anybody`, () => {
    const { done, protocol } = begun(sure);
    protocol.authPK("root", "key", "ed25519");
    assertEquals(done, [wanted]);
  });
}

Deno.test("beEager() leaves a client of another version as it is", () => {
  for (const other of [{}, { _protocol: {} }]) {
    beEager(other as unknown as Client, () => true);
    assertEquals(Object.keys(other), Object.keys({ ...other }));
  }
  const handlers = {};
  beEager({ _protocol: { _handlers: handlers, authPK: () => {} } } as unknown as Client, () => true);
  assertEquals(handlers, {});
});
