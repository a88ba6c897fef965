import {
  assert,
  assertEquals,
  assertFalse,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { service } from "../../../lib/presets/service.ts";
import type { AccessoryRecord } from "../../../lib/commands/accessory/record.ts";
import type { UserAccessories } from "../../../lib/config/field/types.ts";
import { AlcaideError } from "../../../lib/core/error.ts";
import type { Facts } from "../../../lib/server/facts.ts";
import { parseHostState } from "../../../lib/server/host_state.ts";
import { secret } from "../../../lib/core/secret.ts";
import { planAccessories, strayAccessories } from "../../../lib/setup/accessories.ts";
import { jailPlace } from "../../fake/accessories.ts";
import { accessoryRecord, config } from "../../fake/facts.ts";
import { db, inputs, made, plan, server, settings, titles } from "./accessory_plans.ts";

Deno.test("planAccessories() wants nothing without accessories", async () =>
  assertEquals(await plan({}), []));

Deno.test("planAccessories() makes what is not there: addresses first, then the jail, then what runs in it", async () => {
  const changes = await plan({ db: db() });
  assertEquals(titles(changes), [
    "Give out addresses: db and the app need each other's address",
    "Make the jail shop_db with postgresql16-server, postgresql16-client and postgresql16-contrib: db is not there",
    "Start db (postgresql 16): it is not there",
  ]);
  assertEquals(changes.map((change) => change.lock), [undefined, "setup", "setup"]);
  assertEquals(changes.at(-1)?.hint, 'The reason is above, or in its log: "alcaide accessory logs db"');
});

Deno.test("planAccessories() gives the app and its accessories addresses that nobody has", async () => {
  const own = { a: service({ start: "run" }), b: service({ start: "run" }) };
  const [first] = await plan(own, {
    jails: [{ name: "x", path: "/x", addresses: ["10.66.0.4"], dying: false }],
  });
  const text = /<<'END_OF_TEXT'\n([^]*?)\nEND_OF_TEXT/.exec(first?.command.text ?? "")?.[1] ?? "";
  const state = parseHostState(text);
  assertEquals([state.apps["shop"]?.blue, state.apps["shop"]?.green], ["10.66.0.2", "10.66.0.3"]);
  assertEquals(Object.entries(state.jails ?? {}).map(([name, { address }]) => `${name} ${address}`), [
    "shop_a 10.66.0.5",
    "shop_b 10.66.0.6",
  ]);
});

Deno.test("planAccessories() touches nothing that is as it should be", async () => {
  const known = await made();
  assertEquals(await plan({ db: db() }, known), []);
});

const changes: readonly { name: string; more: Record<string, unknown>; reason: string }[] = [
  { name: "a setting", more: { settings: settings(200) }, reason: "settings.max_connections: 100 → 200" },
  {
    name: "a new setting",
    more: { settings: { ...settings(100), fsync: false } },
    reason: "settings.fsync: false",
  },
  { name: "a setting gone", more: { settings: {} }, reason: "settings.max_connections is no longer set" },
  { name: "the password", more: { password: secret("two") }, reason: "password changed" },
];

for (const { name, more, reason } of changes) {
  Deno.test(`planAccessories() shows and applies ${name}`, async () => {
    const found = await plan({ db: db(more) }, await made());
    assertEquals(titles(found), [`Change db: ${reason}`]);
    assertFalse(JSON.stringify(found.map(({ command }) => command.shown)).includes("two"));
  });
}

Deno.test("planAccessories() sets a new password without touching files", async () => {
  const [change] = await plan({ db: db({ password: secret("two") }) }, await made());
  assertStringIncludes(change?.command.text ?? "", "PASSWORD 'two'");
  assertFalse((change?.command.text ?? "").includes("pg_hba"));
});

Deno.test("planAccessories() takes a change that fails back", async () => {
  const [change] = await plan({ db: db({ settings: settings(200) }) }, await made());
  assertStringIncludes(change?.command.text ?? "", "Taking the change back");
});

Deno.test("planAccessories() starts one that does not run", async () => {
  const found = await plan({ db: db() }, await made(db(), { jails: [] }));
  assertEquals(titles(found), ["Start db: it does not run"]);
  assertFalse((found[0]?.command.text ?? "").includes("initdb"));
});

Deno.test("planAccessories() starts the service of one that is not well, and waits before it does more", async () => {
  const [change] = await plan({ db: db() }, await made(db(), { ill: new Set(["shop_db"]) }));
  assertEquals([change?.title, change?.reason], ["Start db", "it is not well"]);
  const text = change?.command.text ?? "";
  assertStringIncludes(text, "service postgresql start");
  assertFalse(/service postgresql (re)?stop|restart|jail -q/.test(text));
});

Deno.test("planAccessories() never makes a new cluster where one was: the volume may not be mounted", async () => {
  const [change] = await plan({ db: db({ settings: settings(200) }) }, await made());
  const text = change?.command.text ?? "";
  assert(text.indexOf("data16 is gone: is the volume mounted?") < text.indexOf("initdb -D"));
  const first = await plan({ db: db() });
  assertFalse((first.at(-1)?.command.text ?? "").includes("is the volume mounted"));
});

Deno.test("planAccessories() restarts the jail for a parameter of it", async () => {
  const one = service({ start: "run", parameters: ["sysvshm = new"] });
  const [change] = await plan({ db: one }, await made(service({ start: "run" })));
  assertEquals(change?.reason, "parameters: sysvshm = new");
  assertStringIncludes(
    change?.command.text ?? "",
    "jail -q -f /usr/local/etc/alcaide/jails/shop_db.conf -r shop_db",
  );
});

Deno.test("planAccessories() installs packages that are new", async () => {
  const one = (packages: string[]) => service({ start: "run", packages });
  const [change] = await plan({ db: one(["a", "b"]) }, await made(one(["a"])));
  assertStringIncludes(change?.command.text ?? "", "pkg -r /jails/shop_db install -y b ");
  // Their archives say whose the files are. In a tree that others write in, nothing is deleted from outside.
  assertMatch(change?.command.text ?? "", /install -y b (?:(?!rm -rf)[^])*set -- \/var\/cache\/pkg\/\*\.pkg/);
});

Deno.test("planAccessories() leaves one where it is when basePath changes", async () => {
  const known = await made();
  const found = await planAccessories(
    config({ accessories: { db: db() }, jail: { basePath: "/zoo" } }),
    { ...known, base: [] },
    server,
    inputs,
  );
  assertEquals(found, []);
});

const refusals: readonly {
  name: string;
  accessory?: UserAccessories[string];
  known?: (made: Facts) => Partial<Facts>;
  message: string;
  hint: RegExp;
}[] = [
  {
    name: "another version",
    accessory: db({ version: "17" }),
    message: "it is postgresql 16 there, 17 in the configuration, which can't read its data",
    hint: /^1\. Take a copy of the data: "alcaide db dump before\.dump"; 2\. /,
  },
  {
    name: "another kind",
    accessory: service({ start: "run" }),
    message: "it is postgresql there, service in the configuration",
    hint: /Choose another name/,
  },
  {
    name: "another volume",
    accessory: db({ volume: "/data/other" }),
    message:
      "its volumes changed from /data/pg:/var/db/postgres to /data/other:/var/db/postgres, and setup moves no data",
    hint: /accessory remove db/,
  },
  {
    name: "another port",
    accessory: db({ port: 5433 }),
    message: "its port changed from 5432 to 5433, where the live release would not find it",
    hint: /Write the old port/,
  },
  {
    name: "a jail of its name that isn't ours",
    known: () => ({ accessories: new Map(), jailFiles: new Map() }),
    message: "the jail shop_db exists, and alcaide did not make it",
    hint: /Rename it/,
  },
  {
    name: "a directory that isn't ours",
    known: () => ({ accessories: new Map(), jails: [], trees: new Map() }),
    message: "/jails/shop_db exists, and alcaide did not make it",
    hint: /Move it away/,
  },
  {
    name: "an address that a foreign jail uses",
    known: (made) => ({
      jails: [...made.jails, { name: "x", path: "/x", addresses: [jailPlace.address], dying: false }],
    }),
    message: "the jail x uses 10.66.0.4, the accessory's address",
    hint: /another address/,
  },
  {
    name: "a volume that another app's accessory uses",
    known: (made) => ({
      accessories: new Map<string, AccessoryRecord>([
        ...made.accessories,
        ["blog_db", accessoryRecord("db", { app: "blog", jail: "blog_db", volumes: ["/data:/x"] })],
      ]),
    }),
    message: "/data/pg is in use by db of blog",
    hint: /destroy them/,
  },
];

for (const { name, accessory = db(), known = () => ({}), message, hint } of refusals) {
  Deno.test(`planAccessories() refuses ${name}`, async () => {
    const base = await made();
    const error = await assertRejects(
      () => plan({ db: accessory }, { ...base, ...known(base) }),
      AlcaideError,
    );
    assertEquals(error.message, `Cannot set up db on ${server}: ${message}`);
    assertMatch(error.hint ?? "", hint);
  });
}

Deno.test("strayAccessories() names what the configuration no longer does, of this app alone", async () => {
  const known = await made();
  const other = accessoryRecord("x", { app: "blog", jail: "blog_x" });
  const all = { ...known, accessories: new Map([...known.accessories, ["blog_x", other]]) };
  assertEquals(strayAccessories(config(), all, server), [
    'db (postgresql) is there, and the configuration does not name it: "alcaide accessory remove db" ends it and keeps its data',
  ]);
  assertEquals(strayAccessories(config({ accessories: { db: db() } }), all, server), []);
});
