// Your own tasks over the DSL: a server, your own jail, Caddy, a built-in task wrapped.

import { assertEquals, assertMatch } from "@std/assert";
import { sh } from "../../lib/core/sh.ts";
import { removeApp } from "./clean.ts";
import { makeProject } from "./project.ts";
import { scenario } from "./scenario.ts";

const tasks = `
import { caddy, deploy as deployApp, jail, routedJail, sh, task } from "alcaide";

export const box = task("Make a jail, use it, take it away", async (ctx) => {
  const server = ctx.servers.first;
  const template = (await server.read(sh\`ls -d /jails/.templates/[0-9]*\`)).split("\\n")[0];
  const own = jail(server, { name: "box", path: "/jails/box", ip4: "10.66.0.77" });
  await own.create(template);
  await own.start();
  await own.run(sh\`echo \${"it's here"} >/root/file\`);
  ctx.ui.result(null, \`\${await own.read(sh\`cat /root/file; hostname\`)}\`);
  await own.stop();
  await own.destroy();
});

export const live = task("What Caddy serves", async (ctx) => {
  ctx.ui.result(null, JSON.stringify(await caddy(ctx.servers.first).live("shop") ?? null));
});

export const processes = task("What runs in the jail", async (ctx) => {
  const app = await routedJail(ctx);
  ctx.ui.result(null, await app.read(sh\`id -un; ls /app\`));
});

export const deploy = task("Deploy, then say so", async (ctx) => {
  await deployApp(ctx);
  ctx.ui.info("and now it is warm");
});

export const broken = task("Fails on the server", async (ctx) => {
  await ctx.servers.first.run(sh\`echo no good >&2; exit 4\`);
});
`;

scenario("your own tasks reach servers, jails and Caddy", async (place, part) => {
  await using project = await makeProject(place, "shop");
  const { server } = place;
  await project.configure({}, tasks);
  await project.well(["setup"]);

  await part("your own jail is made, used and taken away", async () => {
    const { stdout } = await project.well(["box"]);
    assertEquals(stdout, "it's here\nbox\n");
    assertEquals(
      await server.test(sh`test -e /jails/box || test -e /usr/local/etc/alcaide/jails/box.conf`),
      false,
    );
  });

  await part("Caddy serves nothing before the first deploy", async () => {
    assertEquals((await project.alcaide(["live"])).stdout, "null\n");
  });

  await part("a task of a built-in's name takes its place, and can call it", async () => {
    await project.release({ text: "one" });
    const { stderr } = await project.well(["deploy"]);
    assertMatch(stderr, /and now it is warm/);
    assertEquals((await project.alcaide(["live"])).stdout, '{"slot":"blue","release":"1-none"}\n');
  });

  await part("the live jail is at hand", async () => {
    const { stdout } = await project.alcaide(["processes"]);
    assertEquals(stdout, "root\nbin\nrelease.txt\n");
  });

  await part("a command that fails says so, with its words", async () => {
    const { code, stderr } = await project.alcaide(["broken"]);
    assertEquals(code, 1);
    assertMatch(stderr, /Cannot finish a command on .*: it ended with status 4/);
    assertMatch(stderr, /no good/);
  });

  await part("own tasks stand in the help", async () => {
    assertMatch((await project.alcaide(["--help"])).stdout, /box +Make a jail, use it, take it away/);
  });

  await removeApp(place, "shop");
});
