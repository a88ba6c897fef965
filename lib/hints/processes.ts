// Processes that do not stay up, in words.

import { parseService } from "../commands/app/processes.ts";
import { AlcaideError, type Exit } from "../core/error.ts";
import { list } from "../core/text.ts";

/** A process that ended soon after its start, in words. */
export function downText(server: string, { name, instance }: { name: string; instance: number }): string {
  return `${server}: ${name} ${instance} does not stay up: it ended within seconds of its start`;
}

/** An error for processes that had to stay up before the switch. */
export function explainDown(server: string, { stdout }: Exit): AlcaideError {
  const rows = stdout.split("\n");
  const down = rows.flatMap((row) => parseService(/^down (\S+)$/.exec(row)?.[1] ?? "") ?? []);
  return new AlcaideError(list(down.map((one) => downText(server, one))), {
    details: rows.filter((row) => row.startsWith("| ")).map((row) => row.slice(2)),
    hint: "It starts before the switch, so nothing was switched. Its last lines say why",
  });
}
