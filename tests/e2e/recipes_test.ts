// The recipes of docs/recipes: the code is taken from the pages themselves, only servers and domains are the tests' own.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { startLinuxHost } from "../host/linux.ts";
import { deployAll } from "../../docs/examples/three_deploys.ts";
import type { UserConfig } from "../../lib/config/field/types.ts";
import { remote } from "../../lib/remote/remote.ts";
import { sh } from "../../lib/core/sh.ts";
import type { Target } from "../../lib/core/target.ts";
import { removeApp } from "./clean.ts";
import { onlyOnTestHost, type Place, repository } from "./place.ts";
import { ask, makeProject, type Project } from "./project.ts";
import { partsOf, scenario } from "./scenario.ts";
import { until } from "./until.ts";

/** Makes a recipe's Alcaidefile the project's, with the tests' own configuration over the recipe's. */
async function useRecipe(project: Project, page: string): Promise<void> {
  const text = await Deno.readTextFile(`${repository}docs/recipes/${page}.md`);
  const [, code] = /^`Alcaidefile\.ts`:\n\n```ts\n([^]*?)^```$/m.exec(text) ?? [];
  if (code === undefined) throw new Error(`${page}.md has no Alcaidefile`);
  const at = (name: string) => join(project.directory, name);
  await project.configure({});
  await Deno.rename(at("Alcaidefile.ts"), at("own.ts"));
  await Deno.writeTextFile(at("recipe.ts"), code);
  await Deno.writeTextFile(
    at("Alcaidefile.ts"),
    'import own from "./own.ts";\nimport recipe from "./recipe.ts";\nexport * from "./recipe.ts";\n' +
      "export default { ...recipe, ...own };\n",
  );
}

/** A worker that says each second that it is there, and which release it is of. */
async function addWorker(project: Project): Promise<void> {
  const text = '#!/bin/sh\nwhile :; do echo "at work: $(cat release.txt), $GREETING, $HOME"; sleep 1; done\n';
  await Deno.writeTextFile(join(project.directory, "release", "bin", "worker"), text, { mode: 0o755 });
}

scenario("recipes: warm-up, worker, backup, maintenance page", async (place, part) => {
  await using project = await makeProject(place, "shop", { env: { GREETING: "hello", HOME: "/app/bin" } });
  // A shell that is about to start a program shows as another shell of the same command: only those count that no worker started.
  const workers = async () => {
    const found = (await place.server.read(sh`ps axww -o pid,ppid,command`)).split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter((words) => words.at(-1) === "bin/worker");
    const pids = found.map(([pid]) => pid);
    return found.filter(([, parent]) => !pids.includes(parent)).length;
  };
  const oneWorks = () => until("one worker works", async () => await workers().catch(() => 0) === 1);
  await project.configure({});
  await project.well(["setup"]);

  await part("three_deploys.ts deploys three apps at once from this process", async () => {
    await project.release({ text: "zero" });
    const apps = ["shop", "blog", "wiki"];
    const knownHosts = join(project.directory, "home", ".ssh", "known_hosts");
    const connect = (target: Target) => remote({ ...target, key: place.key, knownHosts });
    const configs = apps.map((app): UserConfig => ({
      ...{ app, server: place.target, domain: `${app}.test`, tls: "off" },
      ...{ build: { prebuilt: "release" }, start: "bin/app", health: { path: "/health" }, drain: 5 },
    }));
    const outcomes = await deployAll(configs, () => ({ connect, directory: project.directory }), () => {});
    assertEquals([...outcomes], apps.map((app) => [app, { release: "1-none" }]));
    for (const app of apps) {
      assertEquals(await ask(place, { domain: `${app}.test` }, "/"), { status: 200, text: "zero\n" });
    }
  }, { skip: onlyOnTestHost("have a third app") });

  await part("warm-up: the new release is asked before it gets the traffic", async () => {
    await useRecipe(project, "warm-up");
    await project.release({ text: "one" });
    const { stderr } = await project.well(["deploy"]);
    assertMatch(stderr, /: \/ is warm after \d+ ms[^]*: \/id is warm after \d+ ms[^]*Route requests to it/);
  });

  await part("maintenance: the page stands in for the app, through a deploy", async () => {
    await useRecipe(project, "maintenance");
    // The site is today's already.
    await project.well(["maintenance", "on", "--until", "18:00"]);
    const page = await ask(place, project, "/any/path");
    assertEquals(page.status, 503);
    assertMatch(page.text, /<p>The shop is back at 18:00\.<\/p>/);
    await project.release({ text: "two" });
    await project.well(["deploy"]);
    assertEquals((await ask(place, project, "/")).status, 503);
    assertMatch(
      (await project.well(["status"])).stdout,
      /problem: visitors see the maintenance page/,
    );
    await project.well(["maintenance", "off"]);
    assertEquals(await ask(place, project, "/"), { status: 200, text: "two\n" });
    const refused = await project.alcaide(["maintenance", "onn"]);
    assertEquals(refused.code, 2);
    assertMatch(refused.stderr, /"onn" is not one of its values\n {2}Hint: Did you mean "on"\?/);
  });

  await part("worker: runs beside the app, as its user, with its environment", async () => {
    await useRecipe(project, "worker");
    await project.release({ text: "three" });
    await addWorker(project);
    await project.well(["deploy"]);
    await until(
      "the worker is at work",
      async () =>
        (await project.alcaide(["logs", "--process", "worker"])).stdout.includes(
          "at work: three, hello, /app/bin",
        ),
    );
  });

  await part("worker: comes back after a reboot", async () => {
    await place.test?.reboot();
    await oneWorks();
  }, { skip: onlyOnTestHost("be rebooted") });

  await part("worker: stops with its release, and comes back with it", async () => {
    await project.release({ text: "four" });
    await addWorker(project);
    await project.well(["deploy"]);
    await oneWorks();
    await project.well(["rollback"]);
    await until(
      "the old worker is back",
      async () =>
        (await project.alcaide(["logs", "--process", "worker", "-n", "1"])).stdout.includes("at work: three"),
    );
    await oneWorks();
  });

  await part("backup: copies the volume here, and back", async () => {
    await useRecipe(project, "backup");
    await project.release({ text: "five" });
    await project.well(["deploy"]);
    await ask(place, project, "/write?path=/data/kept.txt&text=precious");
    for (let i = 0; i < 3; i++) {
      await project.well(["backup", "--keep", "2"]);
    }
    const folder = "backups/data/shop";
    const names = (await Array.fromAsync(Deno.readDir(join(project.directory, folder)))).map(({ name }) =>
      name
    );
    assertEquals(names.length, 2);
    assert(names.every((name) => /^\d{8}T\d{9}Z\.tar\.gz$/.test(name)), names.join());
    await ask(place, project, "/write?path=/data/kept.txt&text=spoilt");
    const copy = `${folder}/${names[0]}`;
    assertMatch((await project.alcaide(["restore", copy])).stderr, /there is no terminal[^]*--yes/);
    await project.well(["restore", copy, "--yes"]);
    assertEquals((await ask(place, project, "/read?path=/data/kept.txt")).text, "precious");
  });

  await removeApp(place, "shop");
});

