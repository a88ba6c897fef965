import { assertEquals } from "@std/assert";
// @ts-types="@types/ssh2"
import type { Client } from "ssh2";
import { beEager } from "../../../../lib/transport/ssh/eager.ts";

/** A client that has begun to connect, and what happens to it. */
function begun(signsAtOnce: boolean) {
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
  beEager({ _protocol: protocol } as unknown as Client, () => signsAtOnce);
  return { done, protocol, handlers: protocol._handlers };
}

Deno.test("beEager() goes on once the server has said which signatures it takes, and only once", () => {
  const { done, handlers } = begun(false);
  handlers.EXT_INFO(undefined, "algorithms");
  handlers.SERVICE_ACCEPT(undefined, "ssh-userauth");
  handlers.EXT_INFO(undefined, "more");
  assertEquals(done, ["told algorithms", "let in for ssh-userauth", "told more"]);
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
