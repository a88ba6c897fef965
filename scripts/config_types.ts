/**
 * Writes the types of the configuration from its declared fields: `lib/config/user_types.ts` and
 * `user_accessory.ts`, what a user writes, and `types.ts`, what becomes of it. `deno run -A scripts/config_types.ts`
 *
 * @module
 */

import { accessory } from "../lib/config/accessory_fields.ts";
import { configuration } from "../lib/config/config.ts";
import { type AnyField, type Declared, resolvedName, type Shape } from "../lib/config/schema.ts";

/** Where the types of what a user writes are. */
export const userTypesFile: URL = new URL("../lib/config/user_types.ts", import.meta.url);

/** Where those of an accessory are. */
export const accessoryTypesFile: URL = new URL("../lib/config/user_accessory.ts", import.meta.url);

/** Where the types of what becomes of it are. */
export const typesFile: URL = new URL("../lib/config/types.ts", import.meta.url);

type Documented = NonNullable<AnyField["records"]>[number];

/** The type of what a user writes. */
export function userTypes(): string {
  const records = [configuration, ...recordsOf(configuration)];
  return `/**
 * The types of an Alcaidefile. Made by scripts/config_types.ts from lib/config/config.ts; changes are overwritten.
 *
 * @module
 */

import type { Secret } from "../core/secret.ts";
import type { Become } from "../core/target.ts";
import type { UserAccessories } from "./user_accessory.ts";
import type { BuildAbout } from "./values.ts";

${records.map(userType).join("\n")}
/** Where a release comes from. */
export type UserBuild = UserPrebuilt | UserCommandBuild | UserJailBuild | BuildFunction;

/** A build made for the app that it is used with. */
export type BuildFunction = (about: BuildAbout) => UserJailBuild;

/** A configuration given as a function of the environment chosen by \`-e\`. */
export type ConfigFunction = (
  options: { environment: string | undefined },
) => UserConfig | Promise<UserConfig>;
`;
}

/** The type of an accessory, as a user writes it. */
export function accessoryTypes(): string {
  return `/**
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

/** Accessories by name; an app's jail finds one called \`db\` under \`db\` and \`db_jail\`. */
export interface UserAccessories {
  /** What \`postgresql()\`, \`redis()\` or \`service()\` made. */
  [name: string]: UserAccessory;
}

${userType(accessory)}`;
}

/** The type of what becomes of it. */
export function configTypes(): string {
  return `/**
 * The types of a resolved configuration. Made by scripts/config_types.ts from lib/config/config.ts; changes are overwritten.
 *
 * @module
 */

import type { Secret } from "../core/secret.ts";
import type { Accessory } from "./accessory_types.ts";
import type { Build, Server, Tls, Volume } from "./values.ts";

export type * from "./accessory_types.ts";
export type * from "./user_accessory.ts";
export type * from "./user_types.ts";
export type * from "./values.ts";

/** The resolved configuration: complete, checked, read-only. */
export interface Config {
${Object.entries(configuration.fields).map(resolvedField).join("")}\
  /** Directory of the Alcaidefile; relative paths start here. */
  readonly directory: string;
  /** What \`-e\` chose. */
  readonly environment: string | undefined;
}
`;
}

/** All records that a record holds. */
function recordsOf({ fields }: Pick<Shape, "fields">): Documented[] {
  return Object.values(fields).flatMap(({ records = [] }) =>
    records.flatMap((one) => [one, ...recordsOf(one)])
  );
}

function userType({ name, text, or, fields }: Documented): string {
  const rows = Object.entries(fields).map(userField).join("");
  const begin = or === undefined ? `export interface ${name} {` : `export type ${name} = ${or} | {`;
  return `${comment(text)}${begin}\n${rows}}${or === undefined ? "" : ";"}\n`;
}

function userField([name, field]: [string, AnyField]): string {
  return `${comment(meaning(field), "  ")}  ${name}${field.required ? "" : "?"}: ${field.type};\n`;
}

/** A field's meaning and default. */
function meaning({ text, otherwise }: AnyField): string {
  return otherwise === undefined ? text : `${text} Default: ${otherwise}.`;
}

function resolvedField([name, field]: [string, AnyField]): string {
  const { text, resolved = `${text.replace(/[,:;.] [^]*|\.$/, "")}.` } = field;
  return `${comment(resolved, "  ")}  readonly ${resolvedName(name, field)}: ${becomes(field)};\n`;
}

function becomes({ becomes: whole, records: [record] = [] }: Declared<unknown>): string {
  if (whole !== "") return whole;
  const rows = Object.entries(record?.fields ?? {}).map(([name, field]) =>
    `${field.resolved === undefined ? "" : comment(field.resolved, "    ")}    readonly ${name}: ${
      becomes(field)
    };\n`
  );
  return `{\n${rows.join("")}  }`;
}

/** A doc comment, broken into lines of 120 characters. */
function comment(text: string, indent = ""): string {
  if (`${indent}/** ${text} */`.length <= 120) return `${indent}/** ${text} */\n`;
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = `${lines.pop()}`;
    const longer = line === "" ? word : `${line} ${word}`;
    if (`${indent} * ${longer}`.length <= 120) lines.push(longer);
    else lines.push(line, word);
  }
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join("")}${indent} */\n`;
}

if (import.meta.main) {
  await Deno.writeTextFile(userTypesFile, userTypes());
  await Deno.writeTextFile(accessoryTypesFile, accessoryTypes());
  await Deno.writeTextFile(typesFile, configTypes());
}
