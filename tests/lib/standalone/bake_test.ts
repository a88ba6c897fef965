import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { AlcaideError } from "../../../lib/core/error.ts";
import { bakeFiles, ownLibrary } from "../../../lib/standalone/bake.ts";
import { importsOfConfig, userImports } from "../../../lib/standalone/user_imports.ts";

const bundled = {
  names: { alcaide: "./alcaide/mod.js", "alcaide/internal": "./alcaide/internal.js" },
  baked: "./alcaide/baked.js",
  imports: {},
  files: { "alcaide/mod.js": "// all of it" },
};

Deno.test("bakeFiles() names everything relative to its directory", () => {
  const files = bakeFiles({
    directory: "/home/me/shop/.alcaide/compile-1",
    file: "/home/me/shop/Alcaidefile.ts",
    library: bundled,
    imports: { mine: "file:///home/me/shop/lib/", lodash: "npm:lodash@4", alcaide: "jsr:@other/alcaide" },
  });
  assertEquals(Object.keys(files), ["alcaide/mod.js", "main.ts", "file.ts", "imports.json"]);
  assertEquals(
    files["main.ts"],
    `import { runBaked } from "./alcaide/baked.js";

runBaked({
  name: "Alcaidefile.ts",
  root: new URL("../../", import.meta.url).href,
  load: () => import("./file.ts"),
}, { args: Deno.args, exit: Deno.exit });
`,
  );
  assertEquals(files["file.ts"], 'export * as exports from "../../Alcaidefile.ts";\n');
  assertEquals(JSON.parse(files["imports.json"] ?? ""), {
    imports: { mine: "../../lib/", lodash: "npm:lodash@4", ...bundled.names },
  });
  assert(!JSON.stringify(files).includes("/home/me"), "the binary would tell where it was made");
});

Deno.test("ownLibrary() gives the sources where they run", async () => {
  const library = await ownLibrary();
  assertMatch(library.names["alcaide"] ?? "", /^file:.*\/mod\.ts$/);
  assertMatch(library.names["alcaide/internal"] ?? "", /^file:.*\/internal\.ts$/);
  assertMatch(library.baked, /^file:.*\/tasks\/baked\.ts$/);
  assertEquals(library.imports["ssh2"]?.startsWith("npm:ssh2@"), true);
  assertEquals([library.imports["alcaide"], library.files], [undefined, {}]);
});

Deno.test("importsOfConfig() reads comments and commas too many, and makes paths absolute", () => {
  const text = `{
    // "imports": {}
    "imports": { "a": "./lib/a.ts", /* "b": "" */ "c//d": "npm:c@1", "e/": "../e/", },
  }`;
  assertEquals(importsOfConfig(text, "/home/me/shop/deno.jsonc"), {
    a: "file:///home/me/shop/lib/a.ts",
    "c//d": "npm:c@1",
    "e/": "file:///home/me/e/",
  });
  assertEquals(importsOfConfig("{}", "/deno.json"), {});
});

Deno.test("importsOfConfig() says which file can't be read", () => {
  assertThrows(() => importsOfConfig("{ no", "/x/deno.json"), AlcaideError, "Cannot read /x/deno.json");
});

Deno.test("userImports() looks in the directories above", async () => {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${directory}/a/b`, { recursive: true });
    await Deno.writeTextFile(`${directory}/deno.json`, '{ "imports": { "x": "npm:x@1" } }');
    assertEquals(await userImports(`${directory}/a/b`), { x: "npm:x@1" });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
