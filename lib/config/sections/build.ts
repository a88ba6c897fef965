// The build: where releases come from, and what it brings along for the rest of the configuration.

import { resolve } from "node:path";
import { messageOf } from "../../core/error.ts";
import { buildJail, checkArtifact, defaults, jailBuild } from "./build_jail.ts";
import { type Field, record, refuse } from "../field/field.ts";
import { command, row, string } from "../field/kinds.ts";
import {
  type Around,
  type Declared,
  keysOf,
  readFields,
  readShape,
  type Row,
  shape,
  showFields,
  type Values,
} from "../field/schema.ts";
import type { Build, JailBuild } from "../field/types.ts";

const wanted = '{ prebuilt: "dist" }, { command: "make", result: "dist" } or phoenix()';
const artifact = {
  wanted: 'a path such as "dist" or "dist/shop.tar.gz"',
  required: true,
  check: checkArtifact,
  plain: (path: string, { directory }: Around) => resolve(directory, path),
};

const prebuilt = shape({
  name: "UserPrebuilt",
  text: "A release that is there already, as a directory or a tarball.",
  wanted,
  fields: {
    prebuilt: string({
      text:
        "Path of the directory or tarball (`.tar`, `.tar.gz`, `.tgz`, `.tar.xz`, `.tar.zst`), from the Alcaidefile.",
      ...artifact,
    }),
  },
});

const commandBuild = shape({
  name: "UserCommandBuild",
  text: "A release made by a command on this machine.",
  wanted,
  fields: {
    command: command({
      text: "The command, run by `/bin/sh` in the Alcaidefile's directory.",
      required: true,
    }),
    result: string({
      text: "Where its result lies afterwards: a directory or tarball, from the Alcaidefile.",
      ...artifact,
    }),
  },
});

/** The kinds of builds, by the field that tells each. */
const kinds = [["prebuilt", prebuilt], ["command", commandBuild], ["jail", jailBuild]] as const;
const tells = kinds.map(([key]) => key);
const parts = [...keysOf(prebuilt.fields), ...keysOf(commandBuild.fields), ...keysOf(jailBuild.fields)];

/** The field `build`. */
export const build: Declared<Build> = {
  text: "Where releases come from.",
  required: true,
  type: "UserBuild",
  form: "{ … } | BuildFunction",
  becomes: "Build",
  records: kinds.map(([, kind]) => kind),
  read: (_, around) => around.once(built).build,
  show: showBuild,
};

/** Defaults of a build for the rest of the configuration; empty where it has none. */
export type BuildDefaults = Values<typeof defaults.fields>;

/** A build, and what it brings along. */
export interface ReadBuild {
  readonly build: Build;
  readonly defaults: BuildDefaults;
}

/** Tells whether a build is made for the app that it is used with: without one it can't be known. */
export function isMadeForApp(build: unknown): boolean {
  return typeof build === "function";
}

/** Reads where releases come from, and what comes along with it. */
export function built(around: Around): ReadBuild {
  const field = around.given("build");
  const nothing = readShape(defaults, { ...field, value: undefined }, around);
  const none: ReadBuild = { build: { kind: "prebuilt", path: around.directory }, defaults: nothing };
  const given = record(called(field, around), parts, wanted);
  if (given === undefined) return none;
  const [key, kind] = kinds.find(([key]) => given[key].value !== undefined) ?? [];
  if (key === undefined || kind === undefined) {
    refuse(field, "it has neither prebuilt nor command nor jail", `Give ${wanted}`);
    return none;
  }
  for (const other of new Set([...tells, ...parts])) {
    if (other in kind.fields || given[other].value === undefined) continue;
    refuse(given[other], `it has no meaning beside ${key}`, "Give one or the other");
  }
  const at = (part: typeof parts[number]) => given[part];
  if (key === "prebuilt") {
    const read = readFields(prebuilt.fields, at, around);
    return { ...none, build: { kind: "prebuilt", path: read.prebuilt } };
  }
  if (key === "command") {
    const read = readFields(commandBuild.fields, at, around);
    return { ...none, build: { kind: "command", command: read.command, path: read.result } };
  }
  const { jail, defaults: brought, erlang } = readFields(jailBuild.fields, at, around);
  return { build: { kind: "jail", ...jail, erlang: nodeOf(erlang, around) }, defaults: brought };
}

/** Your own commands for migrations may not call the module: it isn't looked for then. */
function nodeOf(read: JailBuild["erlang"], around: Around): JailBuild["erlang"] {
  return read === undefined || around.given("migrate").value === undefined
    ? read
    : { ...read, module: undefined };
}

/** A build may be a function of what the configuration says. */
function called(field: Field, around: Around): Field {
  if (typeof field.value !== "function") return field;
  if (around.given("app").value === undefined) return { ...field, value: { prebuilt: "." } };
  const { app, domains } = around.config;
  try {
    return { ...field, value: field.value({ app, domain: domains[0]?.replace(/^\*/, "www") }) };
  } catch (error) {
    refuse(field, `its function failed: ${messageOf(error)}`);
    // Said once: a record of any kind keeps what follows quiet.
    return { ...field, value: { prebuilt: "." } };
  }
}

function showBuild(name: string, value: Build): readonly Row[] {
  if (value.kind === "prebuilt") return showFields(prebuilt.fields, { prebuilt: value.path }, name);
  if (value.kind === "command") {
    return showFields(commandBuild.fields, { command: value.command, result: value.path }, name);
  }
  const node = value.erlang === undefined ? [] : row(`${name}.erlang.node`, value.erlang.node);
  return [...showFields(buildJail.fields, { ...value }, `${name}.jail`), ...node];
}
