import { assertEquals } from "@std/assert";
import { findAlcaidefile } from "../../../lib/cli/find_file.ts";
import { noAlcaidefile } from "../../../lib/cli/program.ts";
import { loadAlcaidefile } from "../../../lib/cli/loader.ts";
import { complaint, withFiles } from "./alcaidefiles.ts";

Deno.test("findAlcaidefile() finds the nearest one upward", async () => {
  await withFiles({ "Alcaidefile.ts": "", "a/Alcaidefile.js": "", "a/b/c/x": "" }, async (directory) => {
    assertEquals(await findAlcaidefile(directory), `${directory}/Alcaidefile.ts`);
    assertEquals(await findAlcaidefile(`${directory}/a/b/c`), `${directory}/a/Alcaidefile.js`);
  });
});

Deno.test("findAlcaidefile() finds no directory of that name", async () => {
  await withFiles({ "Alcaidefile.ts/x": "" }, async (directory) => {
    assertEquals(await findAlcaidefile(directory), undefined);
  });
});

Deno.test("noAlcaidefile() says where it was looked for", () => {
  assertEquals(noAlcaidefile("/a/b").problems[0], {
    path: "Alcaidefile.ts",
    problem: "there is none in /a/b and the directories above it",
    hint: 'Run "alcaide init" to write one, or name one with -c FILE',
  });
});

Deno.test("loadAlcaidefile() gives the configuration and the functions, nothing else", async () => {
  const text = `import { helper } from "./lib/helper.ts";
    export default { app: helper };
    export async function warm(): Promise<void> {}
    export const cool = async () => {};
    export const number = 3;
    export class Thing {}`;
  await withFiles(
    { "Alcaidefile.ts": text, "lib/helper.ts": "export const helper: string = 'x';" },
    async (directory) => {
      const { path, config, tasks } = await loadAlcaidefile(`${directory}/Alcaidefile.ts`);
      assertEquals([path, await config()], [`${directory}/Alcaidefile.ts`, { app: "x" }]);
      assertEquals(Object.keys(tasks), ["cool", "warm"]);
    },
  );
});

Deno.test("loadAlcaidefile() reads a file whose path has blanks and signs", async () => {
  await withFiles({ "a b#c?/Alcaidefile.ts": "export default 1" }, async (directory) => {
    const file = await loadAlcaidefile(`${directory}/a b#c?/Alcaidefile.ts`);
    assertEquals(await file.config(), 1);
  });
});

Deno.test("loadAlcaidefile() calls a configuration that is a function with the environment", async () => {
  await withFiles(
    { "Alcaidefile.ts": "export default ({ environment }) => environment" },
    async (directory) => {
      const { config } = await loadAlcaidefile(`${directory}/Alcaidefile.ts`, { environment: "staging" });
      assertEquals(await config(), "staging");
    },
  );
});

Deno.test("loadAlcaidefile() waits for a configuration that comes later", async () => {
  await withFiles({ "Alcaidefile.ts": "export default async () => await 7" }, async (directory) => {
    const file = await loadAlcaidefile(`${directory}/Alcaidefile.ts`);
    assertEquals(await file.config(), 7);
  });
});

Deno.test("loadAlcaidefile() refuses an environment that changes nothing", async () => {
  await withFiles({ "Alcaidefile.ts": "export default {}" }, async (directory) => {
    assertEquals(await complaint(directory, "staging"), {
      place: 'the environment "staging"',
      problem: "the configuration in /Alcaidefile.ts doesn't depend on it",
      hint: "Write export default defineConfig(({ environment }) => ({ … })), or leave out -e",
      details: [],
    });
  });
});

Deno.test("loadAlcaidefile() says that there is no such file", async () => {
  await withFiles({}, async (directory) => {
    const { place, problem, hint } = await complaint(directory);
    assertEquals([place, problem, hint], [
      "/Alcaidefile.ts",
      "there is no such file",
      "Name one with -c FILE",
    ]);
  });
});

Deno.test("loadAlcaidefile() reads a file of tasks alone, also for an environment", async () => {
  await withFiles({ "Alcaidefile.ts": "export const x = () => 1;" }, async (directory) => {
    const file = await loadAlcaidefile(`${directory}/Alcaidefile.ts`, { environment: "staging" });
    assertEquals([await file.config(), Object.keys(file.tasks)], [undefined, ["x"]]);
  });
});

Deno.test("loadAlcaidefile() says that the function of a configuration returns nothing", async () => {
  await withFiles({ "Alcaidefile.ts": "export default () => { ({ app: 'shop' }); };" }, async (directory) => {
    assertEquals(await complaint(directory), {
      place: "/Alcaidefile.ts",
      problem: "its default export is a function that returns nothing",
      hint: "Write export default defineConfig(({ environment }) => ({ … }))",
      details: [],
    });
  });
});

Deno.test("loadAlcaidefile() reads a file that exports then, and doesn't call it", async () => {
  const text = "export default 1; export const then = () => { throw new Error('called'); };";
  await withFiles({ "Alcaidefile.ts": text }, async (directory) => {
    const file = await loadAlcaidefile(`${directory}/Alcaidefile.ts`);
    assertEquals([await file.config(), Object.keys(file.tasks)], [1, ["then"]]);
  });
});
