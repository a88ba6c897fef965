// How a binary reads an Alcaidefile. The same code runs here, where nothing is compiled.

import { assert, assertEquals, assertRejects } from "@std/assert";
import * as internal from "../../../internal.ts";
import { sourceImporter } from "../../../lib/standalone/import.ts";
import * as library from "../../../mod.ts";
import { type Namespace, urlOf, withFiles } from "./importing.ts";

Deno.test("sourceImporter() takes types away, also where they leave code behind", async () => {
  const text = `
    import type { Nothing } from "./gone.ts";
    import { Command, sh } from "alcaide"; // Command is a type: its import must go
    enum Size { Small = "s", Big = "b" }
    namespace Space { export const one = 1; }
    class Point { constructor(readonly x: number) {} }
    const command: Command = sh\`echo \${"a b"}\`;
    abstract class Shape<T> { declare area: T; name?: string; }
    export default [Size.Big, Space.one, new Point(3).x, command.text, <string> "cast", Object.keys(new (class extends Shape<1> {})())];
    export type { Nothing };
  `;
  await withFiles({ "a.ts": text }, async (_, load) => {
    assertEquals((await load("a.ts"))["default"], ["b", 1, 3, "echo 'a b'", "cast", ["name"]]);
  });
});

Deno.test("sourceImporter() gives the library that is there, not a second one", async () => {
  await withFiles(
    { "a.ts": `export * from "alcaide"; export const later = () => import("alcaide");` },
    async (_, load) => {
      const { later, ...found } = await load("a.ts");
      assertEquals(Object.keys(found).sort(), Object.keys(library).sort());
      assert(found["AlcaideError"] === library.AlcaideError);
      assert((await (later as () => Promise<Namespace>)())["sh"] === library.sh);
    },
  );
});

Deno.test("sourceImporter() gives alcaide/internal, too", async () => {
  const text = `import { type Servers, isSecret } from "alcaide/internal"; import { secret } from "alcaide";
    export default [isSecret(secret("a")), isSecret]; export const later = () => import("alcaide/internal");`;
  await withFiles({ "a.ts": text }, async (_, load) => {
    const found = await load("a.ts");
    assertEquals(found["default"], [true, internal.isSecret]);
    assertEquals(await (found["later"] as () => Promise<Namespace>)(), { ...internal });
  });
});

Deno.test("sourceImporter() follows imports: circular, twice, up, JavaScript, JSON", async () => {
  const files = {
    "a.ts":
      `import { b, count } from "./lib/b.ts"; import c from "./c.js"; import d from "./d.mjs"; import data from "./data.json" with { type: "json" };
      export const name: string = "a"; export default [b(), c, d, data.x, count];`,
    "lib/b.ts":
      `import { name } from "../a.ts"; import { once } from "../once.ts"; export const b = (): string => name + "b"; export const count = once;`,
    "c.js": `import { once } from "./once.ts"; export default once;`,
    "d.mjs": `export { once as default } from "./once.ts";`,
    "once.ts":
      `const all = globalThis as { times?: number }; all.times = (all.times ?? 0) + 1; export const once: number = all.times;`,
    "data.json": `{ "x": "json" }`,
  };
  await withFiles(files, async (_, load) => {
    assertEquals((await load("a.ts"))["default"], ["ab", 1, 1, "json", 1]);
  });
});

Deno.test("sourceImporter() shows a module its own place", async () => {
  const text = `#!/usr/bin/env -S alcaide -c
    export default [import.meta.url, import.meta.filename, import.meta.dirname, import.meta.main, import.meta.resolve("./x y.txt")];`;
  await withFiles({ "a.ts": text }, async (directory, load) => {
    assertEquals((await load("a.ts"))["default"], [
      urlOf(`${directory}/a.ts`),
      `${directory}/a.ts`,
      directory,
      false,
      urlOf(`${directory}/x y.txt`),
    ]);
  });
});

Deno.test("sourceImporter() imports what a module asks for later", async () => {
  const files = {
    "a.ts":
      `export const get = (name: string) => import(name); export const b = async () => (await import("./b.ts")).default;
      export const json = async () => (await import("./d.json", { with: { type: "json" } })).default; export const here = 1;`,
    "b.ts": `import { here } from "./a.ts"; const text: string = "b"; export default text + here;`,
    "d.json": "[7]",
  };
  await withFiles(files, async (_, load) => {
    const module = await load("a.ts") as Record<string, (name?: string) => Promise<Namespace>>;
    assertEquals(await module["b"]?.(), "b1" as unknown as Namespace);
    assertEquals(await module["json"]?.(), [7] as unknown as Namespace);
    assertEquals((await module["get"]?.("./b.ts"))?.["default"], "b1");
    assertEquals(typeof (await module["get"]?.("node:path"))?.["join"], "function");
    await assertRejects(async () => await module["get"]?.("npm:lodash"), Error, `can't import "npm:lodash"`);
    await assertRejects(async () => await module["get"]?.("./no.ts"), TypeError, "Module not found");
  });
});

