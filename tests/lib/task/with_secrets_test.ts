// References in a configuration get their values, and the encrypted file's values become variables.

import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { postgresql } from "../../../lib/presets/postgresql.ts";
import { service } from "../../../lib/presets/service.ts";
import type { Config, UserConfig } from "../../../lib/config/field/types.ts";
import { ConfigError } from "../../../lib/core/error.ts";
import { isSecret, type Secret, secret } from "../../../lib/core/secret.ts";
import { secrets } from "../../../lib/secrets/mod.ts";
import { secretText, secretUrl } from "../../../lib/secrets/reference.ts";
import type { Secrets } from "../../../lib/secrets/store.ts";
import { withSecrets } from "../../../lib/task/with_secrets.ts";
import { type FakeContext, fakeContext } from "../../fake/context.ts";
import { cert, key } from "../config/base.ts";
import { directory, oneText } from "../secrets/directory.ts";

/** A store of values; without them, of no file. It counts how often it is opened. */
function storeOf(values?: Record<string, string>): Secrets & { opened: number } {
  const store = {
    opened: 0,
    exists: () => Promise.resolve(values !== undefined),
    names: () => Promise.resolve(Object.keys(values ?? {})),
    load: (): Promise<Record<string, Secret>> => {
      store.opened++;
      const entries = Object.entries(values ?? {}).map(([name, text]) => [name, secret(text)]);
      return Promise.resolve(Object.fromEntries(entries));
    },
  };
  return store;
}

function contextOf(config: Partial<UserConfig>, values?: Record<string, string>): FakeContext {
  return fakeContext({ config, secrets: storeOf(values) });
}

function revealed(env: Config["env"]): Record<string, string> {
  const entries = Object.entries(env).map((
    [name, value],
  ) => [name, isSecret(value) ? value.reveal() : value]);
  return Object.fromEntries(entries);
}

async function problemsOf(ctx: FakeContext): Promise<unknown> {
  const error = await assertRejects(() => withSecrets(ctx), ConfigError);
  return error.problems.map(({ path, problem, hint }) => [path, problem, hint]);
}

Deno.test("withSecrets() does nothing without a file and without a reference", async () => {
  const ctx = contextOf({ env: { A: "x", B: secret("y") } });
  assertStrictEquals(await withSecrets(ctx), ctx);
  assertEquals((ctx.secrets as unknown as { opened: number }).opened, 0);
});

const database = {
  accessories: { db: postgresql({ version: "16", volume: "/data/pg", password: secrets("DB_PASSWORD") }) },
};

Deno.test("withSecrets() gives an accessory its password, and keeps its functions", async () => {
  const { config } = await withSecrets(contextOf(database, { DB_PASSWORD: "hunter2" }), ["accessories"]);
  const { options, apply } = config.accessories["db"] ?? {};
  assertEquals((options?.["password"] as Secret).reveal(), "hunter2");
  assertEquals(typeof apply, "function");
});

Deno.test("withSecrets() says which accessory lacks its password, or has an empty one", async () => {
  const path = "accessories.db.password";
  assertEquals(await problemsOf(contextOf(database, {})), [
    [path, 'alcaide.secrets holds no secret "DB_PASSWORD"', 'Run "alcaide secrets set DB_PASSWORD"'],
  ]);
  assertEquals(await problemsOf(contextOf(database, { DB_PASSWORD: "" })), [
    [path, "its secret is empty", "Set it to a password"],
  ]);
});

Deno.test("withSecrets() puts the file's values over those in clear", async () => {
  const { config } = await withSecrets(contextOf({ env: { A: "clear", C: "x" } }, { A: "secret", B: "two" }));
  assertEquals(revealed(config.env), { A: "secret", C: "x", PORT: "4000", B: "two" });
  assertEquals([`${config.env["A"]}`, JSON.stringify(config.env["B"])], ["[secret]", '"[secret]"']);
});

Deno.test("withSecrets() leaves out names that no variable can have", async () => {
  const { config } = await withSecrets(contextOf({}, { "tls.key": "x", A: "y" }));
  assertEquals(revealed(config.env), { PORT: "4000", A: "y" });
});

Deno.test("withSecrets() takes only what secretEnv names", async () => {
  const { config } = await withSecrets(contextOf({ secretEnv: ["A"] }, { A: "x", B: "y" }));
  assertEquals(revealed(config.env), { PORT: "4000", A: "x" });
});

Deno.test("withSecrets() asks for no key when secretEnv is empty and nothing refers to a secret", async () => {
  const ctx = contextOf({ secretEnv: [] }, { A: "x" });
  assertStrictEquals(await withSecrets(ctx), ctx);
});

Deno.test("withSecrets() gives references their values, at every place", async () => {
  const config = {
    env: { URL: secretText`ecto://${secrets("A")}@db`, KEY: secrets("B") },
    domain: "shop.org",
    tls: { cert, key: secrets("tls.key") },
    secretEnv: [],
  };
  const ctx = await withSecrets(contextOf(config, { A: "x", B: "y\n", "tls.key": key }));
  assertEquals(revealed(ctx.config.env), { URL: "ecto://x@db", KEY: "y\n", PORT: "4000" });
  assertEquals(ctx.config.tls.kind === "own" && ctx.config.tls.key.reveal(), key);
});

