// The types of a resolved configuration.

import type { Limits } from "../../core/limits.ts";
import type { Secret } from "../../core/secret.ts";
import type { Accessory } from "./user_accessory.ts";
import type { Notify, Process, Schedule, Server, Tls, Volume } from "./values.ts";

export type * from "./accessory_types.ts";
export type * from "./user_accessory.ts";
export type * from "./user_named.ts";
export type * from "./user_requests.ts";
export type * from "./user_sections.ts";
export type * from "./user_types.ts";
export type * from "./values.ts";

/** Where a release comes from, resolved: paths are absolute. */
export type Build =
  | { readonly kind: "prebuilt"; readonly path: string }
  | { readonly kind: "command"; readonly command: string; readonly path: string }
  | JailBuild;

// Made by scripts/config_types.ts from the declared fields; changes below are overwritten.

/** A build in a jail, resolved. */
export interface JailBuild {
  /** Tells it from the other ways to a release. */
  readonly kind: "jail";
  /** Packages to install in the build jail. */
  readonly packages: readonly string[];
  /** Commands run one after another by `/bin/sh` in the directory of the source. */
  readonly commands: readonly string[];
  /** Where the release lies afterwards, from the source; `.` for the source itself. */
  readonly result: string;
  /** Environment variables of the build. */
  readonly env: Readonly<Record<string, string | Secret>>;
  /** Directories of the source that are kept from build to build. */
  readonly caches: readonly string[];
  /** Milliseconds. */
  readonly timeout: number;
  /** For a release of Elixir or Erlang. */
  readonly erlang: { readonly node: string; readonly module: string | undefined } | undefined;
}

/** The resolved configuration: complete, checked, read-only. */
export interface Config {
  /** Name of the app. */
  readonly app: string;
  /** Where to deploy. */
  readonly servers: readonly Server[];
  /** The domains that the app answers to, the main one first; none: every name. */
  readonly domains: readonly string[];
  /** Names that are redirected to the main domain. */
  readonly redirects: readonly string[];
  /** The paths of its domains that are the app's; none: all. */
  readonly paths: readonly string[];
  /** True hides the part of a path before `/*` from the app. */
  readonly stripPrefix: boolean;
  /** Where certificates come from. */
  readonly tls: Tls;
  /** Rules for the requests that come to the app. */
  readonly proxy: {
    /** Passwords by user. */
    readonly basicAuth: Readonly<Record<string, Secret>>;
    readonly allow: readonly string[];
    /** Headers to set or, where false, to remove. */
    readonly headers: Readonly<Record<string, string | false>>;
    readonly compress: boolean;
    /** Bytes that a request may send. */
    readonly maxBody: number | undefined;
    readonly timeouts: {
      readonly dial: number | undefined;
      readonly read: number | undefined;
      readonly write: number | undefined;
    };
    readonly trustedProxies: readonly string[];
    readonly websockets: boolean;
    readonly before: string | undefined;
  };
  /** The jails that the app runs in. */
  readonly jail: {
    readonly basePath: string;
    /** Undefined: the server's own release. */
    readonly freebsd: string | undefined;
    readonly kind: "copied" | "thin";
    readonly port: number;
    readonly subnet: string;
    readonly packages: readonly string[];
    /** Undefined: the server's own. */
    readonly nameservers: readonly string[] | undefined;
    readonly mirror: string;
  };
  /** The tree that the app's jails are made from. */
  readonly image: {
    /** Complete: holds those of `jail.packages`. */
    readonly packages: readonly string[];
    readonly commands: readonly string[];
  };
  /** Where releases come from. */
  readonly build: Build;
  /** The command of the web process; empty where there is none. */
  readonly start: string;
  /** The processes of a release, `web` first. */
  readonly processes: readonly Process[];
  /** Complete: holds PORT. */
  readonly env: Readonly<Record<string, string | Secret>>;
  /** Secrets that are variables of the app. Undefined: all whose names a variable can have. */
  readonly secretEnv: readonly string[] | undefined;
  /** A command that prints the key of the encrypted file. */
  readonly keyCommand: string | undefined;
  /** How to see that a new release is well. */
  readonly health: {
    readonly path: string;
    readonly status: readonly [number, number];
    /** Milliseconds. */
    readonly timeout: number;
    /** Milliseconds. */
    readonly interval: number;
  };
  /** Milliseconds that requests, and WebSockets and event streams, get to finish on the old release. */
  readonly drain: { readonly requests: number; readonly sockets: number };
  /** The watch over a new release: milliseconds, and percent of answers that may be errors. */
  readonly guard: { readonly for: number; readonly maxErrors: number } | undefined;
  /** Notices of how deploys and rollbacks ended. */
  readonly notify: Notify | undefined;
  /** Seconds that the app gets to end once it is asked to by SIGTERM. */
  readonly stopTimeout: number;
  /** How much of its server a jail may use. */
  readonly limits: Limits;
  /** How many good releases, and how many records of the history, stay on each server. */
  readonly keep: { readonly releases: number; readonly history: number };
  /** Files of the release that Caddy serves. */
  readonly assets: { readonly path: string; readonly from: string } | undefined;
  /** Host directories that outlive releases. */
  readonly volumes: readonly Volume[];
  /** Commands run in the new jail as the app's user. */
  readonly beforeStart: readonly string[];
  /** A command run once per deploy. */
  readonly migrate: string | undefined;
  /** The command that `alcaide console` runs in the live jail. */
  readonly console: string | undefined;
  /** Commands that the server's cron runs in the live jail, by name. */
  readonly schedule: Readonly<Record<string, Schedule>>;
  /** Supporting services, by name. */
  readonly accessories: Readonly<Record<string, Accessory>>;
  /** Directory of the Alcaidefile; relative paths start here. */
  readonly directory: string;
  /** What `-e` chose. */
  readonly environment: string | undefined;
}
