// The types of an accessory: in an Alcaidefile, and resolved.

import type { Problem } from "../../core/error.ts";
import type { Limits } from "../../core/limits.ts";
import type { Secret } from "../../core/secret.ts";
import type { AccessoryDatabase, AccessoryFiles, AccessoryScript } from "./accessory_types.ts";
import type { Volume } from "./values.ts";

/** Accessories by name; an app's jail finds one called `db` under `db` and `db_jail`. */
export interface UserAccessories {
  /** What `postgresql()`, `redis()` or `service()` made. */
  [name: string]: UserAccessory;
}

// Made by scripts/config_types.ts from the declared fields; changes below are overwritten.

/**
 * A supporting service in a jail of its own, as `service()` takes and gives it. A text runs in the jail as root; a
 * function makes a script for the server, which {@linkcode inJail} brings into the jail.
 */
export interface UserAccessory {
  /** Its kind, in one word. Default: `service`. */
  kind?: string;
  /** Its version, when a change of it needs more than a new package: setup then refuses it and says what to do. */
  version?: string;
  /** With several servers: the one that it runs on, by name, those of a tag, or `"all"` for one on each. */
  server?: string;
  /** Packages to install in its jail. */
  packages?: string[];
  /** Host directories that outlive the jail, each as `"/host/directory:/directory/in/the/jail"`. */
  volumes?: string[];
  /** The ports that it listens on, the main one first. */
  ports?: number[];
  /** Environment of `start`, `setup` and `health`; `ADDRESS` and `PORT` are set. */
  env?: Record<string, string | number | Secret>;
  /** The command that runs it, watched over and started again when it ends. Not beside `rc`. */
  start?: string;
  /** The service of a package that runs it, as `service NAME start` calls it. Not beside `start`. */
  rc?: string;
  /** Variables of that service, as in `rc.conf`. */
  rcConf?: Record<string, string>;
  /** User id that owns volumes and logs. Default: one of its own, which `start` runs as. */
  uid?: number;
  /** Files in the jail: path to text. */
  files?: Record<string, string | Secret> | AccessoryFiles;
  /** The command that prepares it, run again when it changes: it must be possible to run it twice. */
  setup?: string[] | AccessoryScript;
  /** The health command: status 0 means well. Default: its service runs and its ports are open. */
  health?: string | AccessoryScript;
  /** The command that makes a running one take changed files. Default: its service is restarted. */
  change?: string | AccessoryScript;
  /** The commands to run once it is well, and again when they change. */
  apply?: AccessoryScript;
  /** Seconds that it gets to become well. Default: 60. */
  timeout?: number;
  /** Seconds that it gets to end once it is asked to; after that it is killed. Default: 60. */
  stopTimeout?: number;
  /**
   * How much of its server a jail may use, by rctl. The server's kernel must count: `kern.racct.enable=1` in
   * `/boot/loader.conf`, then a reboot. Default: no limits.
   */
  limits?: UserLimits;
  /** Further parameters of its jail, such as `"sysvshm = new"`. */
  parameters?: string[];
  /** The options given to the function that made it; handed to its functions, and compared by setup. */
  options?: Record<string, unknown>;
  /** Problems of those options. */
  check?: (options: Readonly<Record<string, unknown>>) => Problem[];
  /** Advice for a changed version, a step each. */
  upgrade?: string[];
  /** For databases: work with its data. */
  database?: AccessoryDatabase;
}

/** How much of its server a jail may use. */
export interface UserLimits {
  /**
   * Memory of all its processes together, such as `"512M"` or `"2G"`. The kernel moves to swap space what is beyond it.
   */
  memory?: string;
  /** Percent of one processor: 150 is one and a half. */
  cpu?: number;
  /** Processes at a time, with those of the jail's own system. */
  processes?: number;
}

/** An accessory in the resolved configuration. */
export interface Accessory {
  /** Its name: `db`. */
  readonly name: string;
  /** Its kind. */
  readonly kind: string;
  /** Its version; empty when that means nothing. */
  readonly version: string;
  /** The servers that it runs on, by name. */
  readonly servers: readonly string[];
  /** Packages to install in its jail. */
  readonly packages: readonly string[];
  /** Host directories that outlive the jail. */
  readonly volumes: readonly Volume[];
  /** The ports that it listens on, the main one first. */
  readonly ports: readonly number[];
  /** Environment of its commands. */
  readonly env: Readonly<Record<string, string | Secret>>;
  /** The command that runs it; empty when a package's service does. */
  readonly start: string;
  /** The service that runs it. */
  readonly rc: string;
  /** Variables of that service. */
  readonly rcConf: Readonly<Record<string, string>>;
  /** User id that owns volumes and logs; undefined for one of its own. */
  readonly uid: number | undefined;
  /** Files in the jail. */
  readonly files: Readonly<Record<string, string | Secret>> | AccessoryFiles;
  /** The command that prepares it. */
  readonly setup: readonly string[] | AccessoryScript;
  /** The health command; undefined for its service and ports. */
  readonly health: string | AccessoryScript | undefined;
  /** The command that makes it take changed files; undefined for a restart. */
  readonly change: string | AccessoryScript | undefined;
  /** The commands to run once it is well. */
  readonly apply: AccessoryScript | undefined;
  /** Milliseconds. */
  readonly timeout: number;
  /** Seconds that it gets to end once it is asked to. */
  readonly stopTimeout: number;
  /** How much of its server a jail may use. */
  readonly limits: Limits;
  /** Further parameters of its jail. */
  readonly parameters: readonly string[];
  /** The options given to the function that made it. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Advice for a changed version. */
  readonly upgrade: readonly string[];
  /** How to work with its data; undefined for what is no database. */
  readonly database: AccessoryDatabase | undefined;
}
