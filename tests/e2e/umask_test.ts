// A server whose login.conf gives root a umask of its own: nothing of ours is made by it, and setup opens what once was.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { sh } from "../../lib/core/sh.ts";
import { onlyOnTestHost } from "./place.ts";
import { ask, makeProject, type Project } from "./project.ts";
import { scenario } from "./scenario.ts";

scenario("root's umask keeps nobody from what jails and Caddy need", async (place, part) => {
  await using project: Project = await makeProject(place, "shop");
  const { server } = place;
  const well = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await project.alcaide(args);
    assertEquals(code, 0, `${args.join(" ")}: ${stderr}`);
    return stdout;
  };
  const template = "/jails/.templates/*-RELEASE";
  const modes = () =>
    place.test?.shell(
      `stat -f %Lp /usr/local/etc/alcaide /usr/local/etc/alcaide/live ${template}/usr/local/etc ${template}/etc/resolv.conf`,
    ).then(({ stdout }) => stdout.trim().split("\n"));

  await part("a server is prepared and an app deployed under the umask 027", async () => {
    await server.run(sh`sed -i '' -e 's/:umask=022:/:umask=027:/' /etc/login.conf
if command -v cap_mkdb >/dev/null; then cap_mkdb /etc/login.conf; fi`);
    await project.release({ text: "one" });
    await well("setup");
    await well("deploy");
    assertEquals(await modes(), ["755", "755", "755", "644"]);
    assertEquals((await ask(place, project, "/")).text, "one\n");
  });

  await part("setup opens what an earlier one closed, and says why", async () => {
    await place.test?.shell(
      `chmod 750 /usr/local/etc/alcaide ${template}/usr/local/etc /jails/shop_blue/usr/local/etc
chmod 640 ${template}/etc/resolv.conf`,
    );
    const planned = await well("setup", "--plan");
    assertStringIncludes(
      planned,
      "Let jails and Caddy read what is theirs: only root can read /usr/local/etc/alcaide and 3 other paths",
    );
    assertEquals(await modes(), ["750", "755", "750", "640"]);
    await well("setup");
    assertEquals(await modes(), ["755", "755", "755", "644"]);
    assertEquals(await server.read(sh`stat -f %Lp /jails/shop_blue/usr/local/etc`), "755");
    assertStringIncludes(await well("setup"), "nothing to do");
  });
}, { skip: onlyOnTestHost("change its login.conf") });
