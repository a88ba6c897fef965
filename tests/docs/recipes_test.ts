// The recipes of docs/recipes, as far as they run here. That they work on a server, tests/e2e/recipes_test.ts shows.

import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { toFileUrl } from "@std/path";
import { main } from "../../lib/cli/main.ts";
import { AlcaideError, UsageError } from "../../lib/core/error.ts";
import type { Task } from "../../lib/task/task.ts";
import { memoryUi } from "../fake/memory_ui.ts";
import { builtInTasks } from "../../tasks/mod.ts";
import { fakeContext } from "../fake/context.ts";
import { sshTest, startSshd } from "../lib/transport/ssh/sshd.ts";
import { blocksOf, readPage } from "./pages.ts";
import type { Context } from "../../lib/task/context.ts";

/** The input of a command on the server. */
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

Deno.test("the recipe of tasks without a deploy runs, and says what the rest would need", async () => {
  const [code] = blocksOf(await readPage("docs/recipes/tasks.md"));
  const directory = await Deno.makeTempDir();
  const alcaide = async (...args: string[]) => {
    const ui = memoryUi({ answer: true, own: true });
    const status = await main(args, {
      tasks: builtInTasks,
      version: "1",
      cwd: `${directory}/site`,
      ui: () => ui,
    });
    return { status, ui };
  };
  try {
    await Deno.mkdir(`${directory}/site`);
    await Deno.writeTextFile(`${directory}/Alcaidefile.ts`, code?.text ?? "");
    await Deno.writeTextFile(`${directory}/test.sh`, "echo all is well");
    const packed = await alcaide("pack", "-o", "today.tar.gz");
    assertEquals([packed.status, packed.ui.results], [0, ["today.tar.gz is written"]]);
    assertMatch(packed.ui.text(), /all is well/);
    assertEquals(await namesIn(directory), ["Alcaidefile.ts", "site", "test.sh", "today.tar.gz"]);
    assertEquals((await alcaide("clean")).status, 0);
    assertEquals(await namesIn(directory), ["Alcaidefile.ts", "site", "test.sh"]);
    await Deno.writeTextFile(`${directory}/test.sh`, "echo no good; exit 3");
    assertStringIncludes((await alcaide("pack")).ui.errors[0] ?? "", "it ended with status 3");
    for (const task of ["uptime", "deploy", "setup", "status"]) {
      const { status, ui } = await alcaide(task);
      assertEquals(status, 78);
      assertMatch(ui.errors[0] ?? "", /^Error: Cannot use .*Alcaidefile\.ts: it exports no configuration\n/);
    }
    assertMatch(
      (await alcaide("tasks")).ui.results[0] ?? "",
      /\n {2}pack +Pack the site, once its tests are well\n/,
    );
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

sshTest("the recipe of pipes sends a folder to a server, and counts here what the server says", async () => {
  await using server = await startSshd();
  const directory = await Deno.makeTempDir();
  const [code] = blocksOf(await readPage("docs/recipes/pipe.md"));
  const there = `${server.directory}/home/pictures`;
  const recipe = (code?.text ?? "").replace('"root@203.0.113.7"', JSON.stringify(server.target))
    .replace("/data/shop/pictures", there).replace("/var/log/messages", `${server.directory}/home/log`);
  const alcaide = async (...args: string[]) => {
    const ui = memoryUi({ own: true });
    return {
      status: await main(args, { tasks: builtInTasks, version: "1", cwd: directory, ui: () => ui }),
      ui,
    };
  };
  try {
    await Deno.writeTextFile(`${directory}/Alcaidefile.ts`, recipe);
    await Deno.mkdir(`${directory}/my pictures`);
    await Deno.writeFile(`${directory}/my pictures/a b.jpg`, new Uint8Array(1_000_000).fill(7));
    const sent = await alcaide("send", "my pictures");
    assertEquals([sent.status, sent.ui.results], [0, [`1 files are in ${there}`]], sent.ui.text());
    assertEquals((await Deno.stat(`${there}/a b.jpg`)).size, 1_000_000);
    const missing = await alcaide("send", "nothing");
    assertEquals(missing.status, 1);
    assertStringIncludes(missing.ui.text(), "nothing");

    const line = (program: string) => `Nov 29 13:00:00 web ${program} something\n`;
    const log = line("cron[1]:").repeat(40_000) + line("kernel:").repeat(50_000) + line("sshd[2]:");
    await Deno.writeTextFile(`${server.directory}/home/log`, log);
    const { status, ui } = await alcaide("talkers", "2");
    assertEquals([status, ui.results], [0, ["50000 kernel:\n40000 cron[1]:"]], ui.text());
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