Deno.test("sourceImporter() has removed its files before the first module is evaluated", async () => {
  const look =
    "export const left = [...Deno.readDirSync(Deno.readTextFileSync(import.meta.dirname + '/place'))];";
  const files = {
    "a.ts": `import { left } from "./b.ts"; export default left;`,
    "b.ts": `import "./a.ts"; ${look}`,
  };
  await withFiles(files, async (directory, load, temporary) => {
    await Deno.writeTextFile(`${directory}/place`, temporary);
    assertEquals((await load("a.ts"))["default"], []);
  });
});

Deno.test("sourceImporter() reads a module again that could not be read before", async () => {
  await withFiles(
    { "a.ts": `import { b } from "./b.ts"; export default b;`, "b.ts": "" },
    async (directory, load) => {
      await assertRejects(() => load("a.ts"), SyntaxError, "does not provide an export named 'b'");
      await Deno.writeTextFile(`${directory}/b.ts`, "export const b: number = 5;");
      assertEquals((await load("a.ts"))["default"], 5);
    },
  );
});

Deno.test("sourceImporter() writes modules, whatever a package.json above says", async () => {
  const files = { "a.ts": `import { sh } from "alcaide"; export default [typeof sh, import.meta.main];` };
  await withFiles(files, async (_, load, temporary) => {
    await Deno.writeTextFile(`${temporary}/package.json`, '{ "type": "commonjs" }');
    assertEquals((await load("a.ts"))["default"], ["function", false]);
    await Deno.remove(`${temporary}/package.json`);
  });
});

Deno.test("sourceImporter() waits at the top level, and leaves alone what only looks like an import", async () => {
  const text = `
    const text: string = \`
IMPORT { x } from "npm:never";
\`; // IMPORT y from "npm:never"
    const pattern = /IMPORT z from "npm:never"/;
    export default [await Promise.resolve(text.length), pattern.source.length];`;
  await withFiles({ "a.ts": text.replaceAll("IMPORT", "import") }, async (_, load) => {
    assertEquals((await load("a.ts"))["default"], [32, 25]);
  });
});

Deno.test("sourceImporter() keeps positions in stacks, behind imports and types too", async () => {
  const text = `import { sh } from "alcaide"; import { y } from "./y.js"; const a: number = 1; enum E { A }
export const boom = (a: string): never => { throw new Error(a + E.A + y); };
export const both = () => { const b = a as unknown as { c: { d: number } }; return b.c.d + sh.length; };`;
  const files = { "x.ts": text, "y.js": `export const y = 1; export function z() { null.x; }\n` };
  await withFiles(files, async (directory, load) => {
    const module = await load("x.ts") as Record<string, (text?: string) => void>;
    const { z } = await load("y.js") as Record<string, () => void>;
    const place = (run: () => void) => {
      try {
        run();
      } catch (error) {
        return (error as Error).stack?.replaceAll(`file://${directory}`, "").match(/\((\/.*?)\)$/m)?.[1];
      }
    };
    assertEquals(place(() => module["boom"]?.("x")), "/x.ts:2:51");
    assertEquals(place(() => module["both"]?.()), "/x.ts:3:88");
    assertEquals(place(() => z?.()), "/y.js:1:48");
  });
});

Deno.test("sourceImporter() says when all is written and nothing is evaluated yet", async () => {
  const note = (what: string) => `(globalThis as { seen?: string[] }).seen?.push("${what}");`;
  const seen: string[] = [];
  Object.defineProperty(globalThis, "seen", { value: seen, configurable: true });
  await withFiles(
    { "a.ts": `import "./b.ts"; ${note("a")} export default 1;`, "b.ts": note("b") },
    async (directory) => {
      const url = urlOf(`${directory}/a.ts`);
      assertEquals(
        (await sourceImporter({ alcaide: library })(url, () => seen.push("begun"))).exports["default"],
        1,
      );
    },
  );
  assertEquals(seen, ["begun", "b", "a"]);
});
