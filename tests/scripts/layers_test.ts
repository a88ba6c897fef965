import { assertEquals } from "@std/assert";
import { partsOf } from "../../scripts/layers/code.ts";
import { floorOf, floors, floorsTable } from "../../scripts/layers/floors.ts";
import { cyclesOf, figuresOf, foldersOf } from "../../scripts/layers/graph.ts";
import { checkFile, importsOf, strayTests, unusedNames } from "../../scripts/layers/rules.ts";
import { functionLimit, sizeProblem, sizesOf } from "../../scripts/layers/sizes.ts";

const broken: readonly { file: string; text: string; rule: string }[] = [
  {
    file: "lib/core/sh.ts",
    text: 'import { x } from "../commands/jail.ts";',
    rule: "lib/core must not import lib/commands",
  },
  {
    file: "lib/config/x.ts",
    text: 'import type { X } from "../server/facts.ts";',
    rule: "lib/config must not import lib/server",
  },
  {
    file: "lib/commands/x.ts",
    text: 'import {\n  a,\n} from "../transport/mod.ts";',
    rule: "lib/commands must not import lib/transport",
  },
  {
    file: "lib/transport/x.ts",
    text: 'import "../commands/jail.ts";',
    rule: "lib/transport must not import lib/commands",
  },
  {
    file: "lib/remote/remote.ts",
    text: 'export { x } from "../../tasks/deploy.ts";',
    rule: "lib/remote must not import tasks",
  },
  {
    file: "lib/remote/remote.ts",
    text: 'import { task } from "../task/task.ts";',
    rule: "lib/remote must not import lib/task",
  },
  {
    file: "lib/cli/x.ts",
    text: 'await import("../../tasks/mod.ts");',
    rule: "lib/cli must not import tasks",
  },
  {
    file: "tasks/x.ts",
    text: 'import { x } from "../tests/fake/server.ts";',
    rule: "tasks must not import tests/fake/server.ts",
  },
  { file: "tasks/x.ts", text: 'import { Client } from "ssh2";', rule: "ssh2 only in lib/transport/ssh" },
  {
    file: "lib/cli/loader.ts",
    text: 'import { transformSync } from "amaro";',
    rule: "type stripping only in lib/standalone",
  },
  { file: "tasks/x.ts", text: 'import $ from "dax";', rule: "dax only for this machine" },
  { file: "lib/x.ts", text: 'import { assert } from "@std/assert";', rule: "assertions only in tests" },
  {
    file: "lib/x.ts",
    text: 'import { parseArgs } from "@std/cli/parse-args";',
    rule: "@std/cli only in lib/cli, lib/task and lib/ui",
  },
  {
    file: "lib/x.ts",
    text: 'import x from "npm:left-pad@1";',
    rule: "packages only by the names that deno.json maps",
  },
  {
    file: "lib/core/text.ts",
    text: 'import { readFileSync } from "node:fs";',
    rule: "plain functions import no effects",
  },
  {
    file: "lib/core/text.ts",
    text: 'const x = Deno.readTextFileSync("a");',
    rule: "plain functions know no Deno",
  },
  {
    file: "lib/commands/x.ts",
    text: "const now = Date.now();",
    rule: "plain functions ask no network and no clock",
  },
  {
    file: "lib/deploy/plan/x.ts",
    text: "const now = new Date();",
    rule: "plain functions ask no network and no clock",
  },
  { file: "lib/cli/x.ts", text: "Deno.exit(1);", rule: "Deno.exit and Deno.args only in cli.ts" },
  { file: "tasks/x.ts", text: "Deno.stdout.write(x);", rule: "the terminal only in lib/ui and lib/cli" },
  { file: "tasks/x.ts", text: 'console.log("x");', rule: "console only in lib/ui" },
  { file: "tests/x.ts", text: 'console.log("x");', rule: "console only in lib/ui" },
  {
    file: "tasks/x.ts",
    text: "const live = facts.routed.get(app)?.release;",
    rule: "only lib/server/traffic.ts decides what is live",
  },
  {
    file: "tasks/x.ts",
    text: 'Deno.env.get("HOME");',
    rule: "the environment only in lib/cli, lib/ui, lib/secrets, lib/standalone and lib/transport/ssh",
  },
  {
    file: "tasks/x.ts",
    text: 'new Deno.Command("ls");',
    rule: "programs start only in lib/transport/local.ts",
  },
  {
    file: "tasks/x.ts",
    text: 'await server.run("rm -rf " + path);',
    rule: "commands are made by sh, not by hand",
  },
  {
    file: "tasks/x.ts",
    text: "await server.read(`ls ${path}`);",
    rule: "commands are made by sh, not by hand",
  },
  {
    file: "lib/commands/x.ts",
    text: "return { text: a, shown: a };",
    rule: "commands are made by sh, not by hand",
  },
  {
    file: "lib/commands/x.ts",
    text: "return x.replaceAll(\"'\", `'\\\\''`);",
    rule: "only lib/core/sh.ts quotes for the shell",
  },
  { file: "tests/x.ts", text: "const x = y as any;", rule: 'no "as any"' },
  { file: "docs/x.md", text: `${"TO"}DO: more`, rule: "no reminders in the tree" },
  { file: "lib/x.ts", text: `// ${"FIX"}ME`, rule: "no reminders in the tree" },
  { file: "lib/x.ts", text: "// deno-lint-ignore no-eval", rule: "deno-lint-ignore needs a reason after --" },
  { file: "lib/x.ts", text: "// @ts-ignore it is so", rule: "no switching off of the types" },
  { file: "scripts/x", text: `cd /${"work"}/main`, rule: "no path of one machine" },
];
for (const { file, text, rule } of broken) {
  Deno.test(`checkFile() finds in ${file}: ${rule} (${text.trim().slice(0, 40).replaceAll("\n", " ")})`, () => {
    assertEquals(checkFile(file, text).map((one) => one.rule), [rule]);
  });
}

