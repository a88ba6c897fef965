// @ts-types="../../../types/std_assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { ConnectError } from "../../../lib/error.ts";
import { resolveTarget } from "../../../lib/transport/ssh/resolve.ts";

const env = { HOME: "/home/ana" };

Deno.test("resolveTarget() fills in what a target leaves out", () => {
  const endpoint = resolveTarget({ host: "shop" }, env);
  assertEquals([endpoint.user, endpoint.port, endpoint.name], ["root", 22, "root@shop"]);
});

Deno.test("resolveTarget() looks for keys in the home directory", () => {
  assertEquals(resolveTarget({ host: "shop", key: "~/k" }, env).key, "/home/ana/k");
});

Deno.test("resolveTarget() reads the usual known_hosts files", () => {
  assertEquals(resolveTarget({ host: "shop" }, env).knownHosts, [
    "/home/ana/.ssh/known_hosts",
    "/home/ana/.ssh/known_hosts2",
    "/etc/ssh/ssh_known_hosts",
  ]);
});

Deno.test("resolveTarget() reads only the known_hosts file that is given", () => {
  assertEquals(resolveTarget({ host: "shop", knownHosts: "~/k" }, env).knownHosts, ["/home/ana/k"]);
});

Deno.test("resolveTarget() goes through several servers in order", () => {
  const { jumps } = resolveTarget({ host: "shop", jump: "a@one:2222, two" }, env);
  assertEquals(jumps.map((jump) => `${jump.user} ${jump.host} ${jump.port}`), ["a one 2222", "root two 22"]);
});

Deno.test("resolveTarget() refuses a server to go through that is none", () => {
  assertThrows(
    () => resolveTarget({ host: "shop", jump: "a b" }, env),
    ConnectError,
    'Cannot go through "a b"',
  );
});
