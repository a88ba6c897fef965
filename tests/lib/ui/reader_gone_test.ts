// A task that goes on printing ends when nobody reads it any more.

import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { memoryUi } from "../../fake/memory_ui.ts";
import { ReaderGoneError } from "../../../lib/core/error.ts";
import { ServersError } from "../../../lib/remote/servers.ts";
import { report } from "../../../lib/ui/report.ts";

const program = fromFileUrl(new URL("../../../cli.ts", import.meta.url));
const endless = `export default { app: "shop", server: "web", build: { prebuilt: "." } };
export async function chatter({ ui }) {
  for (;;) {
    ui.output(new TextEncoder().encode("more\\n"), "out");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
`;

for (const option of ["", "--json"]) {
  Deno.test(`a command that prints for ever ends with its reader ${option}`, async () => {
    const cwd = await Deno.makeTempDir({ prefix: "alcaide-gone-" });
    try {
      await Deno.writeTextFile(`${cwd}/Alcaidefile.ts`, endless);
      const line =
        `{ timeout 60 "$0" run -A --quiet "$1" chatter ${option}; echo "status $?" >&2; } | head -n 1`;
      const { stdout, stderr } = await new Deno.Command("sh", {
        args: ["-c", line, Deno.execPath(), program],
        cwd,
      }).output();
      assertEquals(new TextDecoder().decode(stdout).includes("more"), true);
      assertEquals(new TextDecoder().decode(stderr), "status 141\n");
    } finally {
      await Deno.remove(cwd, { recursive: true });
    }
  });
}

Deno.test("report() says nothing when nobody reads what several servers print", () => {
  const ui = memoryUi();
  const gone = new ReaderGoneError();
  const shown: unknown[] = [];
  const fail = (error: unknown) => void shown.push(error);
  const all = new ServersError(new Map([["a", gone], ["b", gone]]));
  assertEquals([report(gone, { ...ui, fail }), report(all, { ...ui, fail }), shown], [141, 141, []]);
  const mixed = new ServersError(new Map<string, unknown>([["a", gone], ["b", new Error("x")]]));
  report(mixed, { ...ui, fail });
  assertEquals(shown, [mixed]);
});
