import { assertEquals } from "@std/assert";
import { resolveConfig } from "../../../lib/config/resolve.ts";
import type { Config, JailBuild, UserConfig } from "../../../lib/config/field/types.ts";
import { elixir, phoenix } from "../../../lib/presets/elixir.ts";
import { node } from "../../../lib/presets/node.ts";
import { staticSite } from "../../../lib/presets/static_site.ts";
import { local } from "../../../lib/remote/local.ts";
import { raw } from "../../../lib/core/sh.ts";
import { syntaxError } from "../../shell.ts";

function resolved(build: UserConfig["build"], more: Partial<UserConfig> = {}): Config {
  const user = { app: "my_shop", server: "root@203.0.113.7", build, ...more };
  return resolveConfig(user, { directory: "/home/me/shop" });
}

function jailOf(config: Config): JailBuild {
  if (config.build.kind !== "jail") throw new Error("it is built elsewhere");
  return config.build;
}

Deno.test("phoenix() writes out a whole build and what the app needs to run", () => {
  const config = resolved(phoenix(), { domain: "shop.example.com" });
  const build = jailOf(config);
  assertEquals(build.packages, ["elixir", "git", "gmake", "esbuild", "node22", "npm-node22"]);
  assertEquals(build.commands.filter((text) => text.startsWith("mix ")), [
    "mix local.hex --force --if-missing",
    "mix local.rebar --force --if-missing",
    "mix deps.get --only prod",
    "mix compile",
    "mix assets.deploy",
    "mix release --overwrite",
  ]);
  assertEquals([build.result, build.caches, build.env.MIX_ENV, build.timeout], [
    "_build/prod/rel/my_shop",
    ["deps", "_build"],
    "prod",
    1_800_000,
  ]);
  assertEquals([config.start, config.migrate, config.console], [
    "bin/my_shop start",
    "bin/my_shop eval 'MyShop.Release.migrate()'",
    "bin/my_shop remote",
  ]);
  assertEquals(config.env, {
    LANG: "C.UTF-8",
    RELEASE_DISTRIBUTION: "sname",
    ERL_CRASH_DUMP: "/app/tmp/erl_crash.dump",
    PHX_SERVER: "true",
    PHX_HOST: "shop.example.com",
    PORT: "4000",
  });
  assertEquals(build.erlang, { node: "my_shop", module: "MyShop.Release" });
});

Deno.test("phoenix() puts a Tailwind that runs on FreeBSD where Phoenix looks for its own", () => {
  const { commands } = jailOf(resolved(phoenix({ tailwind: "4.1.12" })));
  assertEquals(commands.slice(4, 5), [
    "npm install --no-fund --no-audit --prefix /build/tailwind tailwindcss@4.1.12 @tailwindcss/cli@4.1.12",
  ]);
  assertEquals(commands[6]?.startsWith("ln -sfn /build/tailwind/run _build/tailwind-freebsd-x64 && "), true);
});

Deno.test("phoenix() writes a program for Tailwind that finds its own modules", async () => {
  const command = jailOf(resolved(phoenix())).commands[5] ?? "";
  const home = await Deno.makeTempDir();
  try {
    await local().run(raw(command.replaceAll("/build/tailwind", home)));
    assertEquals(
      await Deno.readTextFile(`${home}/run`),
      `#!/bin/sh\nNODE_PATH=${home}/node_modules exec ${home}/node_modules/.bin/tailwindcss "$@"\n`,
    );
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});

Deno.test("phoenix() takes Tailwind 3, and none", () => {
  const npm = jailOf(resolved(phoenix({ tailwind: "3.4.17" }))).commands[4] ?? "";
  assertEquals(npm.endsWith(" tailwindcss@3.4.17"), true);
  const without = jailOf(resolved(phoenix({ tailwind: false })));
  assertEquals(without.packages, ["elixir", "git", "gmake", "esbuild"]);
  assertEquals(without.commands.some((text) => text.includes("tailwind")), false);
});

Deno.test("phoenix() makes no assets, or makes them as told", () => {
  assertEquals(jailOf(resolved(phoenix({ assets: false }))).packages, ["elixir", "git", "gmake"]);
  const own = jailOf(resolved(phoenix({ assets: ["npm ci --prefix assets"], deps: false }))).commands;
  assertEquals(own, ["mix compile", "npm ci --prefix assets", "mix release --overwrite"]);
});

Deno.test("the configuration's own values count more than those of a build", () => {
  const config = resolved(phoenix(), {
    domain: "shop.example.com",
    start: "bin/server",
    env: { PHX_HOST: "www.example.com", PHX_SERVER: "false" },
    health: { path: "/up" },
    migrate: "bin/migrate",
    console: "bin/my_shop start_iex",
  });
  assertEquals([config.start, config.migrate, config.console], [
    "bin/server",
    "bin/migrate",
    "bin/my_shop start_iex",
  ]);
  assertEquals([config.env.PHX_HOST, config.env.PHX_SERVER, config.health.path], [
    "www.example.com",
    "false",
    "/up",
  ]);
  assertEquals(jailOf(config).erlang?.module, undefined);
});

Deno.test("elixir() goes by the release's own name, and migrates only when there is something", () => {
  const config = resolved(elixir({ release: "web", migrate: false, commands: ["mix docs"] }));
  assertEquals([config.start, config.migrate, jailOf(config).erlang], [
    "bin/web start",
    undefined,
    { node: "web", module: undefined },
  ]);
  assertEquals(jailOf(config).commands.slice(-2), ["mix docs", "mix release web --overwrite"]);
});

Deno.test("node() installs modules where they run", () => {
  const config = resolved(node({ version: 24 }), { jail: { packages: ["vips"] } });
  assertEquals(jailOf(config).packages, ["node24", "npm-node24"]);
  assertEquals([config.start, config.env.NODE_ENV, config.jail.packages], ["node .", "production", [
    "node24",
    "vips",
  ]]);
});

Deno.test("staticSite() serves files by Caddy from a jail", () => {
  const config = resolved(staticSite({ result: "public" }));
  assertEquals([jailOf(config).commands, jailOf(config).result, config.jail.packages], [[], "public", [
    "caddy",
  ]]);
  assertEquals(config.start, "caddy file-server --root /app --listen :$PORT");
});

const builds = {
  phoenix: phoenix(),
  elixir: elixir(),
  node: node(),
  staticSite: staticSite({ result: "." }),
};
for (const [name, build] of Object.entries(builds)) {
  Deno.test(`every command of ${name}() is one for sh`, async () => {
    for (const text of jailOf(resolved(build)).commands) assertEquals(await syntaxError(text), "");
  });
}

Deno.test("elixir() knows an app that mix.exs calls otherwise", () => {
  const config = resolved(elixir({ app: "shop" }));
  assertEquals([jailOf(config).result, config.start, config.migrate], [
    "_build/prod/rel/shop",
    "bin/shop start",
    "bin/shop eval 'Shop.Release.migrate()'",
  ]);
});
