// Modules that a binary can't import: the fault is said with its place.

import { assertEquals, assertMatch } from "@std/assert";
import { complaint } from "./importing.ts";

/** Refusals and findings of a binary: in Deno's words wherever that can be. */
const faults: readonly [
  name: string,
  files: Record<string, string>,
  place: string,
  problem: string,
  details: string[],
][] = [
  [
    "a syntax error",
    { "Alcaidefile.ts": "const a: number[] = [1,\n};\nexport default a;" },
    "/Alcaidefile.ts:2:1",
    "Expression expected",
    ["2 | };", "    ^"],
  ],
  [
    "an exception",
    { "Alcaidefile.ts": 'const a: number = 1;\nexport default JSON.parse("{");' },
    "/Alcaidefile.ts:2:21",
    "Expected property name or '}' in JSON at position 1 (line 1 column 2)",
    ['2 | export default JSON.parse("{");', "                        ^"],
  ],
  [
    "an exception in its function",
    { "Alcaidefile.ts": "export default (): void => {\n\tthrow new Error('Set KEY.');\n};" },
    "/Alcaidefile.ts:2:8",
    "Set KEY",
    ["2 | \tthrow new Error('Set KEY.');", "    \t      ^"],
  ],
  [
    "an import of nothing",
    {
      "Alcaidefile.ts": 'import "./b.ts";',
      "b.ts": '// "./x.ts"\nimport { x } from "./x.ts";\nexport default x;',
    },
    "/b.ts:2:19",
    'Module not found "/x.ts"',
    ['2 | import { x } from "./x.ts";', "                      ^"],
  ],
  [
    "an import that isn't exported",
    { "Alcaidefile.ts": 'import { nope } from "alcaide";\nexport default nope;' },
    "/Alcaidefile.ts:1:10",
    "The requested module 'alcaide' does not provide an export named 'nope'",
    ['1 | import { nope } from "alcaide";', "             ^"],
  ],
  [
    "an import that your own module doesn't export",
    {
      "Alcaidefile.ts": 'import { nope } from "./lib/x.ts";\nexport default nope;',
      "lib/x.ts": "export {};",
    },
    "/Alcaidefile.ts:1:10",
    "The requested module './lib/x.ts' does not provide an export named 'nope'",
    ['1 | import { nope } from "./lib/x.ts";', "             ^"],
  ],
  [
    "JSON that is imported without saying so",
    { "Alcaidefile.ts": 'import data from "./data.json";\nexport default data;', "data.json": "{}" },
    "/Alcaidefile.ts:1:18",
    'Attempted to load JSON module without specifying "type": "json" attribute in the import statement',
    ['1 | import data from "./data.json";', "                     ^"],
  ],
  [
    "JSON that is broken",
    {
      "Alcaidefile.ts": 'import data from "./data.json" with { type: "json" };\nexport default data;',
      "data.json": '{\n"a": 1,\n}',
    },
    "/data.json:3:1",
    "Expected double-quoted property name in JSON at position 10 (line 3 column 1)",
    ["3 | }", "    ^"],
  ],
  [
    "a mistake that the library finds",
    { "Alcaidefile.ts": 'import { sh } from "alcaide";\nexport default sh`a "${"b"}"`;' },
    "/Alcaidefile.ts:2:18",
    'Cannot put value 1 inside quotes: remove the " around it, it is quoted already',
    ['2 | export default sh`a "${"b"}"`;', "                     ^"],
  ],
];

for (const [name, files, place, problem, details] of faults) {
  Deno.test(`in a binary, loadAlcaidefile() points at ${name}`, async () => {
    assertEquals(await complaint(files), { place, problem, hint: "", details });
  });
}

for (
  const specifier of ["npm:lodash@4", "jsr:@std/fs", "https://example.com/x.ts", "@std/path", "left-pad"]
) {
  Deno.test(`in a binary, loadAlcaidefile() refuses ${specifier} and offers to compile`, async () => {
    const text = `import x from "${specifier}";\nexport default x;`;
    assertEquals(await complaint({ "Alcaidefile.ts": text }), {
      place: "/Alcaidefile.ts:1:15",
      problem: `This binary holds no packages, so it can't import "${specifier}"`,
      hint: 'On a machine with Deno "alcaide compile" makes one binary of Alcaide, this file and its imports',
      details: [`1 | ${text.split("\n")[0]}`, "                  ^"],
    });
  });
}

Deno.test("in a binary, JSON that is imported later without saying so is refused", async () => {
  const said = await complaint({ "Alcaidefile.ts": 'await import("./data.json");', "data.json": "{}" });
  assertEquals([said?.place, said?.problem], [
    "/Alcaidefile.ts:1:7",
    'Attempted to load JSON module without specifying "type": "json" attribute in the import statement',
  ]);
});

Deno.test("in a binary, a file of another language is refused", async () => {
  for (const name of ["./a.tsx", "./a.cjs"]) {
    const said = await complaint({ "Alcaidefile.ts": `export * from "${name}";`, [name]: "" });
    assertEquals(said?.problem, `This binary reads .ts, .js and .json, not "${name}"`);
  }
});

Deno.test("in a binary, a syntax error in JavaScript is found in its line", async () => {
  const said = await complaint({ "Alcaidefile.js": "const a = [1,\n};" }, "Alcaidefile.js");
  assertMatch(said?.place ?? "", /^\/Alcaidefile\.js:2:/);
});
