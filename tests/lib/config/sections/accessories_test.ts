import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { postgresql } from "../../../../lib/presets/postgresql.ts";
import { redis } from "../../../../lib/presets/redis.ts";
import { service } from "../../../../lib/presets/service.ts";
import { resolveConfig } from "../../../../lib/config/resolve.ts";
import { showConfig } from "../../../../lib/config/show.ts";
import type { UserAccessory } from "../../../../lib/config/field/types.ts";
import { secret } from "../../../../lib/core/secret.ts";
import { sh } from "../../../../lib/core/sh.ts";
import { complaints, least } from "../base.ts";

const db = { version: "16", volume: "/data/postgres", password: secret("hunter2") };
const resolve = (changes: Record<string, unknown>) =>
  resolveConfig({ ...least, ...changes }, { directory: "/x" });
const two = ["root@203.0.113.7", "root@203.0.113.8"];

Deno.test("resolveConfig() completes an accessory", () => {
  const { accessories } = resolve({ accessories: { db: postgresql(db) } });
  const { kind, version, servers, ports, volumes, packages, uid, rc, timeout } = accessories["db"] ?? {};
  assertEquals({ kind, version, servers, ports, volumes, packages, uid, rc, timeout }, {
    kind: "postgresql",
    version: "16",
    servers: ["203.0.113.7"],
    ports: [5432],
    volumes: [{ host: "/data/postgres", jail: "/var/db/postgres" }],
    packages: ["postgresql16-server", "postgresql16-client", "postgresql16-contrib"],
    uid: 770,
    rc: "postgresql",
    timeout: 60_000,
  });
});

Deno.test("resolveConfig() lets an accessory's own command be run by a service of ours", () => {
  const { accessories } = resolve({ accessories: { x: service({ start: "nc -lk 7", ports: [7] }) } });
  assertEquals([accessories["x"]?.rc, accessories["x"]?.uid], ["alcaide_app", undefined]);
});

Deno.test("resolveConfig() puts an accessory on the servers that it names", () => {
  const on = (server: string) =>
    resolve({ server: two, accessories: { db: postgresql({ ...db, server }) } }).accessories["db"]?.servers;
  assertEquals(on("203.0.113.8"), ["203.0.113.8"]);
  assertEquals(on("all"), ["203.0.113.7", "203.0.113.8"]);
});

Deno.test("showConfig() names accessories without their passwords", () => {
  const { text, value } = showConfig(resolve({ accessories: { db: postgresql(db) } }));
  assertStringIncludes(
    text,
    "postgresql 16, port 5432, /data/postgres:/var/db/postgres, on 203.0.113.7",
  );
  assert(!JSON.stringify(value).includes("hunter2"));
});

const x = (more: UserAccessory) => ({ x: service({ start: "run", ...more }) });
const wrong = (accessories: unknown, more = {}) => ({ accessories, ...more });

