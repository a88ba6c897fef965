// Alcaidefile.ts.example, the types and resolveConfig() know the same fields, and the example is right as it stands.

import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { toFileUrl } from "@std/path";
import { resolveConfig } from "../../lib/config/resolve.ts";
import { ConfigError } from "../../lib/core/error.ts";
import { type Example, readExample } from "../../scripts/example.ts";
import { readFields } from "../../scripts/reference.ts";
import { repository } from "./pages.ts";

const place = { directory: "/home/me/shop" };
const minimum = { app: "shop", server: "root@203.0.113.7", build: { prebuilt: "dist" } };
/** Resembles no field, so that the answer lists all that there are. */
const stray = "nothing_that_was_ever_thought_of";

async function theExample(): Promise<Example> {
  return readExample(await Deno.readTextFile(`${repository}Alcaidefile.ts.example`));
}

function sorted(names: Iterable<string>): string[] {
  return [...new Set(names)].sort();
}

/** The fields that resolveConfig() accepts in a record, or at the top: it lists them beside one that it doesn't. */
function accepted(record: string | undefined): string[] {
  const value = record === undefined ? { ...minimum, [stray]: 1 } : { ...minimum, [record]: { [stray]: 1 } };
  const error = assertThrows(() => resolveConfig(value, place), ConfigError);
  assertInstanceOf(error, ConfigError);
  const path = record === undefined ? stray : `${record}.${stray}`;
  const hint = error.problems.find((problem) => problem.path === path)?.hint ?? "";
  const names = hint.replace(/^Known: /, "").split(/, | and /);
  return names.map((name) => record === undefined ? name : `${record}.${name}`);
}

/** Below these are names of the user's, and lists of records. */
const named = /^(env|accessories|processes|schedule|domain)\./;

function outsideNamed(fields: readonly { readonly path: string }[]): string[] {
  return sorted(fields.map(({ path }) => path).filter((path) => !named.test(path)));
}

Deno.test("the example shows every field of UserConfig, and no other", async () => {
  const { fields } = await theExample();
  assertEquals(outsideNamed(fields), outsideNamed(readFields()));
  for (const { path } of readFields().filter(({ path }) => /^(processes|schedule)\..*\./.test(path))) {
    const [record = "", , key] = path.split(".");
    const own = fields.filter((one) => one.path.startsWith(`${record}.`));
    assert(own.some(({ value }) => value.includes(`${key}: `)), path);
  }
  assert(fields.some(({ path, value }) => path === "domain" && value.includes("{ ask: ")));
});

Deno.test("resolveConfig() accepts every field of UserConfig, and no other", () => {
  const typed = outsideNamed(readFields());
  const records = sorted(typed.filter((path) => path.includes(".")).map((path) => path.split(".")[0] ?? ""));
  assertEquals(sorted([undefined, ...records].flatMap(accepted)), sorted(typed));
});

Deno.test("every field of the example has its meaning beside it", async () => {
  const { fields } = await theExample();
  assertEquals(fields.filter((field) => field.meaning === "").map((field) => field.path), []);
});

Deno.test("the example type-checks, and each of its fields makes a good configuration", async () => {
  const { variants, program } = await theExample();
  const directory = await Deno.makeTempDir({ prefix: "alcaide-example-" });
  try {
    const files = variants.map((_, index) => `${directory}/variant_${index}.ts`);
    await Promise.all(files.map((file, index) => Deno.writeTextFile(file, variants[index]?.text ?? "")));
    await Deno.writeTextFile(`${directory}/program.ts`, program);
    await typeCheck([...files, `${directory}/program.ts`]);
    for (const file of files) {
      const { default: config } = await import(toFileUrl(file).href);
      assertEquals(resolveConfig(config, place).app, "shop");
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

async function typeCheck(files: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", "--no-lock", "--config", `${repository}deno.json`, ...files],
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(success ? "" : new TextDecoder().decode(stderr), "");
}
