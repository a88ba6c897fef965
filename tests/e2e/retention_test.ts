// Releases that a server keeps, and those that it forgets.

import { assertEquals, assertMatch } from "@std/assert";
import { appDir, assetsDir, envFile, logDir } from "../../lib/commands/paths.ts";
import { sh } from "../../lib/core/sh.ts";
import { removeApp } from "./clean.ts";
import { ask, makeProject } from "./project.ts";
import { scenario } from "./scenario.ts";

scenario("a deploy forgets the oldest releases and nothing else", async (place, part) => {
  const { server } = place;
  await using project = await makeProject(place, "shop", {
    keep: 2,
    health: { path: "/health", timeout: 20, interval: 0.2 },
    assets: { path: "/assets", from: "bin" },
  });
  assertEquals((await project.alcaide(["setup"])).code, 0);
  const deploy = async (text: string) => {
    await project.release({ text });
    return await project.alcaide(["deploy"]);
  };
  const well = async (...args: string[]) => {
    const { code, stderr } = await project.alcaide(args);
    assertEquals(code, 0, stderr);
  };
  const deployed = async (text: string) => {
    const { code, stderr } = await deploy(text);
    assertEquals(code, 0, stderr);
  };
  const ls = async (directory: string) =>
    (await server.read(sh`ls ${directory} 2>/dev/null; :`)).split("\n").filter((name) => name !== "");
  const releases = () => ls(`${appDir("shop")}/releases`);
  const assets = async () =>
    (await ls(assetsDir("shop"))).flatMap((name) => name.match(/(?<=^\d+-).*/) ?? []).toSorted();
  const logs = () => ls(`${logDir}/shop`);

  await part("good ones are kept until there are newer ones, failed ones don't count", async () => {
    await deployed("1");
    await deployed("2");
    await project.configure({ migrate: "bin/app fail" });
    assertEquals((await deploy("3")).code, 1);
    await project.configure({});
    assertEquals(await releases(), ["1-none", "2-none", "3-none"]);
    // Of a failed one there is nothing to go back to, only its record to look at.
    assertEquals(await ls(`${appDir("shop")}/releases/3-none`), ["release.json"]);
    assertEquals(await assets(), ["1-none", "2-none"]);
  });

  await part(
    "a forgotten release leaves no record, artifact, environment, assets or log, and others keep theirs",
    async () => {
      await server.run(sh`mkdir -p ${`${appDir("blog")}/releases/1-none`} ${`${logDir}/blog`}
: >${envFile("blog", "1-none")}; : >${`${logDir}/blog/1-none.log`}`);
      await deployed("4");
      assertEquals(await assets(), ["2-none", "4-none"]);
      assertEquals([await releases(), await logs()], [["2-none", "3-none", "4-none"], [
        "2-none.log",
        "3-none.migrate.log",
        "4-none.log",
      ]]);
      for (const id of ["2-none", "4-none"]) {
        assertEquals(await ls(`${appDir("shop")}/releases/${id}`), ["artifact", "env", "release.json"]);
      }
      assertEquals([await ls(`${appDir("blog")}/releases/1-none`), await ls(`${logDir}/blog`)], [["env"], [
        "1-none.log",
      ]]);
      await server.run(sh`rm -r ${appDir("blog")} ${`${logDir}/blog`}`);
    },
  );

  await part("failed ones are forgotten with those that are older than what is kept", async () => {
    await deployed("5");
    assertEquals([await releases(), await logs()], [["4-none", "5-none"], ["4-none.log", "5-none.log"]]);
  });

  await part("the release before a deploy is never forgotten, however old it is", async () => {
    await deployed("6");
    await well("rollback", "5");
    await deployed("7");
    assertEquals(await releases(), ["5-none", "6-none", "7-none"]);
    await well("rollback");
    assertEquals((await ask(place, project, "/")).text, "5\n");
  });

  await part("releases lists what is kept", async () => {
    const { stdout } = await project.alcaide(["releases"]);
    assertMatch(stdout, /^ *7-none +kept, rolled back .*\n *6-none +kept, rolled back .*\n *5-none +live /);
  });

  await removeApp(place, "shop");
});
