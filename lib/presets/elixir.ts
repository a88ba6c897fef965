// Builds of Elixir and Phoenix: ordinary functions that write out a build in a jail.

import { demandRecord } from "../core/kind.ts";
import type { BuildAbout, BuildFunction, UserBuildJail, UserJailBuild } from "../config/field/types.ts";

/** How {@linkcode elixir} builds. */
export interface ElixirOptions extends Pick<UserBuildJail, "packages" | "env" | "timeout"> {
  /** Name of the app in `mix.exs`. Default: that in the Alcaidefile. */
  app?: string;
  /** Name of the release, when `mix.exs` names releases. Default: the only one, which is called after the app. */
  release?: string;
  /** The module that migrates. Default: that of the app, `Shop.Release` for `shop`. */
  module?: string;
  /** False: there is nothing to migrate. */
  migrate?: boolean;
  /** False: the project depends on no package of Hex, so nothing is fetched. */
  deps?: boolean;
  /** Commands after the compilation and before the release is made. */
  commands?: string[];
}

/** How {@linkcode phoenix} builds. */
export interface PhoenixOptions extends ElixirOptions {
  /**
   * How assets are made: true (the default) runs `mix assets.deploy` with an esbuild and a Tailwind that run on FreeBSD;
   * your own commands take their place; false makes none.
   */
  assets?: boolean | string[];
  /** Version of Tailwind, from npm, such as `"4.1.12"`; false: the project uses none. Default: `"4"`. */
  tailwind?: string | false;
}

/**
 * A release of Elixir, made by `mix release` in a jail on the server, where it is to run.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { elixir } from "alcaide";
 *
 * const build = elixir({ deps: false })({ app: "shop", domain: undefined });
 * assertEquals(build.jail.commands, ["mix compile", "mix release --overwrite"]);
 * assertEquals(build.defaults?.migrate, `bin/shop eval 'Shop.Release.migrate()'`);
 * ```
 */
export function elixir(options: ElixirOptions = {}): BuildFunction {
  demandRecord(options, "elixir", '{ app: "shop" }');
  return (about) => release(about, options, { packages: [], before: [], env: {} });
}

/**
 * A Phoenix app: as {@linkcode elixir}, with its assets, and with what Phoenix wants to know when it runs.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { phoenix } from "alcaide";
 *
 * const build = phoenix()({ app: "shop", domain: "shop.example.com" });
 * assertEquals(build.defaults?.env?.PHX_HOST, "shop.example.com");
 * ```
 */
export function phoenix(options: PhoenixOptions = {}): BuildFunction {
  demandRecord(options, "phoenix", "{ assets: false }");
  const { assets = true, tailwind = "4" } = options;
  return (about) => {
    const { defaults, ...built } = release(about, options, assetSteps(assets, tailwind));
    const host = about.domain === undefined ? {} : { PHX_HOST: about.domain };
    return { ...built, defaults: { ...defaults, env: { ...defaults?.env, ...phoenixEnv, ...host } } };
  };
}

/** Without it Phoenix opens no port. */
const phoenixEnv = { PHX_SERVER: "true" };

/** Needs of a kind of project beyond a release. */
interface Extra {
  readonly packages: readonly string[];
  readonly before: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Tailwind has no program for FreeBSD, but its packages on npm run there. What Phoenix would download lies where it looks
 * for it; a project that names a path itself finds it in the variables.
 */
function assetSteps(assets: boolean | string[], tailwind: string | false): Extra {
  if (assets === false) return { packages: [], before: [], env: {} };
  if (assets !== true) return { packages: [], before: assets, env: {} };
  const esbuild = links("/usr/local/bin/esbuild", "esbuild");
  const variable = { MIX_ESBUILD_PATH: "/usr/local/bin/esbuild" };
  if (tailwind === false) {
    return { packages: ["esbuild"], before: [esbuild, "mix assets.deploy"], env: variable };
  }
  const program = `${tailwindHome}/run`;
  const cli = Number.parseInt(tailwind) < 4 ? "" : ` @tailwindcss/cli@${tailwind}`;
  return {
    packages: ["esbuild", "node22", "npm-node22"],
    before: [
      `npm install --no-fund --no-audit --prefix ${tailwindHome} tailwindcss@${tailwind}${cli}`,
      // Its own modules are found also from the project's files.
      `printf '#!/bin/sh\\nNODE_PATH=%s exec %s/.bin/tailwindcss "$@"\\n' ${tailwindHome}/node_modules ` +
      `${tailwindHome}/node_modules >${program} && chmod +x ${program}`,
      `${links(program, "tailwind")} && ${esbuild}`,
      "mix assets.deploy",
    ],
    env: { ...variable, MIX_TAILWIND_PATH: program },
  };
}

/** Below the home directory of builds, which stays. */
const tailwindHome = "/build/tailwind";

function links(program: string, name: string): string {
  const lines = ["x64", "arm64"].map((machine) => `ln -sfn ${program} _build/${name}-freebsd-${machine}`);
  return lines.join(" && ");
}

function release(about: BuildAbout, options: ElixirOptions, extra: Extra): UserJailBuild {
  const { app = about.app, release: name = app, deps = true, migrate = true, timeout } = options;
  const module = options.module ?? `${camel(app)}.Release`;
  const tools = ["hex", "rebar"].map((tool) => `mix local.${tool} --force --if-missing`);
  return {
    jail: {
      packages: ["elixir", ...deps ? ["git", "gmake"] : [], ...extra.packages, ...options.packages ?? []],
      commands: [
        ...deps ? [...tools, "mix deps.get --only prod"] : [],
        "mix compile",
        ...extra.before,
        ...options.commands ?? [],
        options.release === undefined ? "mix release --overwrite" : `mix release ${name} --overwrite`,
      ],
      result: `_build/prod/rel/${name}`,
      env: { MIX_ENV: "prod", ...extra.env, ...options.env },
      caches: ["deps", "_build"],
      ...timeout === undefined ? {} : { timeout },
    },
    defaults: {
      start: `bin/${name} start`,
      env: { LANG: "C.UTF-8", RELEASE_DISTRIBUTION: "sname", ERL_CRASH_DUMP: "/app/tmp/erl_crash.dump" },
      ...migrate ? { migrate: `bin/${name} eval '${module}.migrate()'` } : {},
      console: `bin/${name} remote`,
    },
    erlang: { node: name, ...migrate ? { module } : {} },
  };
}

/** `MyShop` for `my_shop`. */
function camel(name: string): string {
  return name.split("_").map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join("");
}
