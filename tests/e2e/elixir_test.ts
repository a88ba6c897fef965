// A release of Elixir: built in a jail, migrated, deployed under load, rolled back, and spoken to.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { sh } from "../../lib/core/sh.ts";
import { withMixAlias } from "../../lib/init/mix.ts";
import { removeApp } from "./clean.ts";
import { atTerminal, makeElixirProject } from "./elixir_project.ts";
import { startLoad } from "./load.ts";
import { missingPackage } from "./place.ts";
import { postgresqlMajor } from "./postgresql.ts";
import { ask } from "./project.ts";
import { scenario } from "./scenario.ts";

scenario("an Elixir release through the build jail", async (place, part) => {
  const major = await postgresqlMajor(place);
  const missing = await missingPackage(place, ["elixir", `postgresql${major}-server`]);
  if (missing !== undefined) return await part("all of it", () => Promise.resolve(), { skip: missing });
  const values = { jail: { mirror: place.mirror, packages: [`postgresql${major}-client`] } };
  await using project = await makeElixirProject(place, values, {
    build: "elixir({ deps: false })",
    accessories:
      `{ db: postgresql({ version: "${major}", volume: "/data/shop/db", password: secret("pass") }) }`,
    env: '{ DATABASE_URL: secret("ecto://shop:pass@db/shop") }',
  });
  const { server } = place;
  const at = async (path: string) => (await ask(place, project, path)).text.trim();
  const deploy = async (...args: string[]) => {
    const result = await project.alcaide(["deploy", ...args]);
    assertEquals(result.code, 0, result.stderr);
    return result;
  };
  const made = await project.alcaide(["setup"]);
  assertEquals(made.code, 0, made.stderr);

  await part("is built, migrated and live; nothing is left running", async () => {
    const { stderr } = await deploy();
    assertMatch(stderr, / \| \+ mix compile\n/);
    assertMatch(stderr, / \| Release created at /);
    assertMatch(stderr, / \| migrated\n/);
    assertEquals([await at("/visit"), await at("/visit")], ["1", "2"]);
    assertEquals([await at("/"), await at("/node"), await at("/nodes")], [
      "release 1",
      "shop_1@shop-blue",
      "[]",
    ]);
    assertEquals(await server.test(sh`jls -j shop_build jid >/dev/null 2>&1`), false);
    assertEquals(await server.read(sh`ls -A /var/db/alcaide/apps/shop/build`), "jail");
    // Nobody else can read the result of its configuration.
    assertEquals(await server.read(sh`stat -f %Lp /jails/shop_blue/app/tmp`), "700");
  });

  await part("is deployed twice under load: changed, then unchanged and not built again", async () => {
    await project.write("release.txt", "release 2\n");
    await project.commit();
    const load = startLoad({ url: place.http, host: project.domain, rate: 60, path: "/", keepAlive: false });
    const second = await deploy();
    assertMatch(second.stderr, / \| Compiling 1 file /);
    const plan = await project.alcaide(["deploy", "--plan"]);
    assertMatch(plan.stdout, /build: nothing, the same source was built before/);
    const third = await deploy();
    assertStringIncludes(third.stderr, "Nothing to build: the same source was built before");
    const report = await load.stop();
    assertEquals([report.failed, report.failures], [0, []]);
    assertEquals([...report.bodies.keys()].sort().length, 2);
    assertEquals([await at("/"), await at("/node")], ["release 2", "shop_3@shop-blue"]);
  });

  await part("answers rpc, and opens a console at a terminal", async () => {
    const rpc = await project.alcaide(["run", "bin/shop", "rpc", "IO.puts(Node.self())"]);
    assertEquals([rpc.code, rpc.stdout], [0, "shop_3@shop-blue\n"], rpc.stderr);
    const said = await atTerminal(project, ["console"], [
      ["iex(shop_3@shop-blue)", "IO.puts(Shop.text())\r"],
      ["iex(shop_3@shop-blue)2>", "\x07"],
      ["-->", "q\r"],
    ]);
    assertStringIncludes(said, "release 2");
  });

  await part("never joins another release: cookies are their own", async () => {
    const cookies = await server.read(sh`cat /var/db/alcaide/apps/shop/releases/*/env | grep RELEASE_COOKIE`);
    assertEquals(new Set(cookies.split("\n")).size, 3);
  });

  await part("goes back without building", async () => {
    await project.well(["rollback", "1"]);
    assertEquals([await at("/"), await at("/node")], ["release 1", "shop_1@shop-green"]);
    assertEquals(await at("/visit"), "3");
  });

  await part("is refused with changes that nobody asked for", async () => {
    await project.write("lib/shop.ex", "defmodule Shop do\n  def text, do: nowhere\nend\n");
    const { code, stderr } = await project.alcaide(["deploy"]);
    assertEquals(code, 1);
    assertStringIncludes(stderr, "Cannot build: 1 file not as in the last commit");
  });

  await part("keeps the old release when the build fails, and says which command", async () => {
    const { code, stderr } = await project.alcaide(["deploy", "--dirty"]);
    assertEquals(code, 1);
    assertStringIncludes(stderr, '"mix compile" ended with status 1');
    assertMatch(stderr, /undefined (function|variable) .?nowhere/);
    assertEquals(await at("/"), "release 1");
    assertEquals(await server.test(sh`jls -j shop_build jid >/dev/null 2>&1`), false);
  });

  await part("has mix alcaide.deploy; ends what it builds when it is interrupted", async () => {
    const mix = join(project.directory, "mix.exs");
    await Deno.writeTextFile(mix, withMixAlias(await Deno.readTextFile(mix)) ?? "");
    // A program that says its arguments stands in for alcaide.
    const program = `#!/bin/sh\nprintf '<%s>' "$@"; echo; exit 3\n`;
    await project.write("alcaide", program);
    const commands = [
      "chmod +x alcaide; PATH=$PWD:$PATH mix alcaide.deploy --plan 'two words'; echo ended $?",
      "echo begun; exec sleep 1234",
    ];
    const build = JSON.stringify({ jail: { packages: ["elixir"], commands, result: "." } });
    await project.configure(values, "", { build });
    const child = project.start(["deploy", "--dirty"]);
    let said = "";
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      const before = said;
      said += text;
      // Once: a second one would end the program without cleaning up.
      if (/\| begun\n/.test(said) && !/\| begun\n/.test(before)) child.kill("SIGINT");
    }
    assertEquals((await child.status).code, 130, said);
    assertMatch(said, /\| <deploy><--plan><two words>\n.*\| ended 3\n/);
    assertEquals(
      await server.test(sh`pgrep -f 'sleep 1234' >/dev/null || jls -j shop_build jid >/dev/null 2>&1`),
      false,
    );
    assertEquals(await at("/"), "release 1");
  });

  await part("gives way to files alone, served by a Caddy of their own", async () => {
    const build = 'staticSite({ result: "config" })';
    // A program in Go listens on all addresses of the test host, where the release before has its port.
    const jail = { ...values.jail, port: 4001 };
    await project.configure({ jail, health: { path: "/config.exs" } }, "", { build, start: "undefined" });
    await deploy("--dirty");
    assertMatch(await at("/config.exs"), /^import Config\n/);
  });

  await removeApp(place, "shop");
});