const cases: readonly (readonly [Record<string, unknown>, ...string[]])[] = [
  [wrong([]), "accessories: it is a list (Give a record such as { db: postgresql({ … }) })"],
  [
    wrong({ db: "postgresql" }),
    "accessories.db: it is a text (Give postgresql({ … }), redis({ … }) or service({ … }))",
  ],
  [
    wrong({ my_db: service({ start: "run" }) }),
    'accessories.my_db: "my_db" isn\'t only small letters and digits, beginning with a letter (Write "mydb")',
  ],
  [
    wrong({ build: service({ start: "run" }) }),
    'accessories.build: "build" is taken: it names something else (Choose another name)',
  ],
  [
    wrong({ db: postgresql(db) }, { server: two }),
    "accessories.db.server: it is missing: jails' addresses reach no further than their own server " +
    '(Give one of "203.0.113.7", "203.0.113.8", or "all" for one on each)',
  ],
  [
    wrong({ db: postgresql({ ...db, server: "elsewhere" }) }, { server: two }),
    'accessories.db.server: there is no server "elsewhere" (Give one of 203.0.113.7, 203.0.113.8, or "all")',
  ],
  [
    wrong({ x: {} }),
    "accessories.x: it has neither start nor rc (Give the command that runs it, or the service of a package)",
  ],
  [wrong(x({ rc: "redis" })), "accessories.x.rc: it stands beside start (Give one or the other)"],
  [wrong(x({ ports: [0] })), "accessories.x.ports[0]: it is 0 (Give a whole number from 1 to 65535)"],
  [wrong(x({ env: { ADDRESS: "1" } })), "accessories.x.env.ADDRESS: it is set by the program (Leave it out)"],
  [
    wrong(x({ rcConf: { A: secret("x") } as unknown as Record<string, string> })),
    "accessories.x.rcConf.A: it is a secret (Put it into a file, which is 0400)",
  ],
  [
    wrong(x({ parameters: ["a; exec.start=evil"] })),
    'accessories.x.parameters[0]: "a; exec.start=evil" is not a parameter of a jail (Give one such as "sysvshm = new")',
  ],
  [
    wrong(x({ files: { "etc/x": "" } })),
    'accessories.x.files["etc/x"]: "etc/x" is not an absolute path (Give a path that begins with "/")',
  ],
  [
    wrong({ ...x({ volumes: ["/data/a:/a"] }), y: service({ start: "run", volumes: ["/data/a/b:/b"] }) }),
    "accessories.y.volumes: the host directory /data/a/b and that of accessories.x, /data/a, overlap (Give each a directory of its own)",
  ],
  [
    wrong(x({ volumes: ["/data/shop:/a"] }), { volumes: ["/data/shop:/data"] }),
    "accessories.x.volumes: the host directory /data/shop and that of volumes, /data/shop, overlap (Give each a directory of its own)",
  ],
  [
    wrong({ db: postgresql({ ...db, version: "16.2" }) }),
    'accessories.db.version: it is "16.2" (Give a major version such as "16")',
  ],
  [
    wrong({ db: postgresql({} as typeof db) }),
    'accessories.db.version: it is missing (Give a major version such as "16")',
    'accessories.db.volume: it is missing (Give a host directory that outlives the jail, such as "/data/db": it is /var/db/postgres in the jail)',
    'accessories.db.password: it is missing (Give a secret: secrets("NAME"))',
  ],
  [
    wrong({ db: postgresql({ ...db, volume: "/data/postgres:/var/db/postgresql" }) }),
    "accessories.db.volume: /var/db/postgresql in the jail does not hold its data (Give a host directory that outlives the jail, such as " +
    '"/data/db": it is /var/db/postgres in the jail)',
  ],
  [
    wrong({ db: postgresql({ ...db, user: "postgres" }) }),
    'accessories.db.user: it is "postgres" (Give a name such as "shop", not one of PostgreSQL\'s own)',
  ],
  [
    wrong({ db: postgresql({ ...db, settings: { port: 5, "a b": 1, x: "1\n2" } }) }),
    "accessories.db.settings.port: it is set by the program (Set port beside settings)",
    "accessories.db.settings.a b: a setting cannot have this name (Look at its spelling)",
    "accessories.db.settings.x: it is not a single line of text (Give a text or a number)",
  ],
  [
    wrong({
      db: postgresql({
        ...db,
        packages: ["postgresql17-pgvector", "a b"],
        extensions: ["a;b", 3] as string[],
      }),
    }),
    'accessories.db.packages[1]: it is "a b" (Give names as pkg search prints them)',
    'accessories.db.extensions[0]: it is "a;b" (Give names such as "vector", as pg_available_extensions has them)',
    'accessories.db.extensions[1]: it is 3 (Give names such as "vector", as pg_available_extensions has them)',
    'accessories.db.packages[0]: it is for PostgreSQL 17 (Write "postgresql16-pgvector")',
  ],
  [
    wrong({ db: postgresql({ ...db, packages: "x", extensions: {} } as unknown as typeof db) }),
    'accessories.db.packages: it is "x" (Give names as pkg search prints them)',
    'accessories.db.extensions: it is {} (Give names such as "vector", as pg_available_extensions has them)',
  ],
  [
    wrong({ db: postgresql({ ...db, volumes: "/x" } as typeof db) }),
    'accessories.db.volumes: there is no such field (Did you mean "volume"?)',
  ],
  [
    wrong({ cache: redis({ password: "", memory: "much", port: 70000 }) }),
    'accessories.cache.password: it is empty (Give a secret: secrets("NAME"))',
    "accessories.cache.port: it is 70000 (Give a number from 1 to 65535)",
    'accessories.cache.memory: it is "much" (Give a size such as "256mb")',
  ],
  [
    wrong({ cache: redis({ password: secret("") }) }),
    'accessories.cache.password: it is empty (Give a secret: secrets("NAME"))',
  ],
  [
    wrong({ cache: redis({ password: "x", settings: { requirepass: "y" } }) }),
    "accessories.cache.settings.requirepass: it is set by the program (Set password beside settings)",
  ],
];

for (const [changes, ...said] of cases) {
  Deno.test(`resolveConfig() refuses an accessory: ${said[0]}`, () =>
    assertEquals(complaints(changes), said));
}

Deno.test("resolveConfig() takes a database by its functions, with its size where that is one", () => {
  const [console, dump, restore] = [() => sh`a`, () => sh`b`, () => sh`c`];
  const of = (database: Record<string, unknown>) => complaints({ accessories: x({ database } as never) });
  assertEquals(of({ console, dump, restore }), []);
  assertEquals(of({ console, dump, restore, size: () => sh`d` }), []);
  assertEquals(of({ console, dump, size: 5 }), [
    "accessories.x.database.restore: it is missing (Give a function)",
    "accessories.x.database.size: it is 5 (Give a function)",
  ]);
});

Deno.test("resolveConfig() takes functions for scripts", () => {
  const { accessories } = resolve({
    accessories: x({ setup: () => sh`true`, health: "true", change: () => sh`:` }),
  });
  assertEquals([typeof accessories["x"]?.setup, accessories["x"]?.health], ["function", "true"]);
});
