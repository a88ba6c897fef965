/**
 * Builds of Elixir and Phoenix: ordinary functions that write out a build in a jail.
 *
 * @module
 */

import type { BuildAbout, BuildFunction, UserJailBuild } from "../config/build_types.ts";
import type { Secret } from "../secret.ts";

/** How {@linkcode elixir} builds. */
export interface ElixirOptions {
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
  /** Further packages in the build jail. */
  packages?: string[];
  /** Commands after the compilation and before the release is made. */
  commands?: string[];
  /** Further environment variables of the build. `MIX_ENV` is `prod`. */
  env?: Record<string, string | number | Secret>;
  /** Seconds that the build may take. Default: 1800. */
  timeout?: number;
}

/** How {@linkcode phoenix} builds. */
export interface PhoenixOptions extends ElixirOptions {
  /**
   * How assets are made: true (the default) runs `mix assets.deploy` with FreeBSD's packages of esbuild and Tailwind;
   * commands of one's own take their place; false makes none.
   */
  assets?: boolean | string[];
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
  const { assets = true } = options;
  return (about) => {
    const built = release(about, options, assetSteps(assets));
    const host = about.domain === undefined ? {} : { PHX_HOST: about.domain };
    return {
      ...built,
      defaults: { ...built.defaults, env: { ...built.defaults?.env, ...phoenixEnv, ...host } },
    };
  };
}

/** Without it Phoenix opens no port. */
const phoenixEnv = { PHX_SERVER: "true" };

/** What a kind of project needs beyond a release. */
interface Extra {
  readonly packages: readonly string[];
  readonly before: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Tailwind's own programs don't run on FreeBSD, so the packages' ones lie where Phoenix looks, as it calls them. */
function assetSteps(assets: boolean | string[]): Extra {
  if (assets === false) return { packages: [], before: [], env: {} };
  if (assets !== true) return { packages: [], before: assets, env: {} };
  const link = (program: string, name: string) => `ln -sfn /usr/local/bin/${program} _build/${name}`;
  const links = ["x64", "arm64"].flatMap((machine) => [
    link("esbuild", `esbuild-freebsd-${machine}`),
    link("tailwindcss", `tailwind-freebsd-${machine}`),
  ]);
  return {
    packages: ["esbuild", "tailwindcss"],
    before: [links.join(" && "), "mix assets.deploy"],
    env: { MIX_ESBUILD_PATH: "/usr/local/bin/esbuild", MIX_TAILWIND_PATH: "/usr/local/bin/tailwindcss" },
  };
}

function release(about: BuildAbout, options: ElixirOptions, extra: Extra): UserJailBuild {
  const { app = about.app, release: name = app, deps = true, migrate = true, timeout } = options;
  const module = options.module ?? `${camel(app)}.Release`;
  const fetch = [
    "mix local.hex --force --if-missing",
    "mix local.rebar --force --if-missing",
    "mix deps.get --only prod",
  ];
  return {
    jail: {
      packages: ["elixir", ...deps ? ["git", "gmake"] : [], ...extra.packages, ...options.packages ?? []],
      commands: [
        ...deps ? fetch : [],
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
