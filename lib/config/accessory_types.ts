/**
 * Accessories: supporting services in jails of their own, such as a database.
 *
 * @module
 */

import type { Secret } from "../core/secret.ts";
import type { Command } from "../core/sh.ts";
import type { Volume } from "./values.ts";

/** A problem of an accessory's option. */
export interface AccessoryProblem {
  /** The option: `settings.port`; empty for the whole. */
  readonly path: string;
  /** The problem, as the end of a sentence: "it is empty". */
  readonly problem: string;
  /** A value that is right. */
  readonly hint?: string;
}

/** Makes a script for the server. */
export type AccessoryScript = (at: AccessoryPlace) => Command;

/** Makes the files of a jail. */
export type AccessoryFiles = (at: AccessoryPlace) => readonly AccessoryFile[];

/** A file in an accessory's jail. */
export interface AccessoryFile {
  /** Its path in the jail. */
  readonly path: string;
  /** Its contents. */
  readonly text: string | Secret;
  /** Permissions, as an octal number. Default: 0o644, of a secret 0o400. */
  readonly mode?: number;
  /** True when the user id of the accessory owns it. Default: for secrets. */
  readonly own?: boolean;
}

/** Where an accessory is, for its functions. */
export interface AccessoryPlace {
  /** The app that it belongs to. */
  readonly app: string;
  /** Its name: `db`. */
  readonly name: string;
  /** Its jail: `shop_db`. */
  readonly jail: string;
  /** The jail's address. */
  readonly address: string;
  /** Its main port; 0 when it has none. */
  readonly port: number;
  /** The addresses of the app's jails: whoever else asks is a stranger. */
  readonly clients: readonly string[];
  /** The user id that owns volumes and logs. */
  readonly uid: number;
  /** True when setup has made it before: a volume without data is one that isn't mounted then. */
  readonly made: boolean;
  /** The options given to the function that made it, secrets resolved. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** How to work with what is in a database. Each makes a script for the server. */
export interface AccessoryDatabase {
  /** An interactive console; it gets a terminal. */
  console: AccessoryScript;
  /** Writes everything to its standard output. */
  dump: AccessoryScript;
  /** Replaces everything by what it reads on standard input, or leaves all as it was. */
  restore: AccessoryScript;
}

/** An accessory in the resolved configuration. */
export interface Accessory {
  /** Its name: `db`. */
  readonly name: string;
  /** Its kind, in one word. */
  readonly kind: string;
  /** Its version; empty when that means nothing. */
  readonly version: string;
  /** The servers that it runs on, by name. */
  readonly servers: readonly string[];
  /** Packages of its jail. */
  readonly packages: readonly string[];
  /** Host directories that outlive its jail. */
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
  /** Its files by path, or what makes them. */
  readonly files: Readonly<Record<string, string | Secret>> | AccessoryFiles;
  /** The command that prepares it. */
  readonly setup: readonly string[] | AccessoryScript;
  /** The health command; undefined for its service and ports. */
  readonly health: string | AccessoryScript | undefined;
  /** The command that makes it take changed files; undefined for a restart. */
  readonly change: string | AccessoryScript | undefined;
  /** Commands to run once it is well. */
  readonly apply: AccessoryScript | undefined;
  /** Milliseconds that it gets to become well. */
  readonly timeout: number;
  /** Seconds that it gets to end. */
  readonly stopTimeout: number;
  /** Further parameters of its jail. */
  readonly parameters: readonly string[];
  /** The options given to the function that made it. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Advice for a changed version. */
  readonly upgrade: readonly string[];
  /** How to work with what is in it. */
  readonly database: AccessoryDatabase | undefined;
}
