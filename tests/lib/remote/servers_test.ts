import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { AlcaideError, LockedError } from "../../../lib/core/error.ts";
import { servers, ServersError } from "../../../lib/remote/servers.ts";
import { silentServer } from "../../fake/facts.ts";

const [a, b] = [silentServer("a"), silentServer("b")];

Deno.test("servers() refuses none", () => {
  assertThrows(() => servers([]), AlcaideError, "Cannot work without a server");
});

Deno.test("servers().first is the first one", () => assertEquals(servers([b, a]).first, b));

Deno.test("servers().each() gives results in the order of the servers", async () => {
  const gate = Promise.withResolvers<void>();
  const names = await servers([a, b]).each(async (server) => {
    if (server === b) gate.resolve();
    await gate.promise;
    return server.name;
  });
  assertEquals(names, ["a", "b"]);
});

Deno.test("servers().each() waits for all before it fails", async () => {
  let done = false;
  const failing = servers([a, b]).each(async (server) => {
    if (server === a) throw new Error("no");
    await Promise.resolve().then(() => Promise.resolve());
    done = true;
  });
  await assertRejects(() => failing, Error, "no");
  assertEquals(done, true);
});

Deno.test("servers().each() throws what failed on the only one that failed", async () => {
  const own = new LockedError("Cannot", "me");
  const thrown = await servers([a, b]).each((
    server,
  ) => (server === a ? Promise.reject(own) : Promise.resolve()))
    .catch((error) => error);
  assertEquals(thrown, own);
});

Deno.test("servers().each() names all on which something failed", async () => {
  const fail = () => servers([a, b]).each((server) => Promise.reject(new Error(`${server.name} fell`)));
  const error = await assertRejects(fail, ServersError, "Cannot finish on 2 servers");
  assertEquals(error.details, ["a: a fell", "b: b fell"]);
});

Deno.test("ServersError takes the highest exit code", () => {
  const failures = new Map<string, unknown>([["a", new Error("x")], ["b", new LockedError("Cannot", "me")]]);
  assertEquals(new ServersError(failures).exitCode, 75);
});
