// Rules for requests, in the real Caddy: addresses, passwords, balancers in front, headers, lines of the user's own.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { caddyfile, sharedFile, siteFile } from "../../lib/commands/paths.ts";
import { sh } from "../../lib/core/sh.ts";
import { removeApp } from "./clean.ts";
import type { Place } from "./place.ts";
import { ask, makeProject } from "./project.ts";
import { scenario } from "./scenario.ts";

const password = "correct-horse-battery";
const authorization = `Authorization: Basic ${btoa(`ann:${password}`)}`;

/** Asks from the server itself, the one address that may connect. */
async function askHere({ server }: Place, path: string, ...headers: readonly string[]): Promise<string> {
  const head = ["Host: shop.test", "Connection: close", ...headers].join("\r\n");
  return await server.read(
    sh`printf '%s\r\n\r\n' ${`GET ${path} HTTP/1.1\r\n${head}`} | nc -w 10 127.0.0.1 80`,
  );
}

scenario("rules for requests hold for visitors, and not for what Alcaide asks", async (place, part) => {
  const { server } = place;
  await using shop = await makeProject(place, "shop", { secretEnv: [] });
  const rules = (before: string) =>
    shop.configure({}, "", {
      proxy: `{
  basicAuth: { ann: secrets("ANN") },
  allow: ["127.0.0.1", "2001:db8::/32"],
  trustedProxies: "127.0.0.1",
  headers: { "X-Frame-Options": "DENY", "X-Release": false },
  compress: true,
  timeouts: { read: 60 },
  before: ${JSON.stringify(before)},
}`,
    });
  await shop.well(["secrets", "init"]);
  await shop.well(["secrets", "set", "ANN"], { stdin: password });
  await rules("respond /before before");
  await shop.well(["setup"]);
  await shop.release({ text: "one" });

  await part("a deploy goes live behind them, and shows and leaves no password", async () => {
    const { stdout, stderr } = await shop.well(["--verbose", "deploy"]);
    assert(!(stdout + stderr).includes(password) && !(stdout + stderr).includes("$2b$"), stdout + stderr);
    assertMatch(await server.read(sh`cat ${siteFile("shop")}`), /^\t+ann \$2b\$10\$/m);
    assertEquals(
      await server.read(
        sh`grep -rl ${password} /usr/local/etc /var/db/alcaide /var/log/alcaide /var/log/caddy; :`,
      ),
      "",
    );
  });

  await part(
    "addresses, then passwords, then the app; headers of the answer are set and removed",
    async () => {
      assertEquals((await ask(place, shop, "/")).status, 403);
      assertMatch(await askHere(place, "/"), /^HTTP\/1\.1 401 /);
      const answer = await askHere(place, "/", authorization);
      assertMatch(answer, /^HTTP\/1\.1 200 [^]*\r\nX-Frame-Options: DENY\r\n/i);
      assert(!/^x-release:/im.test(answer) && answer.endsWith("\r\n\r\none"), answer);
      assertStringIncludes(await askHere(place, "/before", authorization), "\r\n\r\nbefore");
    },
  );

  await part("a trusted balancer's scheme and visitor reach the app", async () => {
    const answer = await askHere(
      place,
      "/headers",
      authorization,
      "X-Forwarded-Proto: https",
      "X-Forwarded-For: 203.0.113.9",
    );
    assertMatch(answer, /^x-forwarded-proto: https\r?$/im);
    assertMatch(answer, /^x-forwarded-for: 203\.0\.113\.9, 127\.0\.0\.1\r?$/im);
  });

  await part("the site file stays as it is, and status and repair find it so", async () => {
    assertStringIncludes((await shop.alcaide(["deploy", "--plan"])).stdout, "site file: stays as it is");
    await shop.well(["status"]);
    assertStringIncludes((await shop.alcaide(["repair", "--plan"])).stdout, "nothing is half done");
  });

  await part("lines that Caddy refuses are named, and nothing changes", async () => {
    await rules("no_such_directive");
    const { code, stderr } = await shop.alcaide(["deploy"]);
    assertEquals(code, 1);
    assertStringIncludes(stderr, "Error: Cannot check the site file\n");
    assertStringIncludes(stderr, "Caddy refuses it with the lines of proxy.before");
    assertStringIncludes(stderr, "no_such_directive");
    assertStringIncludes(await askHere(place, "/before", authorization), "\r\n\r\nbefore");
  });

  await part("a Caddyfile that Caddy can't read ends a deploy before its jail is made", async () => {
    const beside = `${caddyfile}.of-the-admin`;
    await server.run(sh`cp -p ${caddyfile} ${beside} && echo 'shop.example { respnd }' >>${caddyfile}`);
    await rules("respond /before other");
    const { code, stderr } = await shop.alcaide(["deploy"]);
    await server.run(sh`mv ${beside} ${caddyfile}`);
    assertEquals([code, await server.test(sh`test -e /jails/shop_green`)], [1, false]);
    assertMatch(stderr, /^Error: Cannot check the site file$[^]*^ {2}Undone: Upload the release$/m);
    assertStringIncludes(stderr, "Caddy refuses the Caddyfile and keeps the configuration it has");
    await shop.well(["deploy"]);
  });

  await removeApp(place, "shop");
});

scenario("two apps share a domain by path", async (place, part) => {
  const { server } = place;
  const domain = "shop.test";
  await using shop = await makeProject(place, "shop");
  await using api = await makeProject(place, "api", { domain, paths: "/api/*", stripPrefix: true });
  await shop.well(["setup"]);
  for (const project of [shop, api]) await project.release({ text: project.app });
  const told = async (path: string) => {
    const { status, text } = await ask(place, { domain }, path);
    return `${status} ${text}`;
  };
  const deploy = async ({ alcaide }: typeof shop) => {
    const { code, stderr } = await alcaide(["deploy"]);
    assertEquals(code, 0, stderr);
  };
  const refused = async (problem: string) => {
    const { code, stderr } = await api.alcaide(["deploy"]);
    assertEquals(code, 1);
    assertStringIncludes(stderr, problem);
  };

  await part("an app that has its domain to itself shares it only when it says so", async () => {
    await deploy(shop);
    await refused("the app shop answers to all paths of shop.test");
    await shop.configure({ paths: "/*" });
    await deploy(shop);
    assertEquals(await told("/api/id"), "404 no such page\n");
  });

  await part("the longer path wins, and the app sees the rest of it", async () => {
    await deploy(api);
    assertEquals([await told("/"), await told("/api/"), await told("/api")], [
      "200 shop\n",
      "200 api\n",
      "200 api\n",
    ]);
    assertStringIncludes(await told("/api/headers"), "GET /headers HTTP/1.1");
  });

  await part("a path that another app has, and other TLS settings, are refused by name", async () => {
    await api.configure({ paths: "/*" });
    await refused("the app shop answers to http://shop.test/*");
    await api.configure({ tls: "internal" });
    await refused("the app shop has other TLS settings for shop.test");
    await api.configure({});
  });

  await part("repair makes the shared domains anew", async () => {
    await server.run(sh`rm ${sharedFile}`);
    assertStringIncludes(
      (await api.alcaide(["status"])).stdout,
      `${sharedFile} does not have the paths of api`,
    );
    await api.well(["repair"]);
    assertEquals(await told("/api/"), "200 api\n");
  });

  await part("an app that goes leaves the other serving all", async () => {
    await api.well(["destroy", "--yes", "api"]);
    assertEquals([await told("/"), await told("/api/id")], ["200 shop\n", "404 no such page\n"]);
  });

  await removeApp(place, "api");
  await removeApp(place, "shop");
});
