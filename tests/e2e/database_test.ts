// A PostgreSQL that an app really writes to: migrations, one that fails, a dump, its restore, a reboot in between.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { sh } from "../../lib/core/sh.ts";
import { removeApp } from "./clean.ts";
import { onlyOnTestHost, type Place } from "./place.ts";
import { ask, makeProject, type Project } from "./project.ts";
import { postgresqlMajor, withoutPostgresql } from "./postgresql.ts";
import { scenario } from "./scenario.ts";
import { until } from "./until.ts";

/** A password of characters that mean something in a URL, in SQL or to a shell. */
const password = "it's @db:1/#%40?x=[y]&\"\\ $é";
/** Its URL as the app gets it. */
const url = `postgresql://shop:${encodeURIComponent(password)}@db/shop`;
/** Text, bytes and numbers of every kind, so that a dump that changes a byte is seen. */
const rows =
  `INSERT INTO items SELECT i, 'item ' || i || ' – ñ', decode(md5(i::text), 'hex'), i * 1.1 FROM generate_series(1, 5000) i`;
const sum = "SELECT count(*), md5(string_agg(i::text, '|' ORDER BY id)) FROM items i";

async function configure(project: Project, place: Place, first = ":"): Promise<void> {
  const major = await postgresqlMajor(place);
  const known = `secret(${JSON.stringify(password)})`;
  const migrate = `${first}; psql -X -q -v ON_ERROR_STOP=1 -d "$DATABASE_URL" -f migrate.sql`;
  await project.configure(
    { migrate, jail: { mirror: place.mirror, packages: [`postgresql${major}-client`] } },
    'import { secretUrl } from "alcaide";',
    {
      env: `{ DATABASE_URL: secretUrl\`postgresql://shop:\${${known}}@db/shop\` }`,
      accessories:
        `{ db: postgresql({ version: "${major}", volume: "/data/shop/db", password: ${known}, extensions: ["pg_trgm"] }) }`,
    },
  );
}

/** A release whose migration is this. */
async function release(project: Project, text: string, migration: string): Promise<void> {
  await project.release({ text });
  await Deno.writeTextFile(join(project.directory, "release/migrate.sql"), migration);
}

