/**
 * Replays the recorded commands by hand and prints what differs.
 *
 * `deno run -A tests/host/contract_try.ts RECORDING [FIRST[-LAST]] [--alone] [--all]`, RECORDING as in `15.0-more`: rows before FIRST are run without a word, or
 * left away with `--alone`; rows that are left out are printed only with `--all`; `--slow` names those that took long.
 */
import { parseArgs } from "@std/cli/parse-args";
import { leftOutOf } from "./contract_left_out.ts";
import { Contract } from "./contract_replay.ts";
import { readRows, recordings } from "./contract_rows.ts";

const options = parseArgs(Deno.args, { boolean: ["alone", "all", "slow"] });
const recording = recordings.find((name) => name === `${options._[0]}` || Number(name) === options._[0]) ??
  "15.0";
const [first = 1, last = 10_000] = `${options._[1] ?? ""}`.split("-").filter((part) => part !== "").map(
  Number,
);
const silent = new Set(options.all ? [] : leftOutOf(recording).map((entry) => entry.row));

const rows = await readRows(recording);
const began = Date.now();
let differing = 0;
await using contract = await Contract.start(recording);
say(`host ${contract.host.target} after ${Date.now() - began} ms`);
for (const row of rows.filter((row) => row.number <= last)) {
  if (options.alone && row.number < first) continue;
  if (rows[row.number - 2]?.scenario !== row.scenario && row.scenario.startsWith("after a reboot")) {
    await contract.reboot();
  }
  const start = Date.now();
  const lines = await contract.replay(row);
  const took = Date.now() - start;
  if (options.slow && took > 500) say(`${row.number} took ${took} ms: ${row.cmd}`);
  if (row.number < first || lines.length === 0 || silent.has(row.number)) continue;
  differing++;
  say(
    `${row.number} [${row.scenario}] ${took} ms\n  $ ${row.cmd}\n${
      lines.map((line) => `  ${line}`).join("\n")
    }`,
  );
}
say(`${differing} rows differ, ${Date.now() - began} ms`);

function say(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}
