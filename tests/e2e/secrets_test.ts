// The proof that secrets are nowhere but where they must be: whatever is printed, every argument list, every file.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { appDir, envFile } from "../../lib/commands/paths.ts";
import { local } from "../../lib/remote/local.ts";
import { secretsStore } from "../../lib/secrets/store.ts";
import { sh } from "../../lib/core/sh.ts";
import { removeApp } from "./clean.ts";
import { Listener } from "./listener.ts";
import { filesWith, holding, type MarkedSecret, marker, shapes } from "./markers.ts";
import { ask, makeProject } from "./project.ts";
import { onlyOnTestHost } from "./place.ts";
import { scenario } from "./scenario.ts";
import { patience } from "./until.ts";

/** All that a variable can hold, around a mark. */
function awkward(mark: string): string {
  const all = Array.from({ length: 255 }, (_, code) => String.fromCharCode(code + 1)).join("");
  return ` ${mark}\n'${mark}'"\\\`$(echo ${mark})\${HOME}\nEND_OF_TEXT\n"""\n# >>> \r\n${all}😀\ufeff\n${
    "x".repeat(5000)
  }\n${mark}\n\n`;
}

const env = `{
  GREETING: "clear",
  CLEAR: "as it is",
  HOME: "/app/bin",
  LANG: "de_DE.UTF-8",
  PATH: "/app/bin:/bin:/usr/bin",
  URL: secretText\`ecto://shop:\${secrets("DB_PASSWORD")}@db/shop\`,
  ...await secrets().load(),
}`;

const tasks = `
import { jail, local, remote, routedApp, routedJail, secretText, sh, task, withSecrets } from "alcaide";

export const peek = task("Use secrets where they are hardly ever used well", async (ctx) => {
  const { config: { env }, ui, servers: { first } } = await withSecrets(ctx);
  const all = await ctx.secrets.load();
  ui.info(\`\${env.URL} \${JSON.stringify(env)} \${Deno.inspect(all)} \${String(all.DB_PASSWORD)}\`);
  const text = await first.read(sh\`wc -c\`, { stdin: env.URL.reveal() });
  ui.result({ text, env, all }, text.trim());
  await first.run(sh\`echo no good >&2; : \${env.URL}; exit 4\`);
});

// Runs a command with a secret, and lists all processes of the machine while it is sure to run.
async function watched(at, root, machine, secret) {
  const [runs, seen] = ["runs", "seen"].map((name) => \`/tmp/shop_watched.\${name}\`);
  const running = at.run(sh\`: \${secret} >\${runs}; until [ -e \${seen} ]; do sleep 0.1; done; rm -f \${runs} \${seen}\`, {
    timeout: ${patience(60_000)},
  });
  const looking = async () => {
    await machine.run(sh\`until [ -e \${root + runs} ]; do sleep 0.1; done\`, { timeout: ${
  patience(60_000)
} });
    const list = await machine.read(sh\`ps axww\`);
    await machine.run(sh\`: >\${root + seen}\`);
    return list;
  };
  const [list] = await Promise.all([looking(), running]);
  return list;
}

export const processes = task("List processes while a secret is used everywhere", async (ctx) => {
  const server = ctx.servers.first;
  const { DB_PASSWORD, AWKWARD } = await ctx.secrets.load();
  const { jail: spec } = await routedApp(ctx);
  await using other = remote(server.target);
  const lists = [
    await watched(await routedJail(ctx), spec.path, server, DB_PASSWORD),
    await watched(jail(server, spec), spec.path, server, AWKWARD),
    await watched(server, "", server, DB_PASSWORD),
    await watched(other, "", server, AWKWARD),
    await watched(local(), "", local(), DB_PASSWORD),
  ];
  ctx.ui.result(null, lists.join("\\n"));
});

export const refused = task("Use a secret where it would become an argument", async (ctx) => {
  const { DB_PASSWORD } = await ctx.secrets.load();
  await (await routedJail(ctx)).run(sh\`cat; : \${DB_PASSWORD}\`, { stdin: "x" });
});
`;

