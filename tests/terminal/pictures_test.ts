// Commands as they look at a terminal.

import { assertEquals } from "@std/assert";
import { golden, pictures, widths } from "./pictures.ts";
import { terminalUnavailable } from "./tmux.ts";

const reason = terminalUnavailable();

for (const columns of widths) {
  const name =
    `a terminal of ${columns} columns shows what tests/golden/terminal says (deno task golden rewrites it)`;
  Deno.test({
    name: reason === undefined ? name : `${name} (skipped: ${reason})`,
    ignore: reason !== undefined,
    fn: async () => {
      for (const [file, text] of Object.entries(await pictures(columns))) {
        assertEquals(text, await Deno.readTextFile(new URL(file, golden)), file);
      }
    },
  });
}
