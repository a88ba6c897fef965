/**
 * Makes a complete, checked configuration of what an Alcaidefile says.
 *
 * @module
 */

import { ConfigError, type Problem } from "../core/error.ts";
import { isSecret } from "../core/secret.ts";
import { checkSubnet, checkUrl } from "./check_network.ts";
import { checkBasePath, readVolumes } from "./check_paths.ts";
import { checkVariables } from "./check_variables.ts";
import {
  child,
  type Complaint,
  describe,
  type Field,
  isRecord,
  number,
  record,
  refuse,
  shorten,
  text,
} from "./field.ts";
import { type Gap, type NeededKey, neededKeys, wholeConfig, withGaps } from "./missing.ts";
import { readAccessories } from "./read_accessories.ts";
import { checkAppName, command, commands, readEnv, readHealth, readSecretEnv } from "./read_app.ts";
import { readBuild, withoutModule } from "./read_build.ts";
import { readNameservers } from "./read_nameservers.ts";
import { readPackages } from "./read_packages.ts";
import { readServers } from "./read_servers.ts";
import { readDomains, readRedirects, readTls } from "./read_tls.ts";
import type { Config } from "./types.ts";

/** The fields of a configuration; a test compares them with the types and the example. */
export const configKeys = [
  "app",
  "server",
  "domain",
  "redirects",
  "tls",
  "jail",
  "build",
  "start",
  "env",
  "secretEnv",
  "keyCommand",
  "health",
  "drain",
  "keep",
  "volumes",
  "beforeStart",
  "migrate",
  "accessories",
  "console",
] as const;

/** The fields of `jail`. */
export const jailKeys = [
  "basePath",
  "freebsd",
  "port",
  "subnet",
  "packages",
  "nameservers",
  "mirror",
] as const;

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
  const details = file === undefined || none ? {} : { details: [`Read from ${file}`] };
  const lacking = gaps.map(({ problem }) => problem);
  if (config === undefined || problems.some((one) => !lacking.includes(one))) {
    throw new ConfigError(problems, details);
  }
  if (!none) return withGaps(freeze(config), gaps, details);
  const problem = noConfiguration(file);
  return withGaps(freeze(config), gaps.map(({ fields }) => ({ problem, fields })), details);
}

/** What is missing, not wrong; and what can't be known without it. */
function gapsOf({ value, problems }: Field): Gap[] {
  const given = value as Record<string, unknown>;
  const byApp = (["start", "migrate", "console"] as const).filter((key) => given[key] === undefined);
  const fields: Record<NeededKey, Gap["fields"]> = {
    app: ["app", ...byApp, ...waits(given) ? ["build" as const] : []],
    server: ["servers"],
    build: ["build"],
  };
  return neededKeys.filter((key) => given[key] === undefined).flatMap((key) => {
    const problem = problems.find(({ path }) => path === key);
    return problem === undefined ? [] : [{ problem, fields: fields[key] }];
  });
}

/** A build that is made for an app can't be known without one. */
function waits({ app, build }: Record<string, unknown>): boolean {
  return app === undefined && typeof build === "function";
}

function noConfiguration(file: string): Problem {
  return {
    path: file,
    problem: "it exports no configuration",
    hint: "Write export default defineConfig({ … })",
  };
}