scenario("secrets are in the environment files of kept releases, and nowhere else", async (place, part) => {
  const { server, test } = place;
  const values = {
    ...{ keep: 2, drain: 1, health: { path: "/health", timeout: patience(6), interval: 0.2 } },
    notify: { command: "cat >>notices.jsonl" },
  };
  await using project = await makeProject(place, "shop", values);
  const write = (more = {}) => project.configure(more, tasks, { env });
  const listener = new Listener(project);
  const marks: MarkedSecret[] = [];
  /** Gives each secret a new value with a new mark, which is returned. */
  const set = async (): Promise<MarkedSecret> => {
    const mark = marker();
    marks.push(mark);
    const values = { DB_PASSWORD: mark, GREETING: mark, AWKWARD: awkward(mark) };
    const store = secretsStore({ directory: project.directory, environment: undefined, local: local() });
    const before = await store.open();
    await store.write(new Map([...before.values, ...Object.entries(values)]), before.key, before);
    return mark;
  };
  const shown = async (name: string) => (await ask(place, project, `/env?name=${name}`)).text;
  const deploy = async (...options: string[]) => {
    await project.release({ text: "good" });
    return await listener.run(["deploy", ...options]);
  };

  await part(
    "an app gets each secret byte for byte, and a secret counts more than clear text",
    async () => {
      await listener.run(["secrets", "init"]);
      await write();
      marks.push((await Deno.readTextFile(`${project.directory}/.alcaide/master.key`)).trim());
      const mark = await set();
      await listener.run(["setup", "--plan", "--json"]);
      await listener.run(["setup", "--verbose"]);
      await listener.run(["config"]);
      await deploy("--verbose");
      assertEquals([await shown("GREETING"), await shown("CLEAR")], [mark, "as it is"]);
      assertEquals(await shown("URL"), `ecto://shop:${mark}@db/shop`);
      assertEquals(await shown("AWKWARD"), awkward(mark));
      // The variables of daemon and jexec go by the configuration, too, in the app and in commands beside it.
      const [home, lang, path] = await Promise.all(["HOME", "LANG", "PATH"].map(shown));
      assertEquals([home, lang, path], ["/app/bin", "de_DE.UTF-8", "/app/bin:/bin:/usr/bin"]);
      const { stdout } = await listener.run(["run", 'echo "$HOME $LANG $PATH"']);
      assertEquals(stdout, `${home} ${lang} ${path}\n`);
    },
  );

  await part(
    "other secrets, other releases: plans, JSON, failures, rollbacks, your own tasks",
    async () => {
      await set();
      await listener.run(["deploy", "--plan", "--verbose"]);
      await listener.run(["deploy", "--plan", "--json"]);
      await deploy("--json");
      await set();
      await project.release({ text: "bad", conf: { APP_FAIL: "exit" } });
      await listener.run(["deploy", "--verbose"], { wants: 1 });
      await write({ migrate: "bin/app fail" });
      await listener.run(["deploy", "--json"], { wants: 1 });
      await write();
      const mark = await set();
      await deploy();
      await listener.run(["rollback", "--plan", "--json"]);
      await listener.run(["rollback", "--verbose"]);
      assertEquals(await shown("GREETING"), marks[2]);
      await listener.run(["rollback", "--current-env", "--json", "5"]);
      assertEquals(await shown("GREETING"), mark);
      const { stdout, stderr } = await listener.run(["peek", "--verbose"], { wants: 1 });
      assertStringIncludes(stderr, '[secret] {"GREETING":"[secret]","CLEAR":"as it is","HOME":"/app/bin",');
      assertMatch(stderr, /: \[secret\]; exit 4/);
      assertEquals(stdout, `${`ecto://shop:${mark}@db/shop`.length}\n`);
      await listener.run(["peek", "--json"], { wants: 1 });
    },
  );

  await part(
    "commands of a task's own hold secrets in jails, on servers and here, and no list of processes shows them",
    async () => {
      const { stdout } = await listener.run(["processes", "--verbose"]);
      // Each of the five lists has the shell that waits.
      assert((stdout.match(/\/bin\/sh -s/g) ?? []).length >= 5, stdout);
      const refused = await listener.run(["refused"], { wants: 1 });
      assertMatch(
        refused.stderr,
        /Cannot put a secret into an argument list: every user of the machine can read/,
      );
    },
  );

  await part("tasks that only look need no key", async () => {
    const { directory } = project;
    await Deno.rename(`${directory}/.alcaide/master.key`, `${directory}/elsewhere`);
    const looks = [
      ["status", "--json"],
      ["status", "--verbose"],
      ["releases", "--json"],
      ["logs", "--json"],
      ["logs", "-n", "1000"],
      ["run", "bin/app", "release"],
      ["run", "--json", "cat release.txt"],
      ["lock", "status"],
      ["config", "--json"],
      ["rollback", "--list"],
      ["secrets", "show", "--names", "--json"],
    ];
    // sshd turns some away of more than ten who come at the same time.
    for (let at = 0; at < looks.length; at += 4) {
      await Promise.all(looks.slice(at, at + 4).map((args) => listener.run(args)));
    }
    const { stderr } = await listener.run(["deploy", "--json"], { wants: 78 });
    assertEquals(stderr, "");
    await listener.run(["deploy"], { wants: 78 });
    await Deno.rename(`${directory}/elsewhere`, `${directory}/.alcaide/master.key`);
    await listener.run(["secrets", "rotate"]);
    const { stdout } = await listener.run(["history", "-n", "1", "--json"]);
    assertStringIncludes(stdout, '"action":"secrets rotate"');
    await listener.run(["secrets", "edit", "--verbose"], { env: { VISUAL: "sed -i 1d" } });
  });

  await part("nothing that was printed holds one, but what was asked for", async () => {
    await listener.run(["secrets", "show", "GREETING"]);
    assertEquals(listener.leaks(marks), ["secrets show GREETING"]);
  });

  await part("no argument list holds one", async () => {
    if (test === undefined) throw new Error("needs the test host");
    const needles = marks.flatMap(shapes);
    const leaks = async () =>
      (await test.calls()).filter((words) => words.some((word) => needles.some((one) => word.includes(one))));
    assertEquals(await leaks(), []);
    // One that we give now is found.
    const own = ["grep", "-c", marks[1] ?? ""];
    await test.shell(own.join(" "));
    assertEquals((await leaks()).at(-1), own);
  }, { skip: onlyOnTestHost("tell argument lists") });

  await part(
    "on the server, only the environment files of kept releases hold them, and root alone reads those",
    async () => {
      const ids = (await server.read(sh`ls ${`${appDir("shop")}/releases`}`)).split("\n");
      const kept = ids.map((id) => envFile("shop", id));
      const jails = ["blue", "green"].map((slot) => `/jails/shop_${slot}/usr/local/etc/alcaide/env`);
      const found = await holding(place, marks);
      assert(found.length >= 4, found.join());
      assertEquals(found.filter((path) => ![...kept, ...jails].includes(path)), []);
      const modes = await server.read(sh`stat -f '%Sp %Su %Sg' ${found}`);
      assertEquals([...new Set(modes.split("\n"))], ["-rw------- root wheel"]);
    },
  );

  await part("of releases that are forgotten, and of those that failed, nothing is left", async () => {
    const [key = "", first = "", , failed = ""] = marks;
    assertEquals(await holding(place, [key, first, failed]), []);
  });

  await part("on this machine no file holds one", async () => {
    const needles = marks.slice(1).flatMap(shapes);
    // Those that tell of failures are among them.
    assertMatch(await Deno.readTextFile(`${project.directory}/notices.jsonl`), /"event":"failure"/);
    await Deno.writeTextFile(`${project.directory}/tmp/own`, `x${btoa(`x${marks[1]}x`)}`);
    assertEquals(await filesWith(`${project.directory}/tmp`, needles), [`${project.directory}/tmp/own`]);
    await Deno.remove(`${project.directory}/tmp/own`);
    for (const directory of [project.directory, "/dev/shm"]) {
      assertEquals(await filesWith(directory, needles), []);
    }
  });

  await removeApp(place, "shop");
});
