// What the recipes of docs/recipes do with files here. That they work on a server, tests/e2e/recipes_test.ts shows.

// @ts-types="../../../types/std_assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import { toFileUrl } from "@std/path";
import { AlcaideError, UsageError } from "../../../lib/error.ts";
import type { Context, Task } from "../../../lib/task.ts";
import { fakeContext } from "../../fake/context.ts";
import { blocksOf, readPage } from "./pages.ts";

/** What a command read on the server. */
type Restored = [script: string, text: string];

/** Runs tasks of the backup's recipe in a directory of their own, for a server with two volumes. */
async function withBackup(
  use: (run: (name: string, given: Partial<Context>) => Promise<unknown>, given: {
    readonly directory: string;
    readonly restored: Restored[];
  }) => Promise<void>,
): Promise<void> {
  const [code] = blocksOf(await readPage("docs/recipes/backup.md"));
  const directory = await Deno.makeTempDir();
  const restored: Restored[] = [];
  const first = {
    name: "web",
    download: async ({ text }: { text: string }, path: string) => {
      await Deno.writeTextFile(path, text);
      return text.length;
    },
    run: async ({ text }: { text: string }, { stdin }: { stdin: ReadableStream }) => {
      restored.push([text, await new Response(stdin).text()]);
    },
  };
  try {
    await Deno.writeTextFile(`${directory}/recipe.ts`, code?.text ?? "");
    const tasks = await import(toFileUrl(`${directory}/recipe.ts`).href) as Record<string, Task>;
    const ctx = fakeContext({ answer: true });
    const volumes = ["/data/shop", "/data/shop-cache"].map((host) => ({ host, jail: "/x", readonly: false }));
    const all = { ...ctx, directory, config: { ...ctx.config, volumes }, servers: { first } };
    await use(
      async (name, given) => await tasks[name]?.({ ...all, ...given } as unknown as Context),
      { directory, restored },
    );
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function namesIn(directory: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(directory))).map(({ name }) => name).sort();
}

Deno.test("the recipe for backups keeps so many copies of every volume, also where names begin alike", async () => {
  await withBackup(async (run, { directory }) => {
    for (let i = 0; i < 3; i++) await run("backup", { options: { keep: 2 } });
    const texts: string[] = [];
    for (const folder of ["shop", "shop-cache"]) {
      for (const name of await namesIn(`${directory}/backups/data/${folder}`)) {
        texts.push(await Deno.readTextFile(`${directory}/backups/data/${folder}/${name}`));
      }
    }
    const [shop, cache] = ["tar -C /data/shop -czf - .", "tar -C /data/shop-cache -czf - ."];
    assertEquals(texts, [shop, shop, cache, cache]);
  });
});

Deno.test("the recipe for backups brings a copy back to the volume that it is of", async () => {
  await withBackup(async (run, { directory, restored }) => {
    await run("backup", { options: { keep: 2 } });
    const folder = "backups/data/shop-cache";
    const [name] = await namesIn(`${directory}/${folder}`);
    await run("restore", { args: [`${folder}/${name}`] });
    assertEquals(restored, [["tar -C /data/shop-cache -xzpf -", "tar -C /data/shop-cache -czf - ."]]);
    await assertRejects(() => run("restore", { args: ["backups/x.tar.gz"] }), AlcaideError, "Cannot tell");
  });
});

Deno.test("the recipe for backups keeps one copy at least", async () => {
  await withBackup(async (run) => {
    await assertRejects(() => run("backup", { options: { keep: 0 } }), UsageError, "less than one");
  });
});