Deno.test("withSecrets() looks only at the fields that it is told", async () => {
  const ctx = contextOf({ env: { A: secrets("NOWHERE") } }, { B: "x" });
  assertStrictEquals(await withSecrets(ctx, ["tls"]), ctx);
});

Deno.test("withSecrets() says each name that isn't there, where, and what may be meant", async () => {
  const config = {
    env: { DATABASE_URL: secretText`x${secrets("DB_PASWORD")}`, OTHER: secrets("SOMETHING_ELSE") },
    secretEnv: ["DB_PASSWORDS"],
  };
  assertEquals(await problemsOf(contextOf(config, { DB_PASSWORD: "x" })), [
    [
      "env.DATABASE_URL",
      'alcaide.secrets holds no secret "DB_PASWORD"',
      'Did you mean "DB_PASSWORD"?',
    ],
    [
      "env.OTHER",
      'alcaide.secrets holds no secret "SOMETHING_ELSE"',
      'Run "alcaide secrets set SOMETHING_ELSE"',
    ],
    ["secretEnv[0]", 'alcaide.secrets holds no secret "DB_PASSWORDS"', 'Did you mean "DB_PASSWORD"?'],
  ]);
});

Deno.test("withSecrets() refuses more than a program can be given, before anything is changed", async () => {
  const ctx = contextOf({ env: { A: secrets("BLOB"), B: "x".repeat(1000) } }, { BLOB: "y".repeat(60_001) });
  assertEquals(await problemsOf(ctx), [[
    "env",
    "its variables hold 122 kB together, BLOB 61 kB of it: a program gets at most 120 kB",
    "Put long texts into files that the app reads",
  ]]);
});

Deno.test("withSecrets() warns once of each URL in which a secret stands as it is", async () => {
  const hint = "Write secretUrl`…` in place of secretText`…`: it encodes the secret";
  const said = (path: string) => [
    `${path}: a secret stands in a URL as it is, where @ / # % : mean something else`,
    hint,
  ];
  const url = secretText`ecto://shop:${secrets("DB")}@db/shop`;
  const worker = service({ start: "work", env: { QUEUE: secretText`redis://:${secret("100%")}@cache` } });
  const ctx = contextOf({ env: { DATABASE_URL: url }, accessories: { worker } }, { DB: "hunter2" });
  await withSecrets(ctx);
  assertEquals(warnings(ctx), [said("env.DATABASE_URL"), said("accessories.worker.env.QUEUE")]);
  // Where no file is read.
  const known = contextOf({ env: { URL: secretText`redis://:${secret("x")}@cache` } });
  await withSecrets(known);
  assertEquals(warnings(known), [said("env.URL")]);
  const encoded = contextOf({ env: { URL: secretUrl`ecto://shop:${secrets("DB")}@db` } }, {
    DB: "p@ss/word",
  });
  assertEquals(revealed((await withSecrets(encoded)).config.env)["URL"], "ecto://shop:p%40ss%2Fword@db");
  assertEquals(warnings(encoded), []);
});

function warnings({ ui }: FakeContext): unknown[] {
  return ui.events.flatMap((event) => event.type === "warning" ? [[event.text, event.hint]] : []);
}

Deno.test("withSecrets() refuses a secret PORT", async () => {
  assertEquals(await problemsOf(contextOf({}, { PORT: "80" })), [
    ["env.PORT", "alcaide.secrets holds it", 'Run "alcaide secrets unset PORT": it is set from jail.port'],
  ]);
});

Deno.test("withSecrets() checks a certificate's form as soon as it is known", async () => {
  const config = { domain: "shop.org", tls: { cert: secrets("c"), key: secrets("k") } };
  assertEquals(await problemsOf(contextOf(config, { c: key, k: "hunter2" })), [
    ["tls.cert", "it holds a private key", "Put the key into tls.key, and only there"],
    [
      "tls.key",
      "it is not a private key in PEM",
      "Give the text of the file as a secret, and keep the file out of the repository",
    ],
  ]);
});

Deno.test("withSecrets() opens other files where references name them", async () => {
  await using dir = await directory();
  await dir.encrypt({ TOKEN: "shared" }, "shared.secrets");
  await dir.key(oneText, "shared.key");
  const from = { file: `${dir.path}/shared.secrets`, key: `${dir.path}/shared.key` };
  const loaded = await secrets(from).load();
  const { config } = await withSecrets(contextOf({ env: { ...loaded } }));
  assertEquals(revealed(config.env), { TOKEN: "shared", PORT: "4000" });
});

Deno.test("withSecrets() resolves and names a server's variables", async () => {
  const server = [{ host: "a" }, { host: "b", env: { KEY: secrets("B_KEY") } }];
  const { config } = await withSecrets(contextOf({ server, secretEnv: [] }, { B_KEY: "hunter2" }));
  assertEquals(revealed(config.servers[1]?.env ?? {}), { KEY: "hunter2" });
  assertEquals(await problemsOf(contextOf({ server, secretEnv: [] }, { OTHER: "x" })), [
    ["server[1].env.KEY", 'alcaide.secrets holds no secret "B_KEY"', 'Run "alcaide secrets set B_KEY"'],
  ]);
});
