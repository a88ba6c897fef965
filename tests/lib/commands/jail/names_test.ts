import { assertEquals, assertMatch } from "@std/assert";
import { hostsText, isReachable, listResolvers, writeNames } from "../../../../lib/commands/jail/names.ts";
import { type Playground, playground } from "../../../playground.ts";

const jail = { name: "shop_blue", path: "/jails/shop_blue", ip4: "10.66.0.2" };

async function server(resolvConf: string): Promise<Playground> {
  const place = await playground();
  await place.write("/etc/resolv.conf", resolvConf);
  await place.write("/jails/shop_blue/etc/resolv.conf", "nameserver 127.0.0.1\n");
  return place;
}

Deno.test("hostsText() makes the jail known to itself", () => {
  assertMatch(hostsText(jail), /^10\.66\.0\.2 shop-blue shop_blue$/m);
});

const mixed = "search x.org\nnameserver 127.0.0.1\nnameserver 203.0.113.1\nnameserver ::1\n" +
  "nameserver 2001:db8::1\nnameserver 0.0.0.0\noptions edns0\n";

Deno.test("writeNames() takes those of the server's resolvers that a jail can reach", async () => {
  await using place = await server(mixed);
  assertEquals((await place.run(writeNames(jail))).code, 0);
  assertEquals([
    await place.read("/jails/shop_blue/etc/resolv.conf"),
    await place.names("/jails/shop_blue/etc"),
  ], [
    "search x.org\nnameserver 203.0.113.1\noptions edns0\n",
    ["hosts", "resolv.conf"],
  ]);
});

Deno.test("writeNames() takes the resolvers of the configuration instead", async () => {
  await using place = await server(mixed);
  assertEquals((await place.run(writeNames({ ...jail, nameservers: ["9.9.9.9", "1.1.1.1"] }))).code, 0);
  assertEquals(
    await place.read("/jails/shop_blue/etc/resolv.conf"),
    "search x.org\noptions edns0\nnameserver 9.9.9.9\nnameserver 1.1.1.1\n",
  );
});

Deno.test("writeNames() works where the server has only a resolver of its own, or no file", async () => {
  await using place = await server("nameserver 127.0.0.1\n");
  assertEquals((await place.run(writeNames(jail))).code, 0);
  assertEquals(await place.read("/jails/shop_blue/etc/resolv.conf"), "");
  await Deno.remove(place.at("/etc/resolv.conf"));
  const { code, stderr } = await place.run(writeNames({ ...jail, nameservers: ["9.9.9.9"] }));
  assertEquals([code, stderr], [0, ""]);
  assertEquals(await place.read("/jails/shop_blue/etc/resolv.conf"), "nameserver 9.9.9.9\n");
});

Deno.test("listResolvers prints all of the server's resolvers, and isReachable() knows which a jail can ask", async () => {
  await using place = await server(mixed);
  const { stdout } = await place.run(listResolvers);
  const all = stdout.trim().split("\n");
  assertEquals(all, ["127.0.0.1", "203.0.113.1", "::1", "2001:db8::1", "0.0.0.0"]);
  assertEquals(all.filter(isReachable), ["203.0.113.1"]);
});
