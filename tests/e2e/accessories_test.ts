// Accessories: your own service, PostgreSQL and Redis in jails of their own, made, changed, rebooted, removed.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Command, sh } from "../../lib/core/sh.ts";
import { removeApp } from "./clean.ts";
import { onlyOnTestHost, type Place } from "./place.ts";
import { postgresqlMajor, withoutPostgresql } from "./postgresql.ts";
import { makeProject, type Project } from "./project.ts";
import { scenario } from "./scenario.ts";
import { until } from "./until.ts";

interface Wanted {
  readonly settings?: string;
  readonly password?: string;
  readonly without?: string;
  /** Further options of the database. */
  readonly more?: string;
}

/** Writes accessories into the project's Alcaidefile. */
async function want(
  place: Place,
  project: Project,
  { settings = "{}", password = "first", without, more = "" }: Wanted = {},
): Promise<void> {
  const version = await postgresqlMajor(place);
  const all = {
    db:
      `postgresql({ version: "${version}", volume: "/data/shop/db", password: secret("${password}'s"), settings: ${settings}${more} })`,
    cache: `redis({ volume: "/data/shop/cache", password: secret('its "own"'), memory: "32mb" })`,
    echo:
      `service({ start: 'nc -lk "$ADDRESS" "$PORT"', ports: [7007], env: { WORD: "a b" }, setup: ['[ "$WORD" = "a b" ]'] })`,
  };
  const fields = Object.entries(all).filter(([name]) => name !== without);
  const code = `{ ${fields.map(([name, text]) => `${name}: ${text}`).join(", ")} }`;
  await project.configure({ start: "bin/app" }, "", { accessories: code });
}

/** Runs the program, which has to succeed, and gives what it printed. */
async function alcaide(project: Project, ...args: string[]): Promise<string> {
  const { stdout } = await project.well(args);
  return stdout;
}

/** A statement in the app's database, from the app's jail as the app would: over the network with its password. */
function ask(place: Place, statement: string, password = "first's"): Promise<string> {
  const from = sh`PGPASSWORD=${password} psql -X -A -t -h db_jail -U shop -d shop -c ${statement}`;
  return place.server.read(sh`jexec -l shop_blue /bin/sh -c ${from.text}`);
}

/** A package that is no part of PostgreSQL, and an extension that only a superuser may create and that needs another. */
const more = ', packages: ["doas"], extensions: ["earthdistance"]';
const extensions =
  sh`jexec -l -U postgres shop_db psql -X -A -t -d shop -c ${"SELECT string_agg(extname, ' ' ORDER BY 1) FROM pg_extension WHERE extname <> 'plpgsql'"}`;

const pidOf = (place: Place): Promise<string> =>
  place.server.read(sh`head -n 1 /data/shop/db/data*/postmaster.pid; jexec shop_cache pgrep -x redis-server`);

