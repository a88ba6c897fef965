// Long work whose connection breaks goes on, is followed again, and ends as if nothing had happened.

import { assertEquals, assertMatch } from "@std/assert";
import { workDir } from "../../lib/commands/paths.ts";
import { sh } from "../../lib/core/sh.ts";
import { local } from "../../lib/remote/local.ts";
import { removeApp } from "./clean.ts";
import { postgresqlMajor, withoutPostgresql } from "./postgresql.ts";
import { ask, makeProject, type Project } from "./project.ts";
import { scenario } from "./scenario.ts";
import { until } from "./until.ts";

/** Starts the program, and tells what it has said so far. */
function started(project: Project, args: readonly string[]) {
  const child = project.start(args);
  const run = { child, said: "", code: Promise.resolve(0), says: (_: RegExp) => Promise.resolve() };
  const reading = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) run.said += text;
  })();
  run.code = Promise.all([child.status, child.stdout.cancel(), reading]).then(([{ code }]) => code);
  run.says = (text) =>
    until(`it says ${text}`, () => Promise.resolve(text.test(run.said)))
      .catch((error) => {
        throw new Error(`${error.message}; it said: ${run.said.slice(-3000)}`);
      });
  return run;
}

scenario("long work outlives its connection", async (place, part) => {
  const { server } = place;
  const packages = await withoutPostgresql(place) === undefined
    ? [`postgresql${await postgresqlMajor(place)}-client`]
    : [];
  await using project = await makeProject(place, "shop", {
    jail: { mirror: place.mirror, packages },
    build: {
      jail: {
        // A daemon that a command leaves holds nothing up.
        commands: [
          "(exec sleep 7777 >/dev/null 2>&1 &)",
          "until [ -e /build/go ]; do echo waiting; sleep 0.2; done; echo gone on",
        ],
        result: "release",
      },
    },
  });
  await project.release({ text: "one" });
  await local({ cwd: project.directory }).run(
    sh`printf 'home/\ntmp/\n' >.gitignore; git init -q && git add -A && git -c user.name=me -c user.email=me@here commit -q -m one`,
  );
  await place.test?.fault({ program: "fetch", args: "base\\.txz", effect: "drop" });
  // The download of the base system is long work, too.
  const setup = await project.alcaide(["setup"]);
  assertEquals([setup.code, /The connection to \S+ broke: its work goes on/.test(setup.stderr)], [
    0,
    place.test !== undefined,
  ], setup.stderr);

  /** Ends the program's session, as a network does that breaks. */
  const cut = () =>
    server.run(sh`parent() { ps -o ppid= -p "$1" | tr -d ' '; }
kill -KILL "$(parent "$(parent "$(cat ${workDir("shop")}/*/pid)")")"`);
  const isThere = (path: string) => server.test(sh`[ -e ${path} ]`);

  await part("a build and an installation of packages go on, and so does the deploy", async () => {
    const deploy = started(project, ["deploy"]);
    await deploy.says(/ waiting\n/);
    await cut();
    await deploy.says(
      /The connection to \S+ broke: its work goes on there, and is followed again\n[^]* waiting\n/,
    );
    await place.test?.fault({ program: "pkg", args: "install", effect: "drop" });
    await server.run(sh`touch /jails/shop_build/build/go`);
    assertEquals(await deploy.code, 0, deploy.said);
    assertEquals(deploy.said.match(/The connection to/g)?.length, place.test ? 2 : 1, deploy.said);
    assertEquals(deploy.said.match(/gone on/g)?.length, 2, deploy.said);
    assertEquals((await ask(place, project, "/")).text, "one\n");
    assertEquals(await isThere(workDir("shop")), false);
  });

  await part("a command needs no connection, is listed and read, and ends with its release", async () => {
    const begin = async (command: string) => {
      const { stdout } = await project.well(["run", "--detach", command]);
      return stdout.trim();
    };
    const rows = async () =>
      (await project.alcaide(["status"])).stdout.split("\n").filter((row) => row.startsWith("  detached: "))
        .map((row) => row.replace(/, since [^)]*/, ""));
    const short = await begin("echo $USER; echo bad >&2; exit 4");
    const long = await begin("trap 'echo told; exit 3' TERM; while :; do sleep 0.2; done");
    const { code, stdout, stderr } = await project.alcaide(["run", "--attach", short]);
    assertEquals([code, stdout], [4, "app\n"], stderr);
    assertMatch(stderr, /^bad$/m);
    const command = `${long} trap 'echo told; exit 3' TERM; while :; do sleep 0.2; done (of 1-`;
    assertEquals(
      (await rows()).filter((row) => row.startsWith(`  detached: ${command}`) && row.endsWith(") runs"))
        .length,
      1,
    );
    await project.well(["deploy"]);
    assertEquals((await rows()).filter((row) => row.endsWith(") ended with status 3")).length, 1);
    const read = await project.alcaide(["run", "--attach", long]);
    assertEquals([read.code, read.stdout], [3, "told\n"], read.stderr);
  });

  await part("Ctrl-C ends the work also after that", async () => {
    await server.run(sh`rm /jails/shop_build/build/go`);
    const deploy = started(project, ["deploy", "--rebuild"]);
    await deploy.says(/ waiting\n/);
    await cut();
    await deploy.says(/The connection to [^]* waiting\n/);
    deploy.child.kill("SIGINT");
    assertEquals(await deploy.code, 130, deploy.said);
    assertEquals(await server.test(sh`jls -j shop_build jid >/dev/null 2>&1`), false);
    assertEquals(await isThere(workDir("shop")), false);
  });

  await part("a deploy that is overtaken stops, and so does its work", async () => {
    const deploy = started(project, ["deploy", "--rebuild"]);
    await deploy.says(/ waiting\n/);
    await project.well(["lock", "release", "--yes"]);
    assertEquals(await deploy.code, 75, deploy.said);
    assertMatch(deploy.said, /Cannot go on with \S+: another deploy has taken over/);
    await until("the work has ended", async () => !await server.test(sh`pgrep -f 'echo waiting' >/dev/null`));
    assertEquals((await ask(place, project, "/")).text, "one\n");
  });

  await removeApp(place, "shop");
});
