// Checks who imports whom, which words stand where, how long files are, and that nothing is left over. Prints the figures,
// then each violation as `file:line rule`, and ends with status 1 when there is one.

import { partsOf } from "./layers/code.ts";
import { cyclesOf, figuresOf, foldersOf, type Graph } from "./layers/graph.ts";
import {
  checkFile,
  type Import,
  importsOf,
  resolved,
  strayTests,
  unusedNames,
  type Violation,
} from "./layers/rules.ts";
import { type Size, sizeProblem, sizesOf } from "./layers/sizes.ts";
import { loadedBy, startProblems } from "./layers/start.ts";

const root = new URL("../", import.meta.url);
const skipped = /^(\.git|\.cache|dist|node_modules|docs\/reference)$/;
const read = /\.(ts|md|sh|c|h|pm|pl|json|example)$|^(scripts|tests\/host\/programs)\/[\w.-]+$|^\.ci\/run$/;
// Data and generated files, which hold other people's words.
const foreign = /^(deno\.lock|tests\/host\/observed.*\.jsonl|tests\/golden\/.*)$/;
const source = /^(mod\.ts|cli\.ts|internal\.ts|(lib|tasks)\/.*(?<!\.d)\.ts)$/;

async function files(directory = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory, isFile } of Deno.readDir(new URL(`./${directory}`, root))) {
    const path = `${directory}${name}`;
    if (skipped.test(path)) continue;
    if (isDirectory) found.push(...await files(`${path}/`));
    else if (isFile && read.test(path) && !foreign.test(path)) found.push(path);
  }
  return found.sort();
}

/** The part of the tree that was read. */
interface Tree {
  readonly violations: readonly Violation[];
  readonly graph: Graph;
  /** The same without types and without imports that wait, and with Node's modules. */
  readonly eager: Graph;
  readonly sizes: readonly Size[];
}

async function readTree(): Promise<Tree> {
  const violations: Violation[] = [];
  const imported = new Set<string>();
  const graph = new Map<string, string[]>();
  const eager = new Map<string, string[]>();
  const sizes: Size[] = [];
  const paths = await files();
  for (const path of paths) {
    const text = await Deno.readTextFile(new URL(path, root));
    violations.push(...checkFile(path, text));
    if (!path.endsWith(".ts")) continue;
    const imports = importsOf(partsOf(text).uncommented);
    for (const { from } of imports) imported.add(from);
    if (!path.endsWith(".d.ts")) sizes.push(...sizesOf(path, text));
    if (!source.test(path)) continue;
    graph.set(path, oursOf(path, imports));
    const now = imports.filter(({ typeOnly, lazy }) => !typeOnly && !lazy);
    const ofNode = now.map(({ from }) => from).filter((from) => from.startsWith("node:"));
    eager.set(path, [...oursOf(path, now), ...ofNode]);
  }
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  violations.push(...unusedNames(Object.keys(imports), imported), ...strayTests(paths, [...graph.keys()]));
  return { violations, graph, eager, sizes };
}

function oursOf(path: string, imports: readonly Import[]): string[] {
  return imports.filter(({ from }) => from.startsWith(".")).map(({ from }) => resolved(path, from)).filter((
    to,
  ) => source.test(to));
}

function cycleProblems(graph: Graph): Violation[] {
  const found = [...cyclesOf(graph), ...cyclesOf(foldersOf(graph))];
  return found.map((cycle) => ({
    file: cycle[0] ?? "",
    line: 1,
    rule: `these import each other: ${cycle.join(", ")}`,
  }));
}

function sizeProblems(sizes: readonly Size[]): Violation[] {
  return sizes.flatMap((size) => {
    const rule = sizeProblem(size);
    return rule === undefined ? [] : [{ file: size.what.replace(/#.*/, ""), line: size.line, rule }];
  });
}

/** The number of names in `alcaide`, which exports only by lists. */
async function publicNames(): Promise<string> {
  const { uncommented } = partsOf(await Deno.readTextFile(new URL("mod.ts", root)));
  const names = [...uncommented.matchAll(/^export (type )?\{([^}]*)\}/gm)].flatMap((
    [, type = "", inner = ""],
  ) => inner.split(",").map((name) => `${type}${name.trim()}`).filter((name) => !/^(type )?$/.test(name)));
  const types = names.filter((name) => name.startsWith("type ")).length;
  return `public names: ${names.length}, of which ${types} are types`;
}

function longest(sizes: readonly Size[]): string {
  const { what, lines } = sizes.filter((size) => source.test(size.what)).reduce((
    a,
    b,
  ) => (a.lines > b.lines ? a : b));
  return `longest source file: ${what}, ${lines} lines`;
}

const { violations, graph, eager, sizes } = await readTree();
const cycles = cyclesOf(graph).length + cyclesOf(foldersOf(graph)).length;
const figures = [
  ...figuresOf(graph),
  `import cycles: ${cycles}`,
  ...["cli.ts", "tasks/program.ts"].map((file) =>
    `files that ${file} loads: ${loadedBy(file, eager).length}`
  ),
  longest(sizes),
  await publicNames(),
];
const all = [
  ...violations,
  ...cycleProblems(graph),
  ...startProblems(eager),
  ...sizeProblems(sizes),
];
const rows = [...figures, ...all.map(({ file, line, rule }) => `${file}:${line} ${rule}`)];
await Deno.stdout.write(new TextEncoder().encode(`${rows.join("\n")}\n`));
if (all.length > 0) Deno.exit(1);