function readConfig(root: Field, { directory, environment }: ResolveOptions): Config | undefined {
  if (!isRecord(root.value)) {
    const hint = 'Write "export default defineConfig({ … })"';
    refuse({ ...root, path: "the default export" }, describe(root.value), hint);
    return undefined;
  }
  misplaced(root);
  const fields = record({ ...root, value: known(root.value) }, configKeys, "a record");
  if (fields === undefined) return undefined;
  const app = text(fields.app, { wanted: 'a text such as "shop"', required: true, check: checkAppName });
  const domains = readDomains(fields.domain, fields.tls);
  const servers = readServers(fields.server, directory);
  const made = waits(root.value) ? { ...fields.build, value: { prebuilt: "." } } : fields.build;
  const { build, defaults } = readBuild(made, directory, { app, domain: domains[0]?.replace(/^\*/, "www") });
  const jail = readJail(fields.jail, defaults.packages);
  const redirects = readRedirects(fields.redirects, domains);
  const volumes = readVolumes(fields.volumes, jail.basePath);
  return {
    app,
    servers,
    domains,
    redirects,
    tls: readTls(fields.tls, fields.domain, [...domains, ...redirects]),
    jail,
    build: fields.migrate.value === undefined ? build : withoutModule(build),
    start: command(fields.start, { fallback: defaults.start || `bin/${app} start` }),
    env: { ...defaults.env, ...readEnv(fields.env, jail.port) },
    secretEnv: readSecretEnv(fields.secretEnv),
    keyCommand: command(fields.keyCommand) || undefined,
    health: readHealth(fields.health, defaults.healthPath || "/"),
    drain: number(fields.drain, { least: 0, most: 86_400, fallback: 30, fraction: true, unit: "seconds" }) *
      1000,
    keep: number(fields.keep, { least: 2, most: 1000, fallback: 5, unit: "releases" }),
    volumes,
    beforeStart: commands(fields.beforeStart),
    migrate: command(fields.migrate, { fallback: defaults.migrate }) || undefined,
    console: command(fields.console, { fallback: defaults.console }) || undefined,
    accessories: readAccessories(fields.accessories, { basePath: jail.basePath, servers, volumes }),
    directory,
    environment,
  };
}

/** A field of `jail` at the top is a frequent slip: it is said where it belongs, not what it resembles. */
function misplaced(root: Field): void {
  for (const key of jailKeys) {
    const field = child(root, key);
    if (field.value !== undefined) refuse(field, "it stands in the wrong place", `Write jail: { ${key}: … }`);
  }
}

function known(value: Record<string, unknown>): Record<string, unknown> {
  const strays: readonly string[] = jailKeys;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !strays.includes(key)));
}

function readJail(field: Field, packages: readonly string[]): Config["jail"] {
  const jail = field.value === undefined ? { ...field, value: {} } : field;
  const fields = record(jail, jailKeys, "a record such as { port: 4000 }");
  const read = (key: typeof jailKeys[number]) => fields?.[key] ?? { ...field, value: undefined };
  const mirror = { wanted: "a URL", fallback: "https://download.freebsd.org/releases", check: checkUrl };
  return {
    basePath: text(read("basePath"), {
      wanted: 'a path such as "/jails"',
      fallback: "/jails",
      check: checkBasePath,
    }),
    freebsd: text(read("freebsd"), { wanted: 'a version such as "14.3-RELEASE"', check: checkFreebsd }) ||
      undefined,
    port: number(read("port"), { least: 1, most: 65535, fallback: 4000 }),
    subnet: text(read("subnet"), {
      wanted: 'a network such as "10.66.0.0/24"',
      fallback: "10.66.0.0/24",
      check: checkSubnet,
    }),
    packages: [...new Set([...packages, ...readPackages(read("packages"))])],
    nameservers: readNameservers(read("nameservers")),
    mirror: text(read("mirror"), mirror).replace(/\/+$/, ""),
  };
}

function checkFreebsd(version: string): Complaint | undefined {
  if (/^\d{2}\.\d+-(RELEASE|RC\d+|BETA\d+)$/.test(version)) return undefined;
  const match = /^(\d{2}\.\d+)(?:-(release|rc\d+|beta\d+))?(-p\d+)?$/i.exec(version);
  if (!match) {
    return { problem: `${shorten(version)} is no version`, hint: 'Give one such as "14.3-RELEASE"' };
  }
  const [, number, kind = "RELEASE", patch] = match;
  const problem = patch ? "names a patch level" : "isn't written in full";
  return {
    problem: `${shorten(version)} ${problem}`,
    hint: `Write "${number}-${kind.toUpperCase()}"${
      patch ? ": jails get it as it was released, without patches" : ""
    }`,
  };
}

function freeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || isSecret(value)) return value;
  Object.values(value).forEach(freeze);
  return Object.freeze(value);
}
