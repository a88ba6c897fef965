// Imports: arrows between folders, and cycles, which are forbidden.

import { dirname } from "@std/path";

/** The files of the sources, and what each imports of ours. Types count, too. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/** Sets of nodes that all lead to each other, each in order; a sound graph has none. */
export function cyclesOf(graph: Graph): string[][] {
  const order: string[] = [];
  const seen = new Set<string>();
  const visit = (node: string): void => {
    if (seen.has(node)) return;
    seen.add(node);
    for (const next of graph.get(node) ?? []) visit(next);
    order.push(node);
  };
  for (const node of graph.keys()) visit(node);
  const back = reversed(graph);
  const done = new Set<string>();
  const gather = (node: string, into: string[]): string[] => {
    if (done.has(node)) return into;
    done.add(node);
    into.push(node);
    for (const next of back.get(node) ?? []) gather(next, into);
    return into;
  };
  return order.reverse().map((node) => gather(node, []).sort()).filter((found) => found.length > 1);
}

function reversed(graph: Graph): Graph {
  const back = new Map<string, string[]>();
  for (const [from, targets] of graph) {
    for (const to of targets) back.set(to, [...back.get(to) ?? [], from]);
  }
  return back;
}

/** The same graph between folders. */
export function foldersOf(graph: Graph): Graph {
  const folders = new Map<string, Set<string>>();
  for (const [from, targets] of graph) {
    const own = folders.get(dirname(from)) ?? new Set<string>();
    folders.set(dirname(from), own);
    for (const to of targets) if (dirname(to) !== dirname(from)) own.add(dirname(to));
  }
  return new Map([...folders].map(([folder, targets]) => [folder, [...targets].sort()]));
}

/** The graph in numbers, for people. */
export function figuresOf(graph: Graph): string[] {
  const folders = foldersOf(graph);
  const arrows = [...folders.values()].reduce((sum, targets) => sum + targets.length, 0);
  const sizes = [...Map.groupBy(graph.keys(), dirname)].map(([name, files]) => ({
    name,
    count: files.length,
  }));
  const rows = sizes.sort((a, b) => b.count - a.count).map(({ name, count }) => `${name} ${count}`);
  return [
    `${graph.size} source files in ${folders.size} folders, ${arrows} arrows between them`,
    `files per folder: ${rows.join(", ")}`,
  ];
}
