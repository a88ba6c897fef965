/** Configurations, as values and as the text of an Alcaidefile. */

import { assert, assertEquals } from "@std/assert";
import { loadAlcaidefile } from "../../../lib/cli/loader.ts";
import { configuration as declared } from "../../../lib/config/config.ts";
import { resolveConfig } from "../../../lib/config/resolve.ts";
import { showConfig } from "../../../lib/config/show.ts";
import type { Config } from "../../../lib/config/field/types.ts";
import { isSecret, secret } from "../../../lib/core/secret.ts";
import { planDeploy } from "../../../lib/deploy/plan/deploy.ts";
import { planText } from "../../../lib/deploy/plan/show.ts";
import * as library from "../../../mod.ts";
import * as internal from "../../../internal.ts";
import { standaloneImport } from "../../../lib/standalone/mod.ts";
import { deployed, silentServer } from "../../fake/facts.ts";
import { planInputs } from "../../fake/plan.ts";
import { bytesOf, changedValue, damaged } from "../mutate.ts";
import { type Random, subject, tried } from "../subject.ts";

/** A call in an Alcaidefile, as plain data: `{ $: "redis", … }`. */
const rich = {
  app: "shop",
  server: [{
    host: "203.0.113.7",
    user: "deploy",
    port: 2222,
    key: "~/.ssh/id",
    become: "doas",
    jump: "me@gate:22",
  }],
  domain: ["shop.example.com", "shop.example.net"],
  redirects: ["www.shop.example.com"],
  tls: { email: "admin@example.com", ca: "https://acme.example.com/directory" },
  jail: {
    ...{
      basePath: "/jails",
      freebsd: "14.3-RELEASE",
      port: 4000,
      subnet: "10.66.0.0/24",
      packages: ["openssl"],
    },
    ...{ nameservers: ["9.9.9.9"], mirror: "https://download.freebsd.org/releases" },
  },
  build: {
    jail: { packages: ["go"], commands: ["go build"], result: "dist", env: { A: "b" } },
    defaults: { start: "./shop" },
  },
  start: "bin/shop start",
  migrate: "bin/shop migrate",
  beforeStart: ["bin/shop check"],
  console: "bin/shop remote",
  env: { PHX_HOST: "shop.example.com", COUNT: 3, KEY: { $: "secret", text: "hunter2" } },
  secretEnv: ["SECRET_KEY_BASE"],
  keyCommand: "op read op://shop/key",
  health: { path: "/health", status: [200, 299], timeout: 60, interval: 1 },
  drain: { requests: 30, sockets: 300 },
  guard: { for: 60, maxErrors: "1%" },
  stopTimeout: 30,
  limits: { memory: "512M", cpu: 150, processes: 200 },
  keep: 5,
  volumes: ["/var/db/shop:/app/uploads"],
  accessories: {
    db: {
      $: "postgresql",
      version: "16",
      volume: "/data/pg",
      password: { $: "secret", text: "x" },
      settings: { a: "1" },
    },
    cache: { $: "redis", memory: "256mb", volume: "/data/redis", password: { $: "secret", text: "y" } },
    search: {
      $: "service",
      packages: ["m"],
      ports: [7700],
      start: "m",
      env: { A: "b" },
      files: { "/etc/m": "t" },
      uid: 70,
    },
  },
};

const least = { app: "shop", server: "root@203.0.113.7", build: { prebuilt: "dist" } };
const odd = ["root@h", "[::1]:22", "https://a", "*.a", "10.0.0.0/31", "/a:/b", { $: "secret", text: "s" }, {
  prebuilt: "dist",
}];

function make(random: Random): unknown {
  let value: unknown = random() < 0.7 ? rich : least;
  for (let left = 1 + Math.floor(random() * 3); left > 0; left--) value = changedValue(value, random, odd);
  return value;
}

/** Makes the calls that stand as plain data. */
function called(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(called);
  const { $: name, ...rest } = value as Record<string, unknown>;
  const inner = Object.fromEntries(
    Object.entries(name === undefined ? value : rest).map(([k, v]) => [k, called(v)]),
  );
  if (name === "secret") return secret(typeof inner["text"] === "string" ? inner["text"] : "s");
  const makers: Readonly<Record<string, unknown>> = {
    postgresql: library.postgresql,
    redis: library.redis,
    service: library.service,
  };
  const maker = makers[`${name}`];
  return typeof maker === "function" && Object.hasOwn(makers, `${name}`) ? maker(inner) : inner;
}

const isText = (value: unknown) => typeof value === "string";
const isValue = (value: unknown) => isText(value) || isSecret(value);
const texts = (all: readonly unknown[]) => Array.isArray(all) && all.every(isText);
const number = (value: unknown, least: number, most: number) =>
  typeof value === "number" && Number.isFinite(value) && value >= least && value <= most;

