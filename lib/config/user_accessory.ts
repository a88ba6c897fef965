/**
 * The types of an accessory in an Alcaidefile. Made by scripts/config_types.ts from lib/config/accessory_fields.ts; changes are overwritten.
 *
 * @module
 */

import type { Secret } from "../core/secret.ts";
import type {
  AccessoryDatabase,
  AccessoryFiles,
  AccessoryProblem,
  AccessoryScript,
} from "./accessory_types.ts";

/** Accessories by name; an app's jail finds one called `db` under `db` and `db_jail`. */
export interface UserAccessories {
  /** What `postgresql()`, `redis()` or `service()` made. */
  [name: string]: UserAccessory;
}

/**
 * A supporting service in a jail of its own, as `service()` takes and gives it. A text runs in the jail as root; a
 * function makes a script for the server, which {@linkcode inJail} brings into the jail.
 */
export interface UserAccessory {
  /** Its kind, in one word. Default: `service`. */
  kind?: string;
  /** Its version, when a change of it needs more than a new package: setup then refuses it and says what to do. */
  version?: string;
  /** With several servers: the one that it runs on, by name, or `"all"` for one on each. */
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
  /** Seconds that it gets to end. Default: 60. */
  stopTimeout?: number;
  /** Further parameters of its jail, such as `"sysvshm = new"`. */
  parameters?: string[];
  /** The options given to the function that made it; handed to its functions, and compared by setup. */
  options?: Record<string, unknown>;
  /** Problems of those options. */
  check?: (options: Readonly<Record<string, unknown>>) => AccessoryProblem[];
  /** Advice for a changed version, a step each. */
  upgrade?: string[];
  /** For databases: work with its data. */
  database?: AccessoryDatabase;
}
