import { assert, assertEquals, assertFalse, assertStringIncludes, assertThrows } from "@std/assert";
import { postgresql } from "../../../lib/presets/postgresql.ts";
import { redis } from "../../../lib/presets/redis.ts";
import { service } from "../../../lib/presets/service.ts";
import {
  applyAccessory,
  configureAccessory,
  createAccessory,
  healthText,
} from "../../../lib/commands/accessory/accessory.ts";
import type { AccessoryRecord } from "../../../lib/commands/accessory/record.ts";
import { upgradeAccessory } from "../../../lib/commands/accessory/upgrade.ts";
import { inJail } from "../../../lib/commands/jail/in_jail.ts";
import { jailConf, jailFstab } from "../../../lib/commands/jail/jail.ts";
import { secret } from "../../../lib/core/secret.ts";
import { sh } from "../../../lib/core/sh.ts";
import { accessorySpecOf } from "../../fake/accessories.ts";

const password = secret("s3cret's");
const settings = Object.fromEntries([["max_connections", 50], ["log_filename", "it's.log"], ["fsync", true]]);
const db = accessorySpecOf("db", postgresql({ version: "16", volume: "/data/pg", password, settings }));
const cache = accessorySpecOf(
  "cache",
  redis({ volume: "/data/redis", password: secret('a"b\\c'), memory: "64mb" }),
);
const own = accessorySpecOf(
  "own",
  service({
    start: "run --fast",
    ports: [7, 8],
    env: { KEY: secret("s3cret") },
    files: { "/etc/own.conf": "x" },
  }),
);

function files(spec: typeof db): string {
  return configureAccessory(spec, { timeout: 1000 }).text;
}

Deno.test("postgresql() gives its jail shared memory of its own, its volume, and time to end", () => {
  const conf = jailConf(db.jail);
  for (
    const line of [
      "sysvshm = new;",
      "sysvsem = new;",
      "sysvmsg = new;",
      "stop.timeout = 90;",
      '"lo1|10.66.0.4/32"',
    ]
  ) {
    assertStringIncludes(conf, line);
  }
  assertEquals(
    jailFstab(db.jail),
    "/var/log/alcaide/_accessories/shop_db /jails/shop_db/var/log/alcaide nullfs rw 0 0\n" +
      "/data/pg /jails/shop_db/var/db/postgres nullfs rw 0 0\n",
  );
});

Deno.test("postgresql() lets in the app's two addresses, with scram, and nobody else", () => {
  assertStringIncludes(
    files(db),
    `local all postgres peer
host "shop" "shop" 10.66.0.2/32 scram-sha-256
host "shop" "shop" 10.66.0.3/32 scram-sha-256
END_OF_TEXT`,
  );
});

Deno.test("postgresql() writes settings quoted, the user's last", () => {
  const text = files(db);
  for (const line of ["listen_addresses = '10.66.0.4'", "max_connections = '50'", "fsync = 'on'"]) {
    assertStringIncludes(text, `\n${line}\n`);
  }
  assertStringIncludes(text, "log_filename = 'it''s.log'\n");
  assertFalse(text.includes("postgresql-%a.log"));
});

Deno.test("postgresql() makes a cluster beside its place, with checksums and scram", () => {
  const text = files(db);
  assertStringIncludes(text, "initdb -D /var/db/postgres/.alcaide-initdb --encoding=UTF8");
  assertStringIncludes(text, "--data-checksums --auth-local=peer --auth-host=scram-sha-256");
  assertStringIncludes(text, "mv /var/db/postgres/.alcaide-initdb /var/db/postgres/data16");
});

Deno.test("postgresql() keeps what the server says before it writes to its own log", () => {
  assertStringIncludes(files(db), "postgresql_flags='-w -s -m fast -l /var/log/alcaide/start.log'\n");
});

Deno.test("postgresql() sends the password quoted, on standard input, past the log", () => {
  const { text, shown } = applyAccessory(db);
  assertStringIncludes(text, `ALTER ROLE "shop" LOGIN PASSWORD 's3cret''s';`);
  assertStringIncludes(text, "SET log_statement = 'none';");
  assertStringIncludes(text, "psql -X -q -p 5432 -d postgres -f - <<'END_OF_TEXT'");
  assertFalse(shown.includes("s3cret"));
});

Deno.test("postgresql() calls role and database as it is told", () => {
  const named = accessorySpecOf(
    "db",
    postgresql({ version: "16", volume: "/data/pg", password, user: "me", database: "mine" }),
  );
  assertStringIncludes(applyAccessory(named).text, `CREATE DATABASE "mine" OWNER "me"`);
  assertStringIncludes(files(named), 'host "mine" "me" 10.66.0.2/32');
});

const more = accessorySpecOf(
  "db",
  postgresql({
    version: "16",
    volume: "/data/pg",
    password,
    packages: ["postgresql16-pgvector", "postgresql16-contrib"],
    extensions: ["vector", "uuid-ossp"],
  }),
);

Deno.test("postgresql() brings further packages into each jail that is made for it, and none twice", () => {
  const names = "postgresql16-server postgresql16-client postgresql16-contrib postgresql16-pgvector";
  for (const text of [createAccessory(more).text, upgradeAccessory(more, {} as AccessoryRecord).text]) {
    assertStringIncludes(text, `install -y ${names} && break`);
  }
});