scenario("an app's database is migrated, dumped and restored", async (place, part) => {
  await using project = await makeProject(place, "shop");
  const { server, test } = place;
  const skip = await withoutPostgresql(place);
  const dump = join(project.directory, "shop.dump");
  const fails = async (args: readonly string[]): Promise<string> => {
    const { code, stderr } = await project.alcaide(args);
    assertEquals(code, 1, stderr);
    return stderr;
  };
  let jail = "shop_blue";
  /** A statement of the app: from its jail, as its user, over the network. */
  const sql = (statement: string) =>
    server.read(sh`jexec -l -U app ${jail} psql -X -q -A -t -v ON_ERROR_STOP=1 -d ${url} -c ${statement}`);
  /** A statement of the admin. */
  const admin = (statement: string, database = "postgres") =>
    server.read(sh`jexec -l -U postgres shop_db psql -X -q -A -t -d ${database} -c ${statement}`);

  await part("a migration makes what the release needs, before it starts", async () => {
    await configure(project, place);
    await project.well(["setup"]);
    await release(
      project,
      "one",
      "CREATE TABLE items (id int PRIMARY KEY, name text, raw bytea, price numeric);\n",
    );
    await project.well(["deploy"]);
    assertEquals((await ask(place, project, "/")).text, "one\n");
    await project.well(["run", `psql -X -d "$DATABASE_URL" -c "${rows}"`]);
    // One that the app itself may make, one that only a superuser may.
    await sql("CREATE EXTENSION citext; CREATE INDEX ON items USING gin (name gin_trgm_ops)");
    await admin("CREATE EXTENSION pg_stat_statements", "shop");
    // Those that only a superuser may own.
    await admin("CREATE FOREIGN DATA WRAPPER far", "shop");
    await admin(
      "CREATE EXTENSION postgres_fdw; CREATE SERVER there FOREIGN DATA WRAPPER postgres_fdw OPTIONS (dbname 'postgres'); " +
        "CREATE USER MAPPING FOR shop SERVER there; CREATE FOREIGN TABLE away (id int) SERVER there; " +
        "CREATE PUBLICATION everything FOR ALL TABLES",
      "shop",
    );
    await admin(
      "CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END'; " +
        "CREATE EVENT TRIGGER watcher ON ddl_command_start WHEN TAG IN ('ALTER FUNCTION', 'DROP TYPE') EXECUTE FUNCTION watch()",
      "shop",
    );
    assertMatch(await sql(sum), /^5000\|/);
  }, { skip });

  await part("one that fails half-way leaves the old release serving, and says what is left", async () => {
    await release(project, "two", "ALTER TABLE items ADD half int;\nSELECT 1 / 0;\n");
    const stderr = await fails(["deploy"]);
    assertStringIncludes(stderr, "division by zero");
    assertMatch(stderr, /Live: 1-\S+, as before\n.*may be partly migrated.* "alcaide logs --release 2-/);
    assertStringIncludes((await project.well(["logs", "--release", "2"])).stdout, "division by zero");
    assertEquals((await ask(place, project, "/")).text, "one\n");
    await sql("ALTER TABLE items DROP half");
  }, { skip });

  await part("one whose deploy was cut off has ended before the next one begins", async () => {
    const runs = sh`pgrep -f '[s]leep 1000' >/dev/null`;
    await configure(project, place, "sleep 1000");
    const child = project.start(["deploy"]);
    await until("the migration runs", () => server.test(runs));
    child.kill("SIGKILL");
    await child.output();
    await configure(project, place, "! pgrep -f '[s]leep 1000' || exit 1");
    await release(project, "three", "SELECT 1;\n");
    await project.well(["deploy", "--wait", "1m"]);
    jail = "shop_green";
    assertEquals([await server.test(runs), (await ask(place, project, "/")).text], [false, "three\n"]);
  }, { skip });

  let before = "";
  await part("db dump writes a file that only its owner reads", async () => {
    before = await sql(sum);
    // Small as it is, the dump is smaller than its database.
    assertMatch(
      (await project.well(["db", "dump", dump, "--json"])).stdout,
      /"progress"[^\n]*"estimate":"at most"/,
    );
    assertMatch(
      (await project.well(["db", "dump", dump, "--force"])).stdout,
      /^db of .* is in .*shop\.dump: \d/,
    );
    assertEquals((await Deno.stat(dump)).mode! & 0o777, 0o600);
    assertStringIncludes(await fails(["db", "dump", dump]), "it exists already");
    assertEquals(
      (await Array.fromAsync(Deno.readDir(project.directory))).filter((e) => e.name.endsWith(".part")),
      [],
    );
  }, { skip });

  await part("db restore refuses while the app is live, or nobody says yes", async () => {
    assertMatch(await fails(["db", "restore", dump]), /Cannot restore db: 4-\S+ of shop is live/);
    assertMatch(await fails(["db", "restore", dump, "--while-live"]), /without a yes|nobody to ask|--yes/);
  }, { skip });

  await part(
    "a dump that is cut off, or needs what is not there, changes nothing and leaves nothing",
    async () => {
      const cut = join(project.directory, "cut.dump");
      await Deno.writeFile(cut, (await Deno.readFile(dump)).subarray(0, 20_000));
      const stderr = await fails(["db", "restore", cut, "--while-live", "--yes"]);
      assertMatch(stderr, /Cannot restore db on .*: it ended with status 1[^]*Nothing was changed/);
      await admin("CREATE ROLE gone; CREATE POLICY theirs ON items TO gone", "shop");
      assertMatch(
        (await project.well(["db", "dump", cut, "--force", "--json"])).stdout,
        /"progress"[^\n]*"estimate":"about"/,
      );
      await admin("DROP POLICY theirs ON items; DROP ROLE gone", "shop");
      assertMatch(
        await fails(["db", "restore", cut, "--while-live", "--yes"]),
        /Cannot restore db[^]*role "gone" does not exist[^]*CREATE POLICY theirs[^]*Hint: The dump gives rights[^]*Nothing was changed/,
      );
      assertEquals(await sql(sum), before);
      assertEquals(await admin("SELECT datname FROM pg_database WHERE datname LIKE 'shop%'"), "shop");
      assertEquals(await admin("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'alcaide%'"), "0");
    },
    { skip },
  );

  await part("after a reboot the data is there", async () => {
    await test?.reboot();
    await until("the app's database answers", async () => await sql("SELECT 1").catch(() => "") === "1");
    assertEquals(await sql(sum), before);
  }, { skip: skip ?? onlyOnTestHost("be rebooted") });

  await part("db restore brings back what the dump holds, and keeps what was there", async () => {
    await sql("DELETE FROM items WHERE id % 3 = 0; CREATE TABLE later (x int)");
    // The connection breaks when the databases have changed their names.
    await test?.fault({ program: "psql", args: "-d postgres", nth: 3, effect: "after-drop" });
    const { code, stdout: said, stderr } = await project.alcaide([
      ...["db", "restore", dump, "--while-live", "--yes"],
    ]);
    assertEquals([code, stderr.includes("broke: its work goes on there")], [0, test !== undefined], stderr);
    assertMatch(said, /^db of .* holds the data of shop\.dump[^]*is in the database shop_before now/);
    assertEquals(await sql(sum), before);
    assertEquals(
      await sql("SELECT tablename, tableowner FROM pg_tables WHERE schemaname = 'public'"),
      "items|shop",
    );
    const old = "SELECT count(*) FROM items, (SELECT count(*) FROM later) l";
    assertEquals(await admin(old, "shop_before"), "3334");
    const extensions =
      "SELECT extname, extowner::regrole FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1";
    assertEquals(
      await admin(extensions, "shop"),
      "citext|shop\npg_stat_statements|shop\npg_trgm|shop\npostgres_fdw|shop",
    );
    const superusers = "SELECT fdwname, fdwowner::regrole FROM pg_foreign_data_wrapper UNION ALL " +
      "SELECT evtname, evtowner::regrole FROM pg_event_trigger UNION ALL " +
      "SELECT proname, proowner::regrole FROM pg_proc WHERE proname = 'watch' ORDER BY 1";
    assertEquals(
      await admin(superusers, "shop"),
      "far|postgres\npostgres_fdw|postgres\nwatch|postgres\nwatcher|postgres",
    );
    const theirs = "SELECT srvname, srvowner::regrole FROM pg_foreign_server UNION ALL " +
      "SELECT pubname, pubowner::regrole FROM pg_publication UNION ALL " +
      "SELECT relname, relowner::regrole FROM pg_class WHERE relname = 'away' ORDER BY 1";
    assertEquals(await admin(theirs, "shop"), "away|shop\neverything|shop\nthere|shop");
    await sql("INSERT INTO items (id) VALUES (9999)");
  }, { skip });

  await part("dump and restore work on the standard streams, again and again", async () => {
    const dumped = await project.start(["db", "dump", "-"]).output();
    assertEquals([dumped.code, new TextDecoder().decode(dumped.stdout.subarray(0, 5))], [0, "PGDMP"]);
    await sql("DROP TABLE items");
    await project.well(["db", "restore", "-", "--while-live", "--yes"], {
      stdin: new Uint8Array(dumped.stdout),
    });
    assertEquals(await sql("SELECT count(*) FROM items"), "5001");
  }, { skip });

  await part("db console is the app's role", async () => {
    assertMatch(
      (await project.well(["db", "console"], { stdin: "SELECT current_user, current_database();\n" })).stdout,
      /shop +\| shop\n/,
    );
  }, { skip });

  await removeApp(place, "shop");
});
