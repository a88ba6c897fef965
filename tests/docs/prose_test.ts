// Sentences name the thing first: CONTRIBUTING.md, "Prose".

import { assert, assertEquals } from "@std/assert";
import { readPages, repository } from "./pages.ts";

/** The text of every module below a directory. */
async function modules(directory: string): Promise<[path: string, text: string][]> {
  const found: [string, string][] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${repository}${directory}`)) {
    const path = `${directory}/${name}`;
    if (isDirectory) found.push(...await modules(path));
    else if (name.endsWith(".ts")) found.push([path, await Deno.readTextFile(`${repository}${path}`)]);
  }
  return found;
}

const source = [...await modules("lib"), ...await modules("tasks"), ...await modules("scripts")];
const comments = [...source, ...await modules("tests")].filter(([path]) =>
  path !== "tests/docs/prose_test.ts"
);
/** ADRs and the changelog stay as they were written; CONTRIBUTING quotes both columns. */
const pages = (await readPages()).filter(({ path }) => !/^(CONTRIBUTING|CHANGELOG)|^docs\/adr\//.test(path))
  .map(({ path, text }): [string, string] => [path, text]);
const phrases = /\bone's own\b|\bto be ill\b|Cannot run nothing|\}" is no /;
Deno.test("no message, comment or page has a phrase of the left column", () => {
  const rows = [...source, ...pages].flatMap(([path, text]) =>
    text.split("\n").filter((row) => phrases.test(row)).map((row) => `${path}: ${row.trim()}`)
  );
  assertEquals(rows, []);
  assert(phrases.test("a task of one's own"));
});

Deno.test("no sentence of a page has a clause as its subject", () => {
  const clause = /(?:^|[^.]\. |\*\*|\/\*\* )(?:What|Whether|Who|Whoever|Whatever) [a-z][^?]*$/;
  const rows = pages.flatMap(([path, text]) =>
    text.split("\n").filter((row) => clause.test(row)).map((row) => `${path}: ${row.trim()}`)
  );
  assertEquals(rows, []);
  assert(
    clause.test("It fails. What it printed stands above.") && !clause.test("Who holds it? Ask the server."),
  );
});

Deno.test("no sentence of a comment has a clause as its subject, no test's name begins with one", () => {
  const clause =
    /(?:^\s*(?:\/\*\*|\*|\/\/)|(?:^\s*\*|\/\*\*|\/\/) .*[^.]\.) (?:What|Whether|Who|Which|Whoever|Whatever) [a-z][^?]*$/;
  const name = /\b(?:test|part|scenario)\("(?:what|whether|who|which|whoever|whatever) /;
  const rows = comments.flatMap(([path, text]) =>
    text.split("\n").filter((row) => clause.test(row) || name.test(row)).map((row) =>
      `${path}: ${row.trim()}`
    )
  );
  assertEquals(rows, []);
  assert(clause.test("/** What it is. */") && clause.test(" * It is small. What it does is not."));
  assert(!clause.test("// Who holds it? What does it do?") && name.test('Deno.test("what ends it", () => {'));
});