Deno.test("postgresql() creates extensions in the app's database, whenever it is made anew, too", () => {
  const made = `\\connect "shop"
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS "vector" CASCADE;
CREATE EXTENSION IF NOT EXISTS "uuid-ossp" CASCADE;
END_OF_TEXT`;
  assertStringIncludes(applyAccessory(more).text, made);
  assertStringIncludes(upgradeAccessory(more, {} as AccessoryRecord).text, made);
  assertFalse(applyAccessory(db).text.includes("EXTENSION"));
});

Deno.test("a password given as plain text is never printed", () => {
  const plain = [
    postgresql({ version: "16", volume: "/data/pg", password: "s3cret" }),
    redis({ password: "s3cret" }),
  ];
  assertFalse(JSON.stringify(plain).includes("s3cret"));
});

Deno.test("redis() writes its settings into a file that only it reads", () => {
  const { text, shown } = configureAccessory(cache, { timeout: 1000 });
  assertStringIncludes(text, `requirepass "a\\"b\\\\c"\n`);
  for (const line of ['bind "10.66.0.4"', 'maxmemory "64mb"', 'appendonly "yes"', 'dir "/var/db/redis"']) {
    assertStringIncludes(text, `\n${line}\n`);
  }
  assertStringIncludes(text, "chmod 400 /usr/local/etc/alcaide/redis.conf.new");
  assertStringIncludes(text, "chown 535:535 /usr/local/etc/alcaide/redis.conf");
  assertFalse(shown.includes("requirepass"));
});

Deno.test("redis() without a volume writes nothing to disk", () => {
  const spec = accessorySpecOf("cache", redis({ password: "x" }));
  assertStringIncludes(files(spec), `appendonly "no"\nsave ""\n`);
  assertEquals(spec.jail.mounts?.length, 1);
});

Deno.test("redis() has the directory where its service looks for its process id, whoever pkg gave it to", () => {
  assertStringIncludes(files(cache), "install -d -o redis -g redis /var/run/redis\n");
  const bare = files(accessorySpecOf("cache", redis({ password: "x" })));
  assertStringIncludes(bare, "install -d -o redis -g redis /var/run/redis /var/db/redis\n");
});

Deno.test("service() runs its command as a user of its own, watched over", () => {
  assertStringIncludes(createAccessory(own).text, "useradd service -u 60001");
  const text = files(own);
  assertStringIncludes(text, "\nexec run --fast\n");
  assertStringIncludes(text, "-u service -t alcaide_app /usr/local/etc/alcaide/start");
  assertStringIncludes(text, "KEY='s3cret'\nADDRESS='10.66.0.4'\nPORT='7'\n");
});

Deno.test("service() is well when it runs and its ports are its own", () => {
  const text = healthText(own);
  assertStringIncludes(text, "service alcaide_app onestatus");
  for (const port of [7, 8]) assertStringIncludes(text, `sockstat -4 -l -q -j shop_own -P tcp -p ${port} `);
});

Deno.test("service() enables a package's service that goes by another name in rc.conf", () => {
  const variables = Object.fromEntries([["mysql_args", "--skip-x"]]);
  const mysql = service({ packages: ["mysql84-server"], rc: "mysql-server", rcConf: variables });
  const text = files(accessorySpecOf("db", mysql));
  // Its script is called mysql-server, its name is mysql: it reads no /etc/rc.conf.d/mysql_server.
  assertStringIncludes(text, "/etc/rc.conf.local.new");
  assertStringIncludes(text, "mysql_args='--skip-x'\n");
  assertStringIncludes(
    text,
    "if ! /usr/sbin/jexec -l shop_db /usr/sbin/service mysql-server enabled </dev/null",
  );
  assertStringIncludes(text, "/usr/sbin/service mysql-server enable </dev/null");
  assertFalse(files(own).includes("service alcaide_app enable"));
});

Deno.test("service() takes functions, and refuses what they give when it is no command", () => {
  const good = accessorySpecOf("x", service({ start: "run", health: (at) => sh`echo ${at.address}` }));
  assertEquals(healthText(good), "echo 10.66.0.4");
  const wrong = service({ start: "run", health: (() => "true") as unknown as () => ReturnType<typeof sh> });
  assertThrows(
    () => healthText(accessorySpecOf("x", wrong)),
    TypeError,
    "Cannot use the result of an accessory's function: it is not a command",
  );
});

Deno.test("createAccessory() takes a volume that is empty, and leaves one with files of another's alone", () => {
  const { text } = createAccessory(db);
  assertStringIncludes(text, "install -d -o 770 -g 770 -m 0700 /data/pg");
  assertStringIncludes(
    text,
    "/data/pg has files in it and belongs to another user id than 770, so it is left alone",
  );
});

Deno.test("a change keeps the files that ran well until the new ones do", () => {
  const { text } = configureAccessory(own, { timeout: 1000, undo: true });
  assertStringIncludes(text, "cp -p /etc/own.conf /etc/own.conf.before");
  assertStringIncludes(text, "mv -f /etc/own.conf.before /etc/own.conf; else rm -f /etc/own.conf");
  assert(
    text.indexOf("Taking the change back") < text.lastIndexOf("rm -f /usr/local/etc/alcaide/env.before"),
  );
});

Deno.test("inJail() keeps secrets out of arguments", () => {
  const command = sh`echo ${secret("hidden")}`;
  assertStringIncludes(inJail("x", command).text, "<<'END_OF_TEXT'");
  assertFalse(inJail("x", command).shown.includes("hidden"));
});
