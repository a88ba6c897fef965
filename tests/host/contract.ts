/**
 * The contract with reality: all commands recorded on real FreeBSD machines are run on a test host of that version in their
 * order, and must give the same status and text.
 */
import { assertEquals } from "@std/assert";
import { leftOutOf, unverified } from "./contract_left_out.ts";
import { Contract } from "./contract_replay.ts";
import { readRows, type Recording, type Row } from "./contract_rows.ts";
import { hostUnavailable } from "./mod.ts";

/** The result of the replay of all rows. */
interface Tally {
  readonly equal: number[];
  /** Rows that differ and may not, with what differs. */
  readonly broken: string[];
  /** Rows that stand among those left out and are equal. */
  readonly needless: number[];
}

/** Registers the test of a recording. */
export function testRecording(recording: Recording): void {
  Deno.test({
    name: `the test host answers recorded commands as FreeBSD ${recording} did`,
    ignore: hostUnavailable() !== undefined,
    async fn(t) {
      const rows = await readRows(recording);
      const tally: Tally = { equal: [], broken: [], needless: [] };
      await using contract = await Contract.start(recording);
      for (const scenario of scenarios(rows)) {
        await t.step(scenario[0]!.scenario, async () => {
          const before = tally.broken.length;
          if (scenario[0]!.scenario.startsWith("after a reboot")) await contract.reboot();
          for (const row of scenario) await replay(contract, row, tally);
          assertEquals(tally.broken.slice(before), []);
        });
      }
      report(recording, tally);
      assertEquals(tally.needless, [], "rows that need not be left out any more");
    },
  });
}

async function replay(contract: Contract, row: Row, tally: Tally): Promise<void> {
  const lines = await contract.replay(row);
  const sameStatus = !lines.some((line) => line.startsWith("status:"));
  const excused = sameStatus && leftOutOf(contract.recording).some((entry) => entry.row === row.number);
  if (lines.length === 0) {
    tally.equal.push(row.number);
    if (excused) tally.needless.push(row.number);
  } else if (!excused) {
    tally.broken.push([`row ${row.number}: ${row.cmd}`, ...lines].join("\n"));
  }
}

/** The rows by scenario, in order. */
function scenarios(rows: readonly Row[]): Row[][] {
  const groups: Row[][] = [];
  for (const row of rows) {
    const last = groups.at(-1);
    if (last?.[0]?.scenario === row.scenario) last.push(row);
    else groups.push([row]);
  }
  return groups;
}

function report(recording: Recording, tally: Tally): void {
  const here = leftOutOf(recording);
  const lines = [`contract: ${tally.equal.length} commands of ${recording} equal, ${here.length} left out`];
  const reasons = Map.groupBy(here, (entry) => entry.reason);
  for (const [reason, entries] of reasons) {
    lines.push(`  left out, ${reason}: ${entries.map((entry) => entry.row).join(" ")}`);
  }
  lines.push(...unverified.map((what) => `  unverified: ${what}`));
  Deno.stdout.writeSync(new TextEncoder().encode(`${lines.join("\n")}\n`));
}
