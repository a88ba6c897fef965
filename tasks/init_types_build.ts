/**
 * The types of builds in jails and of what makes them, as an editor is told them.
 *
 * @module
 */

/** The part of `alcaide.d.ts` about builds in jails. */
export const buildTypes: string = `/**
 * A release built in a jail on the server, from the commit that is checked out. \`phoenix()\`, \`elixir()\`, \`node()\` and
 * \`staticSite()\` make such a record; anything else can be written out.
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
  /** Commands run one after another by \`/bin/sh\` in the directory of the source, as a user without rights. */
  commands?: string[];
  /** Where the release lies afterwards: a directory or tarball, from the source. */
  result: string;
  /** Environment variables of the build; those of the app are not there. */
  env?: Record<string, string | number | Secret>;
  /** Directories of the source that are kept from build to build, such as \`deps\`. The home directory is kept anyway. */
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
  /** Where the release lies afterwards, from the source; \`.\` for the source itself. */
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

/** How elixir builds. */
export interface ElixirOptions {
  /** Name of the release in \`mix.exs\`. Default: the app's. */
  release?: string;
  /** The module that migrates. Default: that of the release, \`Shop.Release\` for \`shop\`. */
  module?: string;
  /** False: there is nothing to migrate. */
  migrate?: boolean;
  /** False: the project depends on no package of Hex, so nothing is fetched. */
  deps?: boolean;
  /** Further packages in the build jail. */
  packages?: string[];
  /** Commands after the compilation and before the release is made. */
  commands?: string[];
  /** Further environment variables of the build. \`MIX_ENV\` is \`prod\`. */
  env?: Record<string, string | number | Secret>;
  /** Seconds that the build may take. Default: 1800. */
  timeout?: number;
}

/** How phoenix builds. */
export interface PhoenixOptions extends ElixirOptions {
  /**
   * How assets are made: true (the default) runs \`mix assets.deploy\` with FreeBSD's packages of esbuild and Tailwind;
   * commands of one's own take their place; false makes none.
   */
  assets?: boolean | string[];
}

/** How node builds. */
export interface NodeOptions {
  /** Major version of Node.js, as FreeBSD has it in packages. Default: 22. */
  version?: number;
  /** The command that starts the app. Default: \`node .\`, which runs what \`package.json\` calls main. */
  start?: string;
  /** Commands in place of \`npm ci\`, \`npm run build\` where there is one, and \`npm prune\`. */
  commands?: string[];
  /** Where the result lies. Default: the whole source with its modules. */
  result?: string;
  /** Further packages in the build jail, such as \`python3\` for modules that are compiled. */
  packages?: string[];
  /** Further environment variables of the build. */
  env?: Record<string, string | number | Secret>;
  /** Seconds that the build may take. Default: 1800. */
  timeout?: number;
}

/** How staticSite builds. */
export interface StaticSiteOptions {
  /** Where the files lie, from the source. */
  result: string;
  /** Commands that make them. Default: none. */
  commands?: string[];
  /** Packages that the commands need, such as \`npm-node22\`. */
  packages?: string[];
  /** Directories of the source that are kept from build to build. */
  caches?: string[];
  /** Environment variables of the build. */
  env?: Record<string, string | number | Secret>;
  /** Seconds that the build may take. Default: 1800. */
  timeout?: number;
}

/** A Phoenix app, with its assets, built in a jail on the server. */
export function phoenix(options?: PhoenixOptions): BuildFunction;
/** A release of Elixir, built in a jail on the server. */
export function elixir(options?: ElixirOptions): BuildFunction;
/** An app of Node.js, built in a jail on the server. */
export function node(options?: NodeOptions): UserJailBuild;
/** A site of files, built in a jail on the server and served from a jail. */
export function staticSite(options: StaticSiteOptions): UserJailBuild;
`;
