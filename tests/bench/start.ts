/** How long the program takes to begin, beside the shortest program of its runtime. */

import { join } from "@std/path";
import { repository } from "../e2e/place.ts";
import { runQuietly } from "./loopback.ts";
import { inTurns, median } from "./measure.ts";
import { type Finding, type Part, ratioRow } from "./row.ts";

const rounds = 15;

/** The part of the benchmark. */
export const start: Part = {
  name: "start",
  description: "`alcaide --help` against `deno eval ''`",
  unavailable: () => undefined,
  run: measure,
};

async function measure(): Promise<Finding> {
  const program = join(repository, "cli.ts");
  const times = await inTurns(rounds, {
    ours: () => runQuietly(Deno.execPath(), ["run", "-A", "--quiet", program, "--help"]),
    deno: () => runQuietly(Deno.execPath(), ["eval", ""]),
  });
  const [ours, deno] = [median(times.ours), median(times.deno)];
  return {
    rows: [ratioRow("alcaide --help, deno eval '' beside it", ours, deno)],
    values: { rounds, ours, deno },
    notes: [`Medians of ${rounds} in turns, with everything cached.`],
  };
}
