/**
 * Measures ours beside others', in one run. Prints tables, or with `--json` one JSON document. Names of parts as arguments
 * choose among them; long parts are measured only so. No figure makes it fail: it is no test.
 */

import { command } from "./command.ts";
import { cutover } from "./cutover.ts";
import { delta } from "./delta.ts";
import { deploy } from "./deploy.ts";
import { image } from "./image.ts";
import { jail } from "./jail.ts";
import { posts } from "./posts.ts";
import { type Finding, type Part, rowsText } from "./row.ts";
import { requests } from "./requests.ts";
import { servers } from "./servers.ts";
import { start } from "./start.ts";
import { switches } from "./switches.ts";
import { upload } from "./upload.ts";

const parts: readonly Part[] = [
  // First: it measures the memory of this process.
  servers,
  command,
  upload,
  delta,
  deploy,
  jail,
  image,
  cutover,
  requests,
  start,
  switches,
  posts,
];

interface Outcome {
  readonly part: Part;
  /** Why it was left out. */
  readonly skipped?: string;
  /** Why it came to no end. */
  readonly failed?: string;
  readonly finding?: Finding;
}

async function runPart(part: Part): Promise<Outcome> {
  const skipped = part.unavailable();
  if (skipped !== undefined) {
    note(`${part.name}: left out: ${skipped}`);
    return { part, skipped };
  }
  note(`${part.name}: ${part.description}`);
  try {
    return { part, finding: await part.run((text) => note(`  ${text}`)) };
  } catch (error) {
    const failed = error instanceof Error ? error.message : `${error}`;
    note(`${part.name}: failed: ${failed}`);
    return { part, failed };
  }
}

function text(outcomes: readonly Outcome[]): string {
  const rows = outcomes.flatMap(({ finding }) => finding?.rows ?? []);
  const lines = rowsText(rows);
  for (const { part, finding, skipped, failed } of outcomes) {
    lines.push("", part.description);
    if (skipped !== undefined) lines.push(`Left out: ${skipped}`);
    else if (failed !== undefined) lines.push(`Failed: ${failed}`);
    else lines.push(...finding?.notes ?? []);
  }
  return lines.join("\n");
}

function json(outcomes: readonly Outcome[]): string {
  const found = outcomes.map(({ part, skipped, failed, finding }) => [
    part.name,
    finding ? { rows: finding.rows, ...finding.values } : { skipped, failed },
  ]);
  return JSON.stringify({ machine: machine(), ...Object.fromEntries(found) }, null, 2);
}

function machine(): Record<string, unknown> {
  return {
    os: Deno.build.os,
    arch: Deno.build.arch,
    cpus: navigator.hardwareConcurrency,
    deno: Deno.version.deno,
  };
}

/** News for the person who waits; standard output is for the result alone. */
function note(line: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}

function chosen(names: readonly string[]): readonly Part[] {
  const unknown = names.find((name) => !parts.some((part) => part.name === name));
  if (unknown === undefined) {
    return parts.filter(({ name, minutes }) =>
      names.length === 0 ? minutes === undefined : names.includes(name)
    );
  }
  note(`Cannot measure "${unknown}": there are ${parts.map(({ name }) => name).join(", ")}`);
  Deno.exit(2);
}

if (import.meta.main) {
  const asJson = Deno.args.includes("--json");
  const outcomes: Outcome[] = [];
  for (const part of chosen(Deno.args.filter((word) => word !== "--json"))) {
    outcomes.push(await runPart(part));
  }
  const result = asJson ? json(outcomes) : text(outcomes);
  Deno.stdout.writeSync(new TextEncoder().encode(`${result}\n`));
  Deno.exit(outcomes.some(({ failed }) => failed !== undefined) ? 1 : 0);
}
