// Releases that a server keeps, and those that it forgets.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { appDir, assetsDir, envFile, logDir } from "../../lib/commands/paths.ts";
import { sh } from "../../lib/core/sh.ts";
import { digestFile } from "../../lib/remote/local_file.ts";
import { removeApp } from "./clean.ts";
import { ask, makeProject } from "./project.ts";
import { scenario } from "./scenario.ts";
import { seeded } from "../shell.ts";

scenario("a deploy forgets the oldest releases and nothing else", async (place, part) => {
  const { server } = place;
  await using project = await makeProject(place, "shop", {
    keep: 2,
    health: { path: "/health", timeout: 20, interval: 0.2 },
    assets: { path: "/assets", from: "bin" },
  });
  await project.well(["setup"]);
  const deploy = async (text: string) => {
    await project.release({ text });
    return await project.alcaide(["deploy"]);
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
    await project.well(["rollback", "5"]);
    await deployed("7");
    assertEquals(await releases(), ["5-none", "6-none", "7-none"]);
    await project.well(["rollback"]);
    assertEquals((await ask(place, project, "/")).text, "5\n");
  });

  await part("releases lists what is kept", async () => {
    const { stdout } = await project.alcaide(["releases"]);
    assertMatch(stdout, /^ *7-none +kept, rolled back .*\n *6-none +kept, rolled back .*\n *5-none +live /);
  });

  const random = seeded(8);
  const payload = Uint8Array.from({ length: 60_000 }, () => random() * 256);
  const large = (change: number) =>
    Uint8Array.from({ length: 2_000_000 }, (_, at) => {
      const [byte = 0, shift = 0] = [payload[at % payload.length], payload[Math.floor(at / payload.length)]];
      return Math.abs(at - 1_000_000) < 10_000 ? byte ^ change : byte ^ shift;
    });
  const newest = sh`$(ls -t ${appDir("shop")}/releases/*/artifact | head -n 1)`;
  /** Deploys a release with a payload, packed here or by the program; gives what the deploy said. */
  const send = async (text: string, packed = true) => {
    await project.release({ text });
    const directory = `${project.directory}/release`;
    await Deno.writeFile(`${directory}/payload`, large(Number(text)));
    await project.configure({ build: { prebuilt: packed ? "release.tar" : "release" } });
    if (packed) await tar(["-cf", `${directory}.tar`, "-C", directory, "."]);
    const { stdout, stderr } = await project.well(["deploy"]);
    if (packed) {
      const { sha256 } = await digestFile(`${directory}.tar`);
      assertEquals(await server.read(sh`sha256 -q ${newest}`), sha256);
    }
    return `${stdout}${stderr}`;
  };

  await part(
    "a further release sends only what the kept one lacks, and is the same byte for byte",
    async () => {
      assert(!(await send("8")).includes("was there"));
      const [, sent = "2000"] =
        /: (\d+) kB of 2\.?\d* MB sent, the rest was there in 8-none/.exec(await send("9")) ?? [];
      assert(Number(sent) >= 20 && Number(sent) < 300, `${sent} kB`);
      assertEquals((await ask(place, project, "/")).text, "9\n");
      await project.well(["rollback"]);
      assertEquals((await ask(place, project, "/")).text, "8\n");
    },
  );

  await part("all of it is sent when the kept one is damaged", async () => {
    await server.run(sh`dd if=/dev/zero of=${newest} bs=1 seek=500000 count=100 conv=notrunc status=none`);
    assertMatch(await send("10"), /what is there of 9-none: The checksum of what arrived differs/);
    assertEquals((await ask(place, project, "/")).text, "10\n");
  });

  await part("a directory is packed so that a change stays in its place", async () => {
    await send("11", false);
    const [, sent = "2000"] =
      /: (\d+) kB of 2\.?\d* MB sent, the rest was there in 11-none/.exec(await send("12", false)) ?? [];
    assert(Number(sent) < 700, `${sent} kB`);
    // Frames of zstd begin so.
    assert(await server.test(sh`[ "$(head -c 4 ${newest})" = "$(printf '\050\265\057\375')" ]`));
    assertEquals((await ask(place, project, "/")).text, "12\n");
  });

  await removeApp(place, "shop");
});

async function tar(args: string[]): Promise<void> {
  assert((await new Deno.Command("tar", { args }).output()).success);
}
