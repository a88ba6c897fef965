// Accessories: supporting services in jails of their own, such as a database.

import type { Secret } from "../../core/secret.ts";
import type { Command } from "../../core/sh.ts";

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
  /** Replaces everything by what it reads on standard input and says where the data from before is, or leaves all as it was. */
  restore: AccessoryScript;
  /** Prints the bytes that it has, for the remaining time of its first dump; later ones go by the last. */
  size?: AccessoryScript;
}
