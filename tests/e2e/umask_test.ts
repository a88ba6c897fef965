// A server whose login.conf gives root a umask of its own: nothing of ours is made by it, and setup opens what once was.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { sh } from "../../lib/core/sh.ts";
import { onlyOnTestHost, type Place } from "./place.ts";
import { postgresqlMajor } from "./postgresql.ts";
import { ask, makeProject, type Project, serverOf } from "./project.ts";
import { scenario } from "./scenario.ts";

/** A command's output at a login of root, without a script of ours around it. */
async function atLogin({ target, key }: Place, command: string): Promise<string> {
  const { host, port, user } = serverOf(target);
  const trust = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR"];
  const options = ["-F", "none", "-i", key, "-p", String(port), ...trust.flatMap((one) => ["-o", one])];
  const { stdout } = await new Deno.Command("ssh", { args: [...options, `${user}@${host}`, command] })
    .output();
  return new TextDecoder().decode(stdout).trim();
}

scenario("root's umask keeps nobody from what jails and Caddy need", async (place, part) => {
  const major = await postgresqlMajor(place);
  await using project: Project = await makeProject(place, "shop", {
    jail: { mirror: place.mirror, packages: [`postgresql${major}-client`] },
  });
  const { server } = place;
  const template = "/jails/.templates/*-RELEASE";
  const modes = () =>
    place.test?.shell(
      `stat -f %Lp /usr/local/etc/alcaide /usr/local/etc/alcaide/live ${template}/usr/local/etc ${template}/etc/resolv.conf`,
    ).then(({ stdout }) => stdout.trim().split("\n"));

  await part("a server is prepared and an app deployed under the umask 027", async () => {
    await server.run(sh`sed -i '' -e 's/:umask=022:/:umask=027:/' /etc/login.conf
if command -v cap_mkdb >/dev/null; then cap_mkdb /etc/login.conf; fi`);
    assertEquals(await atLogin(place, "umask"), "0027");
    const db =
      `postgresql({ version: "${major}", volume: "/data/shop/db", password: secret("its own"), settings: { work_mem: "5MB" } })`;
    await project.configure({}, "", { accessories: `{ db: ${db} }` });
    await project.release({ text: "one" });
    await project.well(["setup"]);
    await project.well(["deploy"]);
    assertEquals(await modes(), ["755", "755", "755", "644"]);
    assertEquals((await ask(place, project, "/")).text, "one\n");
  });

  await part("PostgreSQL reads its settings, and lets the app in", async () => {
    const asked = sh`PGPASSWORD='its own' psql -X -A -t -h db -U shop -d shop -c 'show work_mem'`;
    assertEquals(await server.read(sh`jexec -l shop_blue /bin/sh -c ${asked.text}`), "5MB");
  });

  await part("Caddy's user reads what sends it to the live jail", async () => {
    // As Caddy does when it runs as www: by its group, and below directories that root made.
    const seen =
      sh`su -m www -c ${"ls /usr/local/etc/alcaide/live/shop; cat /usr/local/etc/caddy/conf.d/alcaide/shop.caddy"}`;
    assertMatch(await server.read(seen), /^(blue|green)-1-/);
  });

  await part("setup opens what an earlier one closed, and says why", async () => {
    await place.test?.shell(
      `chmod 750 /usr/local/etc/alcaide ${template}/usr/local/etc /jails/shop_blue/usr/local/etc
chmod 640 ${template}/etc/resolv.conf`,
    );
    const planned = (await project.well(["setup", "--plan"])).stdout;
    assertStringIncludes(
      planned,
      "Let jails and Caddy read what is theirs: only root can read /usr/local/etc/alcaide and 3 other paths",
    );
    assertEquals(await modes(), ["750", "755", "750", "640"]);
    await project.well(["setup"]);
    assertEquals(await modes(), ["755", "755", "755", "644"]);
    assertEquals(await server.read(sh`stat -f %Lp /jails/shop_blue/usr/local/etc`), "755");
    assertStringIncludes((await project.well(["setup"])).stdout, "nothing to do");
  });
}, { skip: onlyOnTestHost("change its login.conf") });