// The test app of another host is built for that one.
const noLinux = onlyOnTestHost("have a Linux server beside it");

Deno.test({
  name: `recipes: a Linux server${noLinux === undefined ? "" : ` (skipped: ${noLinux})`}`,
  ignore: noLinux !== undefined,
  fn: async (context) => {
    const part = partsOf(context);
    await using host = await startLinuxHost();
    await using project = await makeProject(
      { ...host, mirror: "http://127.0.0.1", test: undefined } as Place,
      "shop",
      {
        build: { prebuilt: "release.tar" },
      },
    );
    await using server = await connect(host, project);
    const place = { http: host.http } as Place;
    await useRecipe(project, "linux");
    const release = async (text: string, conf: Record<string, string> = {}) => {
      await project.release({ text, conf });
      const { success } = await new Deno.Command("tar", {
        args: ["-C", join(project.directory, "release"), "-cf", join(project.directory, "release.tar"), "."],
      }).output();
      assert(success);
    };
    const processes = async () =>
      (await server.read(sh`ps ax -o args`)).split("\n").filter((line) => line === "bin/app");

    await part("setup prepares it, and can be run again", async () => {
      await project.well(["setup"]);
      await project.well(["setup"]);
      assertEquals(
        await server.read(sh`cat /etc/caddy/Caddyfile`),
        "import conf.d/alcaide/*.caddy\n# The Caddyfile of the admin",
      );
    });

    await part("deploys go blue and green behind Caddy", async () => {
      await release("one");
      assertMatch((await project.well(["deploy"])).stdout, /^1-none is live\n/);
      assertEquals(await ask(place, project, "/"), { status: 200, text: "one\n" });
      await release("two");
      await project.well(["deploy"]);
      assertEquals(await ask(place, project, "/"), { status: 200, text: "two\n" });
      assertEquals((await processes()).length, 1);
    });

    await part("a release that is ill changes nothing", async () => {
      await release("three", { APP_FAIL: "exit" });
      const { code, stderr } = await project.alcaide(["deploy"]);
      assertEquals(code, 1);
      assertMatch(stderr, /release three cannot start: told to exit/);
      assertMatch(stderr, /Undone: Start the app and Upload the release/);
      assertEquals(await ask(place, project, "/"), { status: 200, text: "two\n" });
      assertEquals(await server.read(sh`ls /srv/shop/releases`), "1-none\n2-none");
    });

    await part(
      "rollback goes back, and spares a stranger that has the number of a slot's process",
      async () => {
        const stranger = await server.read(
          sh`cd / && { setsid sleep 300 >/dev/null 2>&1 </dev/null & echo $! | tee /srv/shop/blue.pid; }`,
        );
        assertMatch((await project.well(["rollback"])).stdout, /^1-none is live again\n/);
        assertEquals(await ask(place, project, "/"), { status: 200, text: "one\n" });
        assertEquals((await processes()).length, 1);
        await server.run(sh`kill ${stranger}`);
      },
    );
  },
});

async function connect(host: { target: string; key: string; knownHosts: string }, project: Project) {
  const knownHosts = join(project.directory, "known_hosts");
  await Deno.writeTextFile(knownHosts, host.knownHosts);
  return remote({ host: host.target.replace("root@", ""), user: "root", key: host.key, knownHosts });
}
