// Two apps, a foreign site and a foreign jail on one server: nobody disturbs anybody.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { sh } from "../../lib/core/sh.ts";
import { removeApp } from "./clean.ts";
import { ask, makeProject } from "./project.ts";
import { scenario } from "./scenario.ts";

const caddyfile = "/usr/local/etc/caddy/Caddyfile";

scenario("two apps, a foreign site and a foreign jail live side by side", async (place, part) => {
  const { server } = place;
  await using shop = await makeProject(place, "shop");
  await using blog = await makeProject(place, "blog");
  await shop.well(["setup"]);
  const before = await server.read(sh`cat ${caddyfile}`);
  await server.write(
    caddyfile,
    `${before}\nhttp://foreign.test {\n\trespond "foreign"\n}\n`.replace(/^localhost[^]*?(?=\nhttp:)/m, ""),
  );
  await server.run(
    sh`service caddy reload && mkdir -p /foreign/data /foreign/root && echo precious >/foreign/data/file
jail -c name=foreign path=/foreign/root persist`,
  );

  try {
    await part("both apps are deployed, at addresses and user ids of their own", async () => {
      for (const project of [shop, blog]) {
        await project.release({ text: project.app });
        await project.well(["deploy"]);
      }
      for (const project of [shop, blog]) {
        assertEquals((await ask(place, project, "/")).text, `${project.app}\n`);
      }
      const ids = await Promise.all([shop, blog].map((project) => project.alcaide(["run", "id -u"])));
      assert(ids[0]?.stdout !== ids[1]?.stdout);
    });

    await part("deploying one again leaves the other and what is foreign alone", async () => {
      await shop.release({ text: "shop two" });
      await shop.well(["deploy"]);
      assertEquals((await ask(place, blog, "/")).text, "blog\n");
      assertEquals((await ask(place, { domain: "foreign.test" }, "/")).text, "foreign");
      assert(await server.test(sh`jls -j foreign jid >/dev/null`));
      assertEquals(await server.read(sh`cat /foreign/data/file`), "precious");
    });

    await part("a second app for the same domain is refused", async () => {
      await blog.configure({ domain: "shop.test" });
      const { code, stderr } = await blog.alcaide(["deploy"]);
      assertEquals(code, 1);
      assertStringIncludes(stderr, "the app shop answers to http://shop.test");
      await blog.configure({});
    });

    await part("a jail of our slot's name that isn't ours is refused and left alone", async () => {
      await server.run(sh`jail -c name=blog_green path=/foreign/root persist`);
      const { code, stderr } = await blog.alcaide(["deploy"]);
      assertEquals(code, 1);
      assertMatch(stderr, /the jail blog_green exists, and alcaide did not make it/);
      assert(await server.test(sh`jls -j blog_green jid >/dev/null`));
      await server.run(sh`jail -r blog_green`);
    });

    await part("a directory of our slot's name that isn't ours is refused and left alone", async () => {
      await server.run(sh`mkdir /jails/blog_green && echo mine >/jails/blog_green/file`);
      const { code, stderr } = await blog.alcaide(["deploy"]);
      assertEquals(code, 1);
      assertMatch(stderr, /\/jails\/blog_green exists, and alcaide did not make it/);
      assertEquals(await server.read(sh`cat /jails/blog_green/file`), "mine");
      await server.run(sh`rm -r /jails/blog_green`);
    });

    await part(
      "another project with an app of the same name is refused, until it says that it takes over",
      async () => {
        await using other = await makeProject(place, "blog", { domain: "other.test" });
        await other.release({ text: "other" });
        const refused = await other.alcaide(["deploy"]);
        assertEquals(refused.code, 1);
        assertMatch(
          refused.stderr,
          /blog on \S+: it belongs to \/\S+ \(blog\.test\), and this is \/\S+ \(other\.test\)/,
        );
        assertEquals((await other.alcaide(["setup", "--plan"])).code, 1);
        assertEquals((await ask(place, blog, "/")).text, "blog\n");
        // A move is one thing, a domain that is lost another.
        const asked = await other.alcaide(["deploy", "--take-over"]);
        assertStringIncludes(asked.stderr, "blog will no longer answer to blog.test on ");
        assertEquals((await ask(place, blog, "/")).text, "blog\n");
        const moved = await other.alcaide(["deploy", "--take-over", "--yes"]);
        assertEquals(moved.code, 0, moved.stderr);
        assertEquals((await ask(place, { domain: "other.test" }, "/")).text, "other\n");
        const back = await blog.alcaide(["deploy", "--take-over", "--yes"]);
        assertEquals(back.code, 0, back.stderr);
        assertEquals((await ask(place, blog, "/")).text, "blog\n");
      },
    );
  } finally {
    await server.exec(sh`jail -r foreign; rm -rf /foreign`);
    await removeApp(place, "shop");
    await removeApp(place, "blog");
    await server.write(caddyfile, before);
    await server.exec(sh`service caddy reload`);
  }
});
