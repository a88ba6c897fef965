// Secrets in an Alcaidefile that is read as the program reads it.

import { assertEquals, assertRejects } from "@std/assert";
import { main, type MainOptions } from "../../../lib/cli/main.ts";
import { resolveConfig } from "../../../lib/config/resolve.ts";
import { ConfigError } from "../../../lib/core/error.ts";
import { loadAlcaidefile } from "../../../lib/cli/loader.ts";
import { defineConfig } from "../../../lib/config/define.ts";
import { isSecret, type Secret } from "../../../lib/core/secret.ts";
import { secrets } from "../../../lib/secrets/mod.ts";
import { secretText } from "../../../lib/secrets/reference.ts";
import { withSecrets } from "../../../lib/task/with_secrets.ts";
import { task } from "../../../lib/task/task.ts";
import { memoryUi } from "../../fake/memory_ui.ts";
import { builtInTasks } from "../../../tasks/mod.ts";
import { type Directory, directory, oneText } from "./directory.ts";

const file = `
import { defineConfig, secrets, secretText, task } from "alcaide";

export default defineConfig(async ({ environment }) => ({
  app: "shop",
  server: "root@203.0.113.7",
  build: { prebuilt: "dist" },
  env: {
    ...await secrets().load(),
    WHERE: environment ?? "production",
    URL: secretText\`ecto://\${secrets("DB_PASSWORD")}@db\`,
  },
}));

export const all = task("Say all", async (ctx) => {
  const values = await ctx.secrets.load();
  ctx.ui.result(Object.entries(values).map(([name, value]) => name + "=" + value.reveal()).join(), String(values.DB_PASSWORD));
});
`;

async function project(): Promise<Directory> {
  const dir = await directory();
  await Deno.writeTextFile(`${dir.path}/Alcaidefile.ts`, file);
  await dir.encrypt({ DB_PASSWORD: "hunter2" });
  await dir.encrypt({ DB_PASSWORD: "hunter3", MORE: "x" }, "alcaide.staging.secrets", "staging");
  return dir;
}

async function envOf(dir: Directory, environment?: string): Promise<Record<string, string>> {
  const { config } = await loadAlcaidefile(`${dir.path}/Alcaidefile.ts`, { environment });
  const { env } = resolveConfig(await config(), { directory: dir.path, environment });
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, isSecret(value) ? `${value}` : value]),
  );
}

Deno.test("secrets().load() in an Alcaidefile finds the file of the environment, and asks for no key", async () => {
  await using dir = await project();
  const base = { URL: "[secret]", PORT: "4000", DB_PASSWORD: "[secret]" };
  assertEquals(await envOf(dir), { ...base, WHERE: "production" });
  assertEquals(await envOf(dir, "staging"), { ...base, WHERE: "staging", MORE: "[secret]" });
});

Deno.test("secrets().load() says which file is missing, and how to make it", async () => {
  await using dir = await project();
  const error = await assertRejects(() => envOf(dir, "test"), ConfigError);
  assertEquals(error.problems[0]?.hint, 'Run "alcaide secrets init -e test" to make it');
});

async function run(dir: Directory, ...args: string[]) {
  const ui = memoryUi({ own: true });
  const options: MainOptions = { tasks: builtInTasks, version: "0", cwd: dir.path, ui: () => ui };
  return { code: await main(args, options), ui };
}

Deno.test("your own task gets the values of its environment", async () => {
  await using dir = await project();
  await dir.key(oneText);
  await dir.key(oneText, ".alcaide/staging.key");
  const [plain, staging] = [await run(dir, "all"), await run(dir, "all", "-e", "staging")];
  assertEquals([plain.code, staging.code], [0, 0]);
  assertEquals(plain.ui.events, [{ type: "result", value: "DB_PASSWORD=hunter2" }]);
  assertEquals(staging.ui.events, [{ type: "result", value: "DB_PASSWORD=hunter3,MORE=x" }]);
  assertEquals(staging.ui.results, ["[secret]"]);
});

Deno.test("config shows references as secrets, without a key", async () => {
  await using dir = await project();
  const { code, ui } = await run(dir, "config");
  assertEquals([code, ui.text().includes("hunter2")], [0, false]);
  assertEquals(/"URL":"\[secret\]"/.test(ui.text()), true);
});

Deno.test("a program that runs a task finds the secrets of the directory that it names", async () => {
  await using dir = await project();
  await dir.key(oneText, ".alcaide/staging.key");
  const look = task("Look", async (ctx) => {
    const { config: { env } } = await withSecrets(ctx);
    ctx.ui.result(Object.entries(env).map(([name, value]) => `${name}=${revealed(value)}`), "");
  });
  const config = defineConfig(async ({ environment }) => ({
    app: "shop",
    server: "root@203.0.113.7",
    build: { prebuilt: environment ?? "dist" },
    env: { ...await secrets().load(), URL: secretText`x:${secrets("DB_PASSWORD")}` },
  }));
  const events = await Array.fromAsync(look.events(config, { directory: dir.path, environment: "staging" }));
  assertEquals(events, [{
    type: "result",
    value: ["DB_PASSWORD=hunter3", "MORE=x", "URL=x:hunter3", "PORT=4000"],
  }]);
});

function revealed(value: string | Secret): string {
  return isSecret(value) ? value.reveal() : value;
}

for (const words of ["deploy", "rollback --current-env"]) {
  Deno.test(`${words} needs the key, and says so before it connects`, async () => {
    await using dir = await project();
    const { code, ui } = await run(dir, ...words.split(" "));
    assertEquals(code, 78);
    assertEquals(
      ui.errors[0]?.split("\n")[0],
      "Error: Cannot use the secrets of alcaide.secrets: their key .alcaide/master.key is missing",
    );
  });
}
