// The start of the program: modules that `alcaide --help` loads, and those that must wait for a task that needs them.

import type { Graph } from "./graph.ts";
import type { Violation } from "./rules.ts";

const late =
  /^lib\/(transport\/(?!temporary\.ts)|secrets|commands|server|presets|hints|setup|deploy|running|doctor)\b/;

/** The modules that one loads, itself included. */
export function loadedBy(file: string, eager: Graph): string[] {
  const loaded = new Set([file]);
  for (const one of loaded) for (const next of eager.get(one) ?? []) loaded.add(next);
  return [...loaded];
}

/** Imports that make every start slower. */
export function startProblems(eager: Graph, program = "cli.ts"): Violation[] {
  return loadedBy(program, eager).filter((file) => !late.test(file)).flatMap((file) =>
    (eager.get(file) ?? []).filter((to) => late.test(to)).map((to) => ({
      file,
      line: 1,
      rule: `every start would load ${to}: import() it where it is needed, such as in run`,
    }))
  );
}
