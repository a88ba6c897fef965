// The contract with FreeBSD 13.2. That with 15.0 is a file of its own, so that both run at once.

import { assertEquals } from "@std/assert";
import { testRecording } from "./contract.ts";
import { leftOutOf } from "./contract_left_out.ts";
import { readRows, recordings } from "./contract_rows.ts";

testRecording("13.2");

Deno.test("every command left out is a recorded one and has a reason", async () => {
  for (const recording of recordings) {
    const rows = await readRows(recording);
    const here = leftOutOf(recording);
    const wrong = here.filter(({ row, cmd, reason }) => !rows[row - 1]?.cmd.startsWith(cmd) || reason === "");
    assertEquals(wrong, []);
    assertEquals(new Set(here.map((entry) => entry.row)).size, here.length);
  }
});