/** The types of the resolved fields, looked at once more. */
const types: { readonly [Name in keyof Config]: (value: Config[Name], config: Config) => boolean } = {
  app: (app) => /^[a-z][a-z0-9_]*$/.test(app),
  servers: (all) =>
    all.length > 0 &&
    all.every((one) =>
      isText(one.host) && one.host !== "" && isText(one.name) &&
      (one.port === undefined || number(one.port, 1, 65535))
    ),
  domains: texts,
  redirects: texts,
  tls: (tls) =>
    ["off", "internal", "acme", "own"].includes(tls.kind) && (tls.kind !== "own" || isSecret(tls.key)),
  processes: (all) => all.every(({ name, start }) => isText(name) && isText(start) && start !== ""),
  schedule: (all) => Object.values(all).every((one) => typeof one === "object"),
  paths: (all) => all.every((path) => /^\/[\w.~/*-]*$/.test(path)),
  stripPrefix: (strip) => typeof strip === "boolean",
  proxy: ({ basicAuth, allow, headers, trustedProxies }) =>
    Object.values(basicAuth).every(isSecret) && texts(allow) && texts(trustedProxies) &&
    Object.values(headers).every((value) => value === false || isText(value)),
  image: ({ packages, commands }) => texts(packages) && texts(commands),
  jail: ({ basePath, freebsd, port, subnet, packages, nameservers, mirror }) =>
    basePath.startsWith("/") && (freebsd === undefined || /^\d+\.\d+-/.test(freebsd)) &&
    number(port, 1, 65535) &&
    /^[\d.]+\/\d+$/.test(subnet) && texts(packages) && (nameservers === undefined || texts(nameservers)) &&
    URL.canParse(mirror),
  build: (build) =>
    build.kind === "jail"
      ? texts(build.packages) && texts(build.commands) && Object.values(build.env).every(isValue) &&
        isText(build.result)
      : build.path.startsWith("/"),
  start: (start) => isText(start) && start.trim() !== "",
  env: (env) =>
    Object.values(env).every(isValue) && Object.keys(env).every((name) => /^[A-Za-z_]\w*$/.test(name)),
  secretEnv: (names) => names === undefined || texts(names),
  keyCommand: (command) => command === undefined || isText(command),
  health: ({ path, status: [from, to], timeout, interval }) =>
    path.startsWith("/") && number(from, 100, to) && number(to, from, 599) && number(timeout, 1, 1e9) &&
    number(interval, 1, 1e9),
  drain: ({ requests, sockets }) => number(requests, 0, 1e9) && number(sockets, 0, 1e9),
  guard: (guard) => guard === undefined || (number(guard.for, 1, 1e9) && number(guard.maxErrors, 0, 1)),
  notify: (notify) => notify === undefined || texts(notify.on),
  stopTimeout: (seconds) => number(seconds, 1, 900),
  limits: (limits) => Object.values(limits).every((limit) => limit === undefined || number(limit, 1, 1e15)),
  keep: ({ releases, history }) => number(releases, 2, 1000) && number(history, 10, 10_000),
  assets: (assets) => assets === undefined || (assets.path.startsWith("/") && !assets.from.startsWith("/")),
  volumes: (all) => all.every(({ host, jail }) => host.startsWith("/") && jail.startsWith("/")),
  beforeStart: texts,
  migrate: (command) => command === undefined || isText(command),
  console: (command) => command === undefined || isText(command),
  accessories: (all) =>
    Object.entries(all).every(([name, one]) =>
      one.name === name && one.ports.every((port) => number(port, 1, 65535)) &&
      Object.values(one.env).every(isValue) &&
      one.volumes.every(({ host, jail }) => host.startsWith("/") && jail.startsWith("/")) &&
      texts(one.packages) &&
      number(one.timeout, 1, 1e9)
    ),
  directory: (directory) => directory === "/home/me/shop",
  environment: (environment) => environment === undefined,
};

function checkTypes(config: Config): void {
  for (const [name, holds] of Object.entries(types)) {
    const value = config[name as keyof Config];
    assert(
      (holds as (value: unknown, config: Config) => boolean)(value, config),
      `${name} is ${Deno.inspect(value)}`,
    );
  }
  assertEquals(
    Object.keys(types).length >= Object.keys(declared.fields).length,
    true,
    "a field is not looked at",
  );
}

const server = silentServer();

export const configuration = subject(10_000, make, async (plain) => {
  const resolved = await tried(() => resolveConfig(called(plain), { directory: "/home/me/shop" }));
  if (resolved === undefined) return "refused";
  const config = resolved.value;
  checkTypes(config);
  const shown = showConfig(config);
  assert(!`${shown.text}${JSON.stringify(shown.value)}`.includes("hunter2"), "A secret was shown");
  const source = config.build.kind === "jail"
    ? { source: { tree: "t", keys: new Map([[server, "0011223344556677"]]) } as never }
    : {};
  await tried(() =>
    planText(
      planDeploy(config, new Map([[server, deployed("7-1a2b3c4", "blue")]]), { ...planInputs, ...source }),
    )
  );
  return "accepted";
});

const text = `import { defineConfig, postgresql, secret, sh, task } from "alcaide";

interface Place { readonly name: string }
const where: Place = { name: "203.0.113.7" };
export default defineConfig(({ environment }) => ({
  app: "shop",
  server: \`root@\${where.name}\`,
  domain: environment === "staging" ? "staging.example.com" : "shop.example.com",
  build: { prebuilt: "dist" },
  env: { KEY: secret("hunter2"), A: "it's \\"b\\"" },
  accessories: { db: postgresql({ version: "16", volume: "/data/pg", password: secret("x") }) },
} as const));
export const size = task("Space", async (ctx): Promise<void> => {
  ctx.ui.info(await ctx.local.read(sh\`echo \${1}\`));
});
`;

const importModule = standaloneImport(() =>
  Promise.resolve({ alcaide: library, "alcaide/internal": internal } as never)
);

export const alcaidefile = subject(300, (random: Random) => damaged(text, random), async (written) => {
  const directory = await Deno.makeTempDir();
  try {
    const path = `${directory}/Alcaidefile.ts`;
    await Deno.writeFile(path, bytesOf(written));
    const config = await tried(async () => await (await loadAlcaidefile(path, { importModule })).config());
    if (config === undefined) return "refused";
    return await tried(() => resolveConfig(config.value, { directory })) === undefined
      ? "refused"
      : "accepted";
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
