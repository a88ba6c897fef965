import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { AlcaideError } from "../../../lib/core/error.ts";
import {
  addressOf,
  allocate,
  allocateJail,
  emptyHostState,
  extendHost,
  givenAddresses,
  type HostState,
  parseHostState,
} from "../../../lib/server/host_state.ts";

const none: string[] = [];
const shop = { uid: 60000, blue: "10.66.0.2", green: "10.66.0.3", token: "t" };
const withShop: HostState = { version: 1, apps: { shop } };

Deno.test("parseHostState() of an absent file is empty", () =>
  assertEquals(parseHostState("\n"), emptyHostState));

Deno.test("parseHostState() reads what extendHost() wrote", () => {
  assertEquals(parseHostState(extendHost("", { apps: { shop } })), withShop);
});

for (
  const text of [
    ...["{", "[]", "null", '{"version":2,"apps":{}}', '{"version":1}', '{"version":1,"apps":null}'],
    // It would give out undefined, root's user id, one address to both slots.
    ...[{ blue: "10.66.0.3" }, { uid: 0 }, { uid: "60000" }, { uid: 0.5 }, { green: "10.66.0.256" }, {
      token: "",
    }]
      .map((change) => JSON.stringify({ version: 1, apps: { shop: { ...shop, ...change } } })),
    '{"version":1,"apps":{"shop":{}}}',
    '{"version":1,"apps":{},"jails":{"shop_db":{"uid":60001}}}',
    '{"version":1,"apps":{},"owners":{"shop":{}}}',
  ]
) {
  Deno.test(`parseHostState() refuses ${text}`, () => {
    const error = assertThrows(
      () => parseHostState(text),
      AlcaideError,
      "Cannot read /var/db/alcaide/host.json",
    );
    assertStringIncludes(error.hint ?? "", "Restore it from a backup");
  });
}

Deno.test("extendHost() keeps the places of others", () => {
  const text = extendHost(JSON.stringify(withShop), { apps: { blog: { ...shop, uid: 60001 } } });
  assertEquals(Object.keys(parseHostState(text).apps), ["shop", "blog"]);
});

Deno.test("addressOf() tells the slots apart", () => {
  assertEquals([addressOf(shop, "blue"), addressOf(shop, "green")], ["10.66.0.2", "10.66.0.3"]);
});

Deno.test("allocate() leaves the first address to the host", () => {
  assertEquals(allocate(emptyHostState, "shop", "10.66.0.0/24", none, "t"), shop);
});

Deno.test("allocate() gives an app what it has, whatever else is taken", () => {
  const taken = ["10.66.0.2"];
  assertEquals(allocate(withShop, "shop", "10.99.0.0/24", taken, "new"), shop);
});

Deno.test("allocate() skips addresses and user ids of other apps", () => {
  const place = allocate(withShop, "blog", "10.66.0.0/24", none, "t");
  assertEquals([place.blue, place.green, place.uid], ["10.66.0.4", "10.66.0.5", 60001]);
});

Deno.test("allocate() skips what others use", () => {
  const taken = ["10.66.0.2", "10.66.0.4"];
  const place = allocate(emptyHostState, "shop", "10.66.0.0/24", taken, "t");
  assertEquals([place.blue, place.green, place.uid], ["10.66.0.3", "10.66.0.5", 60000]);
});

Deno.test("allocate() never gives out network, host or broadcast", () => {
  const place = allocate(emptyHostState, "shop", "10.0.0.7/29", none, "t");
  assertEquals([place.blue, place.green], ["10.0.0.2", "10.0.0.3"]);
});

Deno.test("allocate() refuses a network that is full", () => {
  const state = { version: 1, apps: { a: { ...shop, blue: "10.0.0.2", green: "10.0.0.3" } } } as const;
  const error = assertThrows(
    () => allocate(state, "shop", "10.0.0.0/29", ["10.0.0.4", "10.0.0.5"], "t"),
    AlcaideError,
    "Cannot give shop two addresses: 10.0.0.0/29 has no more",
  );
  assertEquals(error.hint, "Set jail.subnet to a larger network");
});

const db = { address: "10.66.0.4", uid: 60001 };
const withDb: HostState = { ...withShop, jails: { shop_db: db } };

Deno.test("allocateJail() gives an address and a user id that nobody has", () => {
  assertEquals(allocateJail(withShop, "shop_db", "10.66.0.0/24", none), db);
  assertEquals(allocateJail(withDb, "shop_build", "10.66.0.0/24", none), {
    address: "10.66.0.5",
    uid: 60002,
  });
});

Deno.test("allocateJail() gives a jail what it has, whatever else is taken", () => {
  const taken = ["10.66.0.4"];
  assertEquals(allocateJail(withDb, "shop_db", "10.99.0.0/24", taken), db);
});

Deno.test("allocate() skips addresses and user ids of jails that aren't slots", () => {
  const place = allocate(withDb, "blog", "10.66.0.0/24", none, "t");
  assertEquals([place.blue, place.green, place.uid], ["10.66.0.5", "10.66.0.6", 60002]);
});

Deno.test("allocateJail() refuses a network that is full", () => {
  const taken = ["10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6"];
  assertThrows(
    () => allocateJail(emptyHostState, "shop_db", "10.0.0.0/29", taken),
    AlcaideError,
    "Cannot give shop_db an address: 10.0.0.0/29 has no more",
  );
});

Deno.test("extendHost() keeps apps and other jails", () => {
  const text = extendHost(JSON.stringify(withDb), {
    jails: { shop_build: { address: "10.66.0.5", uid: 60002 } },
  });
  assertEquals(Object.keys(parseHostState(text).jails ?? {}), ["shop_db", "shop_build"]);
  assertEquals(parseHostState(extendHost(text, { apps: { blog: shop } })).jails?.["shop_db"], db);
  assertEquals(givenAddresses(parseHostState(text)), ["10.66.0.2", "10.66.0.3", "10.66.0.4", "10.66.0.5"]);
});

Deno.test("extendHost() leaves the text of a server without such jails as it was", () => {
  assertEquals(extendHost("", { apps: { shop } }), `${JSON.stringify(withShop, null, 1)}\n`);
});

Deno.test("extendHost() leaves a text alone that has it all", () => {
  const text = JSON.stringify(withDb);
  assertEquals(extendHost(text, { apps: { shop }, jails: { shop_db: db } }), text);
});