scenario("accessories are made, changed, rebooted and removed", async (place, part) => {
  const skip = await withoutPostgresql(place);
  const client = `postgresql${await postgresqlMajor(place)}-client`;
  await using project = await makeProject(place, "shop", {
    jail: { mirror: place.mirror, packages: [client] },
  });
  const { server, test } = place;
  const read = (command: Command) => server.read(command);

  await part("a deploy without them is refused", async () => {
    await project.release({ text: "one" });
    await alcaide(project, "setup");
    await want(place, project);
    const { code, stderr } = await project.alcaide(["deploy"]);
    assertEquals(code, 1);
    assertMatch(stderr, /Cannot use \S+: its accessory db is not set up\n +Hint: Run "alcaide setup" first/);
  }, { skip });

  await part("setup --plan names them, setup makes them, a second one touches none", async () => {
    assertMatch(
      await alcaide(project, "setup", "--plan"),
      /- Make the jail shop_db with postgresql\d+-server/,
    );
    await alcaide(project, "setup");
    const before = await pidOf(place);
    assertMatch(await alcaide(project, "setup"), /nothing to do/);
    assertEquals(await pidOf(place), before);
    assertEquals(await read(sh`stat -f '%u %Lp' /data/shop/db /data/shop/cache`), "770 700\n535 700");
  }, { skip });

  await part("the app finds them by name, and nobody else gets in", async () => {
    await alcaide(project, "deploy");
    assertMatch(await read(sh`cat /jails/shop_blue/etc/hosts`), /^10\.66\.0\.\d+ db db_jail$/m);
    await ask(place, "create table kept (word text); insert into kept values ('still here')");
    const stranger = sh`PGPASSWORD=${"first's"} psql -X -h 10.66.0.4 -U shop -d shop -c 'select 1'`;
    const { code, stderr } = await server.exec(sh`jexec -l shop_db /bin/sh -c ${stranger.text}`);
    assertEquals(code, 2);
    assertStringIncludes(stderr, "no pg_hba.conf entry for host");
  }, { skip });

  await part("a setting that a reload takes leaves the server running, another restarts it", async () => {
    const began = await pidOf(place);
    await want(place, project, { settings: '{ work_mem: "5MB" }' });
    await alcaide(project, "setup");
    assertEquals(await pidOf(place), began);
    assertEquals(await ask(place, "show work_mem"), "5MB");
    const settings = '{ work_mem: "5MB", max_connections: 50 }';
    await want(place, project, { settings, password: "second", more });
    const plan = await alcaide(project, "setup", "--plan");
    assertMatch(
      plan,
      /Change db: password changed, settings\.max_connections: 50, packages: \["doas"\], extensions: \["earthdistance"\]/,
    );
    await alcaide(project, "setup");
    assertEquals(
      await ask(place, "select current_setting('max_connections'), word from kept", "second's"),
      "50|still here",
    );
    assertEquals(await read(extensions), "cube earthdistance");
  }, { skip });

  await part(
    "a setting that it can't take changes nothing",
    async () => {
      const before = await pidOf(place);
      await want(place, project, { settings: '{ max_connections: "many" }', password: "second" });
      const wrong = await project.alcaide(["setup"]);
      assertEquals(wrong.code, 1);
      assertStringIncludes(wrong.stderr, 'invalid value for parameter "max_connections": "many"');
      // The files that a reboot reads are as they were.
      assertMatch(
        await read(sh`cat /jails/shop_db/usr/local/etc/alcaide/postgresql.conf`),
        /^max_connections = '50'$/m,
      );
      assertEquals(await pidOf(place), before);
      // One that only a start finds out: the server comes up again with what it had.
      await want(place, project, { settings: '{ shared_preload_libraries: "nowhere" }', password: "second" });
      const late = await project.alcaide(["setup"]);
      assertEquals(late.code, 1);
      assertStringIncludes(late.stderr, "Taking the change back");
      assertEquals(await ask(place, "show max_connections", "second's"), "50");
      const fitting = { settings: "{ max_connections: 50 }", password: "second" };
      await want(place, project, { ...fitting, more: ', extensions: ["nowhere"]' });
      const absent = await project.alcaide(["setup"]);
      assertEquals(absent.code, 1);
      assertMatch(
        absent.stderr,
        /extension "nowhere" is not available|extension control file .*nowhere[^]*Hint: The packages in its jail/,
      );
      await want(place, project, fitting);
      await alcaide(project, "setup");
    },
    { skip },
  );

  await part("list, logs, run, stop, start", async () => {
    assertMatch(
      await alcaide(project, "accessory", "list"),
      /db: postgresql \d+ at 10\.66\.0\.4:5432, data in \/data\/shop\/db, runs/,
    );
    assertMatch(
      await alcaide(project, "accessory", "logs", "db", "--since", "1h"),
      /database system is ready to accept connections/,
    );
    assertEquals(await ask(place, "show log_timezone", "second's"), "UTC");
    assertEquals(
      await alcaide(project, "accessory", "run", "echo", "--", 'echo "$WORD $PORT"'),
      "a b 7007\n",
    );
    await alcaide(project, "accessory", "stop", "cache");
    assertMatch(await alcaide(project, "status"), /cache: redis .*it does not run/);
    await alcaide(project, "accessory", "start", "cache");
    await server.run(sh`jexec -l shop_cache service redis stop`);
    assertMatch(await alcaide(project, "setup"), /ready, 1 change made/);
    assertEquals(await server.test(sh`jexec shop_cache pgrep -x redis-server >/dev/null`), true);
  }, { skip });

  await part("after a reboot they are up before the app", async () => {
    await test?.reboot();
    await until(
      "the app's jail runs",
      async () => (await server.read(sh`jls -q name`).catch(() => "")).includes("shop_blue"),
    );
    assertEquals((await read(sh`jls -q name`)).split("\n"), [
      "shop_cache",
      "shop_db",
      "shop_echo",
      "shop_blue",
    ]);
    assertEquals(await ask(place, "select word from kept", "second's"), "still here");
  }, { skip: skip ?? onlyOnTestHost("be rebooted") });

  await part("one that leaves the file stays, and is removed by name alone, without its data", async () => {
    await want(place, project, { without: "db", password: "second" });
    const { stderr } = await project.alcaide(["setup"]);
    assertMatch(stderr, /db \(postgresql\) is there, and the configuration does not name it/);
    assertMatch(
      await alcaide(project, "accessory", "remove", "db", "--yes"),
      /Its data stays in \/data\/shop\/db/,
    );
    assertEquals(await server.test(sh`test -e /jails/shop_db || jls -j shop_db jid >/dev/null 2>&1`), false);
    await want(place, project, { password: "third", more });
    await alcaide(project, "setup");
    assertMatch(await alcaide(project, "setup"), /nothing to do/);
    assertEquals(await read(extensions), "cube earthdistance");
    assertEquals(await server.test(sh`pkg -r /jails/shop_db info -e doas`), true);
    assertEquals(await ask(place, "select word from kept", "third's"), "still here");
  }, { skip });

  if (skip === undefined) await removeApp(place, "shop");
});
