/**
 * Tries cases of one scenario on a host of its own, and prints a line of JSON for each: a process of `main.ts`.
 *
 * Arguments: SCENARIO and, as JSON, a {@linkcode Share}.
 */

import { tryCase } from "./case.ts";
import { chosen } from "./sample.ts";
import { scenarios } from "./scenarios.ts";
import { Stage } from "./stage.ts";
import { ways } from "./ways.ts";

/** The cases that a lane is to try. */
export interface Share {
  /** Calls of each way; all, when it is missing. */
  readonly counts: Readonly<Record<string, number | null>>;
  /** Where in its piece each call of the first way lies. */
  readonly shift: number;
  /** One call instead. */
  readonly only?: number;
  /** The number of this part, and of all parts. */
  readonly part: readonly [number, number];
  /** Milliseconds since 1970 after which no case begins. */
  readonly until?: number;
  /** Tells all that was said. */
  readonly verbose: boolean;
}

/** The output of a lane. */
export type Line =
  | { readonly planned: number; readonly calls: number }
  | {
    readonly way: string;
    readonly call: number;
    readonly struck: boolean;
    readonly problems: readonly string[];
    /** Problems of the first try, where the second one had none. */
    readonly unsteady: readonly string[];
    readonly milliseconds: number;
    readonly said?: string;
  };

function say(line: Line): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
}

/** The cases, all ways by turns. */
function casesOf({ counts, shift, only, part: [part, parts] }: Share, calls: number): [string, number][] {
  const columns = Object.entries(counts).map(([way, count], index, all) =>
    // Each way meets other calls, so that few cases meet many.
    (only === undefined ? chosen(calls, count ?? calls, (shift + index / all.length) % 1) : [only]).map((
      call,
    ) => [way, call] as [string, number])
  );
  const longest = Math.max(...columns.map((column) => column.length));
  const all = Array.from(
    { length: longest },
    (_, row) => columns.flatMap((column) => column.slice(row, row + 1)),
  );
  return all.flat().filter((_, index) => index % parts === part);
}

async function main(name: string, share: Share): Promise<void> {
  const scenario = scenarios[name];
  if (scenario === undefined) throw new Error(`There is no scenario "${name}"`);
  await using stage = await Stage.open(scenario);
  const cases = casesOf(share, stage.calls);
  say({ planned: cases.length, calls: stage.calls });
  for (const [way, call] of cases) {
    if (share.until !== undefined && Date.now() > share.until) break;
    const began = Date.now();
    const attempt = () =>
      tryCase(stage, ways[way]!, call)
        .catch((error) => ({
          struck: true,
          problems: [`the case can't be tried: ${error.stack}`],
          said: "",
        }));
    const first = await attempt();
    // On a busy machine a case may fail by its own clocks. One that fails only once is told, and passes.
    const { struck, problems, said } = first.problems.length === 0 ? first : await attempt();
    const unsteady = problems.length === 0 ? first.problems : [];
    const milliseconds = Date.now() - began;
    say({ way, call, struck, problems, unsteady, milliseconds, ...(share.verbose ? { said } : {}) });
  }
}

if (import.meta.main) {
  // A library that gives up on a lost connection must not end the lane.
  addEventListener("unhandledrejection", (event) => event.preventDefault());
  // Ends with the program that started it.
  Deno.stdin.readable.pipeTo(new WritableStream()).finally(() => Deno.exit(1));
  const told = main(Deno.args[0] ?? "", JSON.parse(Deno.args[1] ?? "{}"));
  await told.catch((error) => {
    Deno.stderr.writeSync(new TextEncoder().encode(`${error.stack}\n`));
    Deno.exit(1);
  });
  Deno.exit();
}