const sound: readonly { file: string; text: string }[] = [
  { file: "lib/commands/x.ts", text: 'import { sh } from "../core/sh.ts";\nimport { y } from "./files.ts";' },
  { file: "lib/server/routed.ts", text: 'import type { Remote } from "../remote/remote.ts";' },
  { file: "lib/transport/ssh/x.ts", text: 'import { Client } from "ssh2";\nDeno.env.get("HOME");' },
  {
    file: "tasks/x.ts",
    text: 'import { jail } from "../lib/server/jail.ts";\n// console.log is for others; Deno.exit(1)\n',
  },
  {
    file: "tasks/x.ts",
    text: '/** ```ts\n * console.log(1)\n * import { assertEquals } from "@std/assert";\n * ``` */',
  },
  { file: "tasks/x.ts", text: 'throw new Error("Cannot use Deno.exit() or console.log here");' },
  { file: "tasks/x.ts", text: "const x = `Deno.exit(${y}) as any`;" },
  { file: "lib/core/text.ts", text: 'const x = /Deno.args["\']/.test(y); const z = a / b; // "' },
  {
    file: "lib/core/text.ts",
    text: "// deno-lint-ignore no-control-regex -- control characters are looked for",
  },
  { file: "tasks/x.ts", text: "await server.run(sh`rm -rf -- ${path}`);" },
  { file: "cli.ts", text: 'import { main } from "./lib/cli/main.ts";\nDeno.exit(await main(Deno.args));' },
  { file: "lib/core/version.ts", text: 'import config from "../../deno.json" with { type: "json" };' },
];
for (const { file, text } of sound) {
  Deno.test(`checkFile() is content with ${file}: ${text.slice(0, 50).replaceAll("\n", " ")}`, () => {
    assertEquals(checkFile(file, text), []);
  });
}

Deno.test("checkFile() says where", () => {
  const text = 'const a = 1;\n\nimport {\n  b,\n} from "../../tasks/b.ts";\nconsole.log(a);\n';
  assertEquals(checkFile("lib/cli/x.ts", text).map(({ file, line }) => `${file}:${line}`), [
    "lib/cli/x.ts:5",
    "lib/cli/x.ts:6",
  ]);
});

Deno.test("importsOf() finds every way to import", () => {
  const text =
    'import a from "1";\nimport * as b from "2";\nimport type { C } from "3";\nexport { d } from "4";\n' +
    'export * from "5";\nimport "6";\nconst g = await import("7");\nexport type { H } from "8";\n';
  assertEquals(importsOf(text).map(({ from }) => from).join(""), "12345678");
  assertEquals(importsOf(text).filter(({ typeOnly }) => typeOnly).map(({ from }) => from), ["3", "8"]);
  assertEquals(importsOf(text).filter(({ lazy }) => lazy).map(({ from }) => from), ["7"]);
});

