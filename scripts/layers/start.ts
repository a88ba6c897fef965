// The start of the program: the files of its first answers, those of every command, and those that wait for a task that needs them.

import type { Graph } from "./graph.ts";
import type { Violation } from "./rules.ts";

/** A beginning of the program, and what it must not load. */
interface Start {
  readonly file: string;
  readonly late: RegExp;
}

const starts: readonly Start[] = [
  {
    file: "cli.ts",
    late: /^(?!cli\.ts$|lib\/(cli\/(first_answer|find_file|shells)|core\/(version|write_all))\.ts$)/,
  },
  {
    file: "tasks/program.ts",
    late:
      /^(node:|tasks\/(?!program\.ts|mod\.ts)|lib\/(task\/(?!(arguments|late_task|options)\.ts)|transport\/(?!temporary\.ts)|(config|secrets|commands|server|presets|hints|setup|deploy|running|doctor|database|init|vault|dashboard)\/))/,
  },
];

/** The modules that one loads, itself included. */
export function loadedBy(file: string, eager: Graph): string[] {
  const loaded = new Set([file]);
  for (const one of loaded) for (const next of eager.get(one) ?? []) loaded.add(next);
  return [...loaded];
}

/** Imports that make every start slower. */
export function startProblems(eager: Graph): Violation[] {
  return starts.flatMap(({ file: program, late }) =>
    loadedBy(program, eager).filter((file) => !late.test(file)).flatMap((file) =>
      (eager.get(file) ?? []).filter((to) => late.test(to)).map((to) => ({
        file,
        line: 1,
        rule: `every start of ${program} would load ${to}: import() it where it is needed, such as in run`,
      }))
    )
  );
}
