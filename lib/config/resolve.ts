// Makes a complete, checked configuration of what an Alcaidefile says.

import { ConfigError, type Problem } from "../core/error.ts";
import { isSecret } from "../core/secret.ts";
import { isReference } from "../secrets/reference.ts";
import { isMadeForApp } from "./sections/build.ts";
import { configKeys, configuration, jailKeys } from "./config.ts";
import { checkVariables } from "./sections/env.ts";
import { isRecord } from "../core/kind.ts";
import { child, describe, type Field, record, refuse } from "./field/field.ts";
import { type Gap, wholeConfig, withGaps } from "./field/missing.ts";
import { type Around, type Fields, resolvedName, type Values } from "./field/schema.ts";
import { checkUsers } from "./sections/proxy.ts";
import { checkCertificate, checkPrivateKey } from "./sections/tls.ts";
import type { Config, OwnCertificate } from "./field/types.ts";

/** Where a configuration comes from. */
export interface ResolveOptions {
  /** Directory of the Alcaidefile: relative paths start here. */
  readonly directory: string;
  /** What `-e` chose. */
  readonly environment?: string | undefined;
  /** Path of the Alcaidefile, for messages. */
  readonly file?: string | undefined;
}

/**
 * Checks a configuration as far as that goes without a server, and fills in what it leaves out.
 *
 * @throws {ConfigError} with everything that is wrong
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { resolveConfig } from "./resolve.ts";
 *
 * const config = resolveConfig(
 *   { app: "shop", server: "root@203.0.113.7", build: { prebuilt: "dist" } },
 *   { directory: "/home/me/shop" },
 * );
 * assertEquals(config.jail.port, 4000);
 * assertEquals(config.env.PORT, "4000");
 * ```
 */
export function resolveConfig(value: unknown, options: ResolveOptions): Config {
  return wholeConfig(resolvePartly(value, options));
}

/**
 * The same for tasks that may need less: without an app, a server or a build, the fields that need it throw when they are read.
 *
 * @throws {ConfigError} with everything that is wrong
 */
export function resolvePartly(value: unknown, options: ResolveOptions): Config {
  const { file } = options;
  const problems: Problem[] = [];
  const none = value === undefined && file !== undefined;
  const root = { path: "", value: none ? {} : value, problems };
  const config = readConfig(root, options);
  if (config !== undefined) problems.push(...checkVariables(config));
  const gaps = config === undefined ? [] : gapsOf(root);
  const details = file === undefined || none ? {} : { details: [`Read from ${file}`], file };
  const lacking = gaps.map(({ problem }) => problem);
  if (config === undefined || problems.some((one) => !lacking.includes(one))) {
    throw new ConfigError(problems, details);
  }
  if (!none) return withGaps(freeze(config), gaps, details);
  const problem = noConfiguration(file);
  return withGaps(freeze(config), gaps.map(({ fields }) => ({ problem, fields })), details);
}

/** The missing fields, and those that can't be known without them. */
function gapsOf(root: Field): Gap[] {
  const isAbsent = (key: string) => child(root, key).value === undefined;
  const byApp: (keyof Config)[] = (["start", "migrate", "console"] as const).filter(isAbsent);
  if (byApp.includes("start")) byApp.push("processes");
  if (isMadeForApp(child(root, "build").value)) byApp.push("build");
  const absent = Object.entries(configuration.fields).filter(([key, { required }]) =>
    required && isAbsent(key)
  );
  return absent.flatMap(([key, field]) => {
    const problem = root.problems.find(({ path }) => path === key);
    const name = resolvedName(key, field) as keyof Config;
    return problem === undefined ? [] : [{ problem, fields: key === "app" ? [name, ...byApp] : [name] }];
  });
}

function noConfiguration(file: string): Problem {
  const hint = "Write export default defineConfig({ … })";
  return { path: file, problem: "it exports no configuration", hint };
}

function readConfig(root: Field, { directory, environment }: ResolveOptions): Config | undefined {
  if (!isRecord(root.value)) {
    const hint = 'Write "export default defineConfig({ … })"';
    refuse({ ...root, path: "the default export" }, describe(root.value), hint);
    return undefined;
  }
  record(withoutMisplaced(root, root.value), configKeys, configuration.wanted);
  const given = (name: string) => child(root, name);
  const config = lazily(configuration.fields, given, () => around);
  const made = new Map<unknown, unknown>();
  const around: Around = {
    directory,
    config,
    given,
    once: <T>(make: (around: Around) => T) => {
      if (!made.has(make)) made.set(make, make(around));
      return made.get(make) as T;
    },
  };
  return { ...config, directory, environment };
}

/** The resolved fields; each is read when it is first asked for, so that it can ask for others. */
function lazily<F extends Fields>(fields: F, at: (name: string) => Field, around: () => Around): Values<F> {
  const values = {};
  for (const [key, field] of Object.entries(fields)) {
    const name = resolvedName(key, field);
    const get = () => {
      const value: unknown = field.read(at(key), around());
      Object.defineProperty(values, name, { value, enumerable: true });
      return value;
    };
    Object.defineProperty(values, name, { get, enumerable: true, configurable: true });
  }
  return values as Values<F>;
}

/** A field of `jail` at the top is a frequent slip: it is said where it belongs, not what it resembles. */
function withoutMisplaced(root: Field, value: Record<string, unknown>): Field {
  const rest = { ...value };
  for (const key of jailKeys) {
    const field = child(root, key);
    if (field.value !== undefined) refuse(field, "it stands in the wrong place", `Write jail: { ${key}: … }`);
    delete rest[key];
  }
  return { ...root, value: rest };
}

function freeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || isSecret(value)) return value;
  Object.values(value).forEach(freeze);
  return Object.freeze(value);
}

/**
 * Checks what was a reference when the configuration was read.
 *
 * @throws {ConfigError} with everything that is wrong
 */
export function checkRevealed(config: Config, paths: readonly string[]): void {
  const { tls, accessories, proxy } = config;
  const problems = [
    ...tls.kind === "own" ? checkTls(tls, paths) : [],
    ...checkPasswords(accessories),
    ...checkUsers(proxy),
    ...checkVariables(config),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
}

/** A password that nobody has to know lets everybody in. */
function checkPasswords(accessories: Config["accessories"]): Problem[] {
  return Object.values(accessories).flatMap(({ name, options: { password } }) => {
    // One that isn't resolved isn't used, either.
    if (!isSecret(password) || isReference(password)) return [];
    const text = password.reveal();
    const path = `accessories.${name}.password`;
    if (text === "") return [{ path, problem: "its secret is empty", hint: "Set it to a password" }];
    if (!text.includes("\0")) return [];
    return [{ path, problem: "its secret has a NUL character", hint: "Set it to a text without one" }];
  });
}

function checkTls(tls: OwnCertificate, paths: readonly string[]): Problem[] {
  const parts = [["tls.cert", tls.cert, checkCertificate], ["tls.key", tls.key, checkPrivateKey]] as const;
  return parts.filter(([path]) => paths.includes(path)).flatMap(([path, value, check]) => {
    const complaint = check(value.reveal());
    return complaint ? [{ path, ...complaint }] : [];
  });
}