Deno.test("partsOf() keeps lines and columns", () => {
  const text = "a; // b\n`c${d + `e${f}`}g`; /* h\n */ i / j / k; x = /[/'\"]/g; 'l\\'m'; n;\n";
  const { code } = partsOf(text);
  assertEquals(code.length, text.length);
  assertEquals(code.replace(/\s+/g, " "), "a; ` ${d + ` ${f}`} `; i / j / k; x = / /g; ' '; n; ");
});

Deno.test("floorOf() knows every folder of the sources", async () => {
  const root = new URL("../../", import.meta.url);
  const folders: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL("lib/", root))) {
    if (isDirectory) folders.push(`lib/${name}`);
  }
  // A floor may be a folder of another one.
  const known = new Set(floors.map(({ folder }) => folder.split("/").slice(0, 2).join("/")));
  assertEquals([...known].toSorted(), [...folders, "tasks"].toSorted());
  for (const { folder } of floors) assertEquals((await Deno.stat(new URL(folder, root))).isDirectory, true);
  assertEquals(floorOf("lib/transport/ssh/mod.ts")?.folder, "lib/transport");
  assertEquals(floorOf("mod.ts"), undefined);
});

Deno.test("a floor imports only floors above it", () => {
  floors.forEach(({ folder, imports }, index) => {
    const above = floors.slice(0, index).map((floor) => floor.folder);
    assertEquals(imports.filter((name) => !above.includes(name)), [], folder);
  });
});

Deno.test("CONTRIBUTING has the table of the floors", async () => {
  const page = await Deno.readTextFile(new URL("../../CONTRIBUTING.md", import.meta.url));
  assertEquals(page.includes(floorsTable()), true, floorsTable());
});

Deno.test("cyclesOf() finds what leads to itself, and nothing else", () => {
  const graph = new Map([["a", ["b"]], ["b", ["c"]], ["c", ["b", "d"]], ["d", []], ["e", ["f"]], ["f", [
    "e",
  ]]]);
  assertEquals(cyclesOf(graph).toSorted(), [["b", "c"], ["e", "f"]]);
  assertEquals(cyclesOf(new Map([["a", ["b", "c"]], ["b", ["c"]], ["c", []]])), []);
});

Deno.test("foldersOf() joins files, and figuresOf() counts", () => {
  const graph = new Map([["x/a.ts", ["x/b.ts", "y/c.ts"]], ["x/b.ts", []], ["y/c.ts", []]]);
  assertEquals([...foldersOf(graph)], [["x", ["y"]], ["y", []]]);
  assertEquals(figuresOf(graph), [
    "3 source files in 2 folders, 1 arrows between them",
    "files per folder: x 2, y 1",
  ]);
});

Deno.test("sizesOf() measures the file, its functions and its methods", () => {
  const text =
    "export function one(): void {\n  x();\n}\n\nclass A {\n  async two(): void {\n    y();\n  }\n}\n";
  assertEquals(sizesOf("a.ts", text).map(({ what, line, lines }) => [what, line, lines]), [
    ["a.ts", 9, 9],
    ["a.ts#one", 1, 3],
    ["a.ts#two", 6, 3],
  ]);
});

Deno.test("sizeProblem() refuses what is too long", () => {
  const long = { what: "a.ts#f", line: 1, lines: functionLimit + 1, limit: functionLimit };
  assertEquals(sizeProblem(long), "a function has at most 40 lines, a.ts#f has 41");
  assertEquals(sizeProblem({ ...long, lines: functionLimit }), undefined);
});

Deno.test("unusedNames() finds a name that is mapped and never imported", () => {
  const names = unusedNames(["alcaide", "@types/ssh2", "ssh2", "dax"], new Set(["ssh2"]));
  assertEquals(names.map(({ rule }) => rule), ["dax is mapped and never imported"]);
});

Deno.test("strayTests() finds a test in a folder without a source", () => {
  const tests = ["lib/core/sh", "lib/ssh/keys", "lib/deps", "fake/x"].map((name) => `tests/${name}_test.ts`);
  assertEquals(strayTests(tests, ["lib/core/sh.ts"]).map(({ file }) => file), ["tests/lib/ssh/keys_test.ts"]);
});
