// Passwords of accessories: nowhere in clear but in what Redis reads, and in the app's environment.

import { assertEquals, assertMatch } from "@std/assert";
import { local } from "../../lib/remote/local.ts";
import { secretsStore } from "../../lib/secrets/store.ts";
import { sh } from "../../lib/core/sh.ts";
import { postgresqlVersion } from "../host/ports.ts";
import { Listener } from "./listener.ts";
import { holding, marker, shapes } from "./markers.ts";
import { onlyOnTestHost } from "./place.ts";
import { makeProject } from "./project.ts";
import { scenario } from "./scenario.ts";

scenario("passwords of accessories stand in no argument list, output or other file", async (place, part) => {
  const { test, server } = place;
  if (test === undefined) throw new Error("needs the test host");
  await using project = await makeProject(place, "shop", { keep: 2, drain: 1 });
  const listener = new Listener(project);
  const version = await postgresqlVersion();
  await project.configure({}, 'import { secretUrl } from "alcaide";', {
    accessories: `{
      db: postgresql({ version: "${version}", volume: "/data/shop/db", password: secrets("DB_PASSWORD") }),
      cache: redis({ volume: "/data/shop/cache", password: secrets("REDIS_PASSWORD"), memory: "32mb" }),
    }`,
    env: '{ URL: secretUrl`ecto://shop:${secrets("DB_PASSWORD")}@db/shop` }',
    secretEnv: "[]",
  });
  const marks: string[] = [];
  const set = async () => {
    const [db, cache] = [marker(), marker()];
    marks.push(db, cache);
    const store = secretsStore({ directory: project.directory, environment: undefined, local: local() });
    const before = await store.open();
    const values = new Map([["DB_PASSWORD", db], ["REDIS_PASSWORD", cache]]);
    await store.write(values, before.key, before);
  };

  await part("setup, a deploy, another password, tasks that look", async () => {
    await listener.run(["secrets", "init"]);
    await set();
    await listener.run(["setup", "--plan", "--json"]);
    await listener.run(["setup", "--verbose"]);
    await project.release({ text: "one" });
    await listener.run(["deploy", "--verbose"]);
    await set();
    await listener.run(["setup", "--plan"]);
    await listener.run(["setup", "--verbose", "--json"]);
    await listener.run(["deploy", "--json"]);
    await listener.run(["accessory", "list", "--json"]);
    await listener.run(["accessory", "logs", "db"]);
    await listener.run(["accessory", "run", "cache", "env >/dev/null"]);
    await listener.run(["db", "dump", "--verbose", "dump.sql"]);
    await listener.run(["db", "restore", "--verbose", "--while-live", "--yes", "dump.sql"]);
  });

  await part("nothing printed holds one, nor an argument list", async () => {
    assertEquals(listener.leaks(marks), []);
    const needles = marks.flatMap(shapes);
    const calls = await test.calls();
    const leaks = calls.filter((words) => words.some((word) => needles.some((one) => word.includes(one))));
    assertEquals(leaks, []);
  });

  await part("the old passwords are only in the release that is kept with them", async () => {
    const files = await holding(place, marks.slice(0, 2));
    assertEquals(
      files.filter((path) =>
        !/\/(releases\/1-none\/env|shop_blue\/usr\/local\/etc\/alcaide\/env)$/.test(path)
      ),
      [],
    );
  });

  await part(
    "the others are in environment files and in what Redis reads, for nobody else to read",
    async () => {
      const files = await holding(place, marks.slice(2));
      const known =
        /^\/jails\/shop_(blue|green)\/usr\/local\/etc\/alcaide\/env$|\/releases\/\d-none\/env$|^\/jails\/shop_cache\/usr\/local\/etc\/alcaide\/redis\.(conf|password)$/;
      assertEquals(files.filter((path) => !known.test(path)), []);
      for (const mode of (await server.read(sh`stat -f %Sp ${files}`)).split("\n")) {
        assertMatch(mode, /^-r.-------$/);
      }
      assertEquals(files.length, 4);
    },
  );
}, { skip: onlyOnTestHost("tell argument lists") });
