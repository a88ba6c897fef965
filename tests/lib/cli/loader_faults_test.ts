// Faults of an Alcaidefile: each is said with its place, and why.

import { assertEquals, assertRejects } from "@std/assert";
import { ConfigError } from "../../../lib/core/error.ts";
import { loadAlcaidefile } from "../../../lib/cli/loader.ts";
import { complaint, withFiles } from "./alcaidefiles.ts";

/** A fault of an Alcaidefile, and its message: place, problem, and the line with its mark. */
const faults: readonly [
  name: string,
  text: string,
  place: string,
  problem: string,
  details: string[],
  hint?: string,
][] = [
  [
    "a syntax error",
    "const a = [1,\n};\nexport default a;",
    "/Alcaidefile.ts:2:1",
    "Expression expected",
    ["2 | };", "    ^"],
  ],
  [
    "an exception",
    'const a = 1;\nexport default JSON.parse("{");',
    "/Alcaidefile.ts:2:21",
    "Expected property name or '}' in JSON at position 1 (line 1 column 2)",
    ['2 | export default JSON.parse("{");', "                        ^"],
  ],
  [
    "an exception in its function",
    "export default () => {\n\tthrow new Error('Set KEY.');\n};",
    "/Alcaidefile.ts:2:8",
    "Set KEY",
    ["2 | \tthrow new Error('Set KEY.');", "    \t      ^"],
  ],
  ["something thrown that is no error", "throw 'nothing';", "/Alcaidefile.ts", 'it throws "nothing"', []],
  ["a record that is thrown", "throw { code: 5 };", "/Alcaidefile.ts", "it throws { code: 5 }", []],
  ["nothing that is thrown", "throw undefined;", "/Alcaidefile.ts", "it throws undefined", []],
  [
    "a secret in what is thrown",
    'import { secret } from "alcaide";\nthrow { key: secret("hunter2") };',
    "/Alcaidefile.ts",
    "it throws { key: [secret] }",
    [],
  ],
  [
    "an error of several lines",
    "throw new Error('Cannot begin:\\n- no KEY\\n- no USER');",
    "/Alcaidefile.ts:1:7",
    "Cannot begin:",
    [
      ...["- no KEY", "- no USER", "1 | throw new Error('Cannot begin:\\n- no KEY\\n- no USER');"],
      "          ^",
    ],
  ],
  [
    "an import of nothing",
    'import { x } from "./x.ts";\nexport default x;',
    "/Alcaidefile.ts:1:19",
    'Module not found "/x.ts"',
    ['1 | import { x } from "./x.ts";', "                      ^"],
  ],
  [
    "an import by a bare name",
    'import x from "left-pad";\nexport default x;',
    "/Alcaidefile.ts:1:15",
    'Import "left-pad" not a dependency and not in import map',
    ['1 | import x from "left-pad";', "                  ^"],
    'Write the whole specifier, such as "npm:lodash@4" or "./file.ts"',
  ],
  [
    "an import that isn't exported",
    'import { nope } from "alcaide";\nexport default nope;',
    "/Alcaidefile.ts:1:10",
    "The requested module 'alcaide' does not provide an export named 'nope'",
    ['1 | import { nope } from "alcaide";', "             ^"],
  ],
  [
    "a mistake that the library finds",
    'import { sh } from "alcaide";\nexport default sh`a "${"b"}"`;',
    "/Alcaidefile.ts:2:18",
    'Cannot put value 1 inside quotes: remove the " around it, it is quoted already',
    ['2 | export default sh`a "${"b"}"`;', "                     ^"],
  ],
];

for (const [name, text, place, problem, details, hint] of faults) {
  Deno.test(`loadAlcaidefile() points at ${name}`, async () => {
    await withFiles({ "Alcaidefile.ts": text }, async (directory) => {
      assertEquals(await complaint(directory), { place, problem, hint, details });
    });
  });
}

Deno.test("loadAlcaidefile() gives what lies behind an error", async () => {
  const text = "throw new Error('Cannot begin', { cause: new Error('no KEY') });";
  await withFiles({ "Alcaidefile.ts": text }, async (directory) => {
    const error = await assertRejects(() => loadAlcaidefile(`${directory}/Alcaidefile.ts`), ConfigError);
    assertEquals((error.cause as Error).message, "no KEY");
  });
});

/** JSON that can't be parsed, where, and what is said. */
const broken: readonly [json: string, place: string, problem: string, line: string][] = [
  [
    ...[
      '{\n  "a": 1,\n}',
      ":3:1",
      "Expected double-quoted property name in JSON at position 12 (line 3 column 1)",
    ],
    "3 | }",
  ] as const,
  ['{\n  "a": b\n}', ":2:8", `Unexpected token 'b', "{`, '2 |   "a": b'],
];

for (const [json, place, problem, line] of broken) {
  for (
    const statement of [
      'import d from "../d.json" with { type: "json" }; export default d;',
      'await import("../d.json", { with: { type: "json" } });',
    ]
  ) {
    Deno.test(`loadAlcaidefile() points into broken JSON: ${problem}, ${statement.slice(0, 8)}`, async () => {
      const files = {
        "Alcaidefile.ts": 'import "./lib/b.ts";\nexport default 1 as number;',
        "lib/b.ts": statement,
        "d.json": json,
      };
      await withFiles(files, async (directory) => {
        const said = await complaint(directory);
        assertEquals([said.place, said.problem, said.details[said.details.length - 2]], [
          `/d.json${place}`,
          problem,
          line,
        ]);
      });
    });
  }
}

Deno.test("loadAlcaidefile() points into the file that is at fault", async () => {
  const files = { "Alcaidefile.ts": 'import "./other.ts";\nexport default 1;', "other.ts": "\nnull.x;" };
  await withFiles(files, async (directory) => {
    assertEquals((await complaint(directory)).place, "/other.ts:2:6");
  });
});

Deno.test("loadAlcaidefile() points into a directory whose name has blanks and signs", async () => {
  await withFiles({ "a b#c?/Alcaidefile.ts": "const a = 1;\nnull.x;" }, async (directory) => {
    const { place, details } = await complaint(`${directory}/a b#c?`);
    assertEquals([place, details], ["/Alcaidefile.ts:2:6", ["2 | null.x;", "         ^"]]);
  });
});

Deno.test("loadAlcaidefile() keeps the hint of an error that has one", async () => {
  const text =
    'import { AlcaideError } from "alcaide";\nthrow new AlcaideError("Cannot go", { hint: "Walk" });';
  await withFiles({ "Alcaidefile.ts": text }, async (directory) => {
    assertEquals((await complaint(directory)).hint, "Walk");
  });
});
