/**
 * What a user writes about a release that is built in a jail on the server, and what the program makes of it.
 *
 * @module
 */

import type { Secret } from "../core/secret.ts";

/**
 * A release built in a jail on the server, from the commit that is checked out. `phoenix()`, `elixir()`, `node()` and
 * `staticSite()` make such a record; anything else can be written out.
 */
export interface UserJailBuild {
  /** The build jail: what it has, and what is done in it. */
  jail: UserBuildJail;
  /** What the app's configuration says where the Alcaidefile says nothing. */
  defaults?: UserBuildDefaults;
  /** For a release of Elixir or Erlang: every release gets a node name and a cookie of its own. */
  erlang?: UserErlang;
}

/** What a build jail has, and what is done in it. */
export interface UserBuildJail {
  /** Packages to install in the build jail. */
  packages?: string[];
  /** Commands run one after another by `/bin/sh` in the directory of the source, as a user without rights. */
  commands?: string[];
  /** Where the release lies afterwards: a directory or tarball, from the source. */
  result: string;
  /** Environment variables of the build; those of the app are not there. */
  env?: Record<string, string | number | Secret>;
  /** Directories of the source that are kept from build to build, such as `deps`. The home directory is kept anyway. */
  caches?: string[];
  /** Seconds that the commands may take together. Default: 1800. */
  timeout?: number;
}

/** What a build brings along for the app's configuration; the Alcaidefile's own word counts more. */
export interface UserBuildDefaults {
  /** The command that starts the app. */
  start?: string;
  /** Environment variables of the app. */
  env?: Record<string, string | number | Secret>;
  /** The path that tells whether the app is well. */
  healthPath?: string;
  /** The command of migrations. */
  migrate?: string;
  /** The command that opens a console. */
  console?: string;
  /** Packages in the app's jail. */
  packages?: string[];
}

/** What is particular to a release of Elixir or Erlang. */
export interface UserErlang {
  /** What the node's name begins with: the name of the release. */
  node: string;
  /** The module that the migrations call. Without it in the source, a deploy warns. */
  module?: string;
}

/** What a build that is a function gets to know. */
export interface BuildAbout {
  /** Name of the app. */
  readonly app: string;
  /** The main domain. */
  readonly domain: string | undefined;
}

/** A build made for the app that it is used with. */
export type BuildFunction = (about: BuildAbout) => UserJailBuild;

/** A build in a jail, resolved. */
export interface JailBuild {
  /** Tells it from the other ways to a release. */
  readonly kind: "jail";
  /** Packages in the build jail. */
  readonly packages: readonly string[];
  /** Commands in the directory of the source. */
  readonly commands: readonly string[];
  /** Where the release lies afterwards, from the source; `.` for the source itself. */
  readonly result: string;
  /** Environment variables of the build. */
  readonly env: Readonly<Record<string, string | Secret>>;
  /** Directories of the source that are kept. */
  readonly caches: readonly string[];
  /** Milliseconds. */
  readonly timeout: number;
  /** For a release of Elixir or Erlang. */
  readonly erlang: { readonly node: string; readonly module: string | undefined } | undefined;
}
