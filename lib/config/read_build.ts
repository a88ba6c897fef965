/**
 * The part of a configuration that says where releases come from.
 *
 * @module
 */

import { resolve } from "node:path";
import type { BuildAbout, JailBuild, UserBuildDefaults } from "./build_types.ts";
import { type Complaint, type Field, list, number, record, refuse, shorten, text } from "./field.ts";
import { checkHealthPath, command, commands, readVariables } from "./read_app.ts";
import { readPackages } from "./read_packages.ts";
import type { Build, Config } from "./types.ts";

/** What a build brings along for the rest of the configuration; empty texts where it says nothing. */
export interface BuildDefaults extends Required<Omit<UserBuildDefaults, "env" | "packages">> {
  readonly env: Config["env"];
  readonly packages: readonly string[];
}

/** A build, and what it brings along. */
export interface ReadBuild {
  readonly build: Build;
  readonly defaults: BuildDefaults;
}

const nothing: BuildDefaults = { start: "", env: {}, healthPath: "", migrate: "", console: "", packages: [] };
const wanted = '{ prebuilt: "dist" }, { command: "make", result: "dist" } or phoenix()';

/** Reads where releases come from. */
export function readBuild(field: Field, directory: string, about: BuildAbout): ReadBuild {
  const fields = record(
    called(field, about),
    ["prebuilt", "command", "result", "jail", "defaults", "erlang"],
    wanted,
  );
  const none: ReadBuild = { build: { kind: "prebuilt", path: directory }, defaults: nothing };
  if (fields === undefined) return none;
  const { prebuilt, command: run, result, jail, defaults, erlang } = fields;
  const given = [prebuilt, run, jail].filter(({ value }) => value !== undefined);
  if (given.length === 0) {
    refuse(field, "it says neither prebuilt nor command nor jail", `Give ${wanted}`);
    return none;
  }
  const [first, ...more] = given;
  const beside = first === jail ? [result] : [defaults, erlang, ...first === prebuilt ? [result] : []];
  for (const other of [...more, ...beside]) {
    const meant = first === jail ? "jail" : first === run ? "command" : "prebuilt";
    if (other.value !== undefined) {
      refuse(other, `it has no meaning beside ${meant}`, "Give one or the other");
    }
  }
  if (first === jail) return { build: readJailBuild(jail, erlang), defaults: readDefaults(defaults) };
  const path = {
    wanted: 'a path such as "dist" or "dist/shop.tar.gz"',
    required: true,
    check: checkArtifact,
  };
  if (first === prebuilt) {
    return { build: { kind: "prebuilt", path: resolve(directory, text(prebuilt, path)) }, defaults: nothing };
  }
  const line = command(run, { required: true });
  return {
    build: { kind: "command", command: line, path: resolve(directory, text(result, path)) },
    defaults: nothing,
  };
}

/** Without the module that a command of one's own for migrations may not call. */
export function withoutModule(build: Build): Build {
  if (build.kind !== "jail" || build.erlang === undefined) return build;
  return { ...build, erlang: { ...build.erlang, module: undefined } };
}

/** A build may be a function of what the configuration says. */
function called(field: Field, about: BuildAbout): Field {
  if (typeof field.value !== "function") return field;
  try {
    return { ...field, value: field.value(about) };
  } catch (error) {
    refuse(field, `its function failed: ${error instanceof Error ? error.message : error}`);
    // Said once: a record of any kind keeps what follows quiet.
    return { ...field, value: { prebuilt: "." } };
  }
}

function readJailBuild(field: Field, erlangField: Field): JailBuild {
  const keys = ["packages", "commands", "result", "env", "caches", "timeout"] as const;
  const fields = record(field, keys, 'a record such as { commands: ["make"], result: "dist" }');
  const get = (key: typeof keys[number]) => fields?.[key] ?? { ...field, value: undefined };
  const path = { wanted: 'a path such as "dist"', required: true, check: checkInside };
  return {
    kind: "jail",
    packages: readPackages(get("packages")),
    commands: commands(get("commands")),
    result: fields === undefined ? "" : text(get("result"), path),
    env: readVariables(get("env")),
    caches: (list(get("caches"), 'a list of paths such as ["deps"]') ?? [])
      .map((item) => text(item, { ...path, check: checkCache })),
    timeout: 1000 * number(get("timeout"), { least: 1, most: 86_400, fallback: 1800, unit: "seconds" }),
    erlang: readErlang(erlangField),
  };
}

function readErlang(field: Field): JailBuild["erlang"] {
  if (field.value === undefined) return undefined;
  const fields = record(field, ["node", "module"], 'a record such as { node: "shop" }');
  if (fields === undefined) return undefined;
  const node = text(fields.node, { wanted: 'a name such as "shop"', required: true, check: checkNode });
  const module = text(fields.module, { wanted: 'a module such as "Shop.Release"', check: checkModule });
  return { node, module: module || undefined };
}

function readDefaults(field: Field): BuildDefaults {
  if (field.value === undefined) return nothing;
  const keys = ["start", "env", "healthPath", "migrate", "console", "packages"] as const;
  const fields = record(field, keys, 'a record such as { start: "bin/shop start" }');
  if (fields === undefined) return nothing;
  return {
    start: command(fields.start),
    env: readVariables(fields.env),
    healthPath: text(fields.healthPath, { wanted: 'a path such as "/health"', check: checkHealthPath }),
    migrate: command(fields.migrate),
    console: command(fields.console),
    packages: readPackages(fields.packages),
  };
}

function checkArtifact(path: string): Complaint | undefined {
  if (/[\0\r\n]/.test(path)) {
    return { problem: "it has a control character", hint: "Give the path of a directory or tarball" };
  }
  if (!/\.(zip|7z|rar|gz|bz2|xz|zst|deb|rpm|pkg|jar|war|exe|dmg|iso)$/i.test(path)) return undefined;
  if (/\.tar\.(gz|xz|zst)$/i.test(path)) return undefined;
  return {
    problem: `${shorten(path)} is no directory or tarball`,
    hint: "Use a directory, or a file that ends in .tar, .tar.gz, .tgz, .tar.xz or .tar.zst",
  };
}

/** A path below the source; nothing may lead out of it. */
function checkInside(path: string): Complaint | undefined {
  const parts = path.split("/");
  if (path.startsWith("/") || parts.includes("..")) {
    return { problem: `${shorten(path)} isn't below the source`, hint: 'Give a path such as "dist"' };
  }
  return checkArtifact(path);
}

function checkCache(path: string): Complaint | undefined {
  if (path.split("/").every((part) => part !== "" && part !== ".")) return checkInside(path);
  return { problem: `${shorten(path)} isn't written plainly`, hint: 'Give a path such as "deps"' };
}

function checkNode(name: string): Complaint | undefined {
  if (/^[a-z][A-Za-z0-9_]*$/.test(name)) return undefined;
  return { problem: `${shorten(name)} can't name a node`, hint: "Use letters, digits and underscores" };
}

function checkModule(name: string): Complaint | undefined {
  if (/^[A-Z]\w*(\.[A-Z]\w*)*$/.test(name)) return undefined;
  return { problem: `${shorten(name)} is no module`, hint: 'Give one such as "Shop.Release"' };
}
