import { assertEquals } from "@std/assert";
import type { CommandError } from "../../../../lib/core/error.ts";
import { start } from "../../../../lib/deploy/steps/start.ts";
import type { DeployView } from "../../../../lib/deploy/step.ts";
import { fakeContext } from "../../../fake/context.ts";

/** The hint for the first command of `beforeStart` when it ends like this. */
async function hintOf(beforeStart: string[], stderr: string): Promise<string | undefined> {
  const view = {
    ctx: fakeContext(),
    plan: { config: { beforeStart } },
    server: { name: "one" },
    app: { app: "shop", start: "", jail: { name: "shop_blue" } },
    fence: 1,
  };
  const [part] = await start.script?.(view as unknown as DeployView) ?? [];
  return (part?.explain?.({ code: 1, stdout: "", stderr }) as CommandError | undefined)?.hint;
}

Deno.test("start names the command of beforeStart that failed, and what is known of its words", async () => {
  assertEquals(
    [await hintOf(["bin/warm"], "told to fail"), await hintOf(["bin/nope"], "/bin/sh: bin/nope: not found")],
    [
      'It is "bin/warm" of beforeStart',
      "A program is missing: look at the command that names it, and at the contents of the release. " +
      'It is "bin/nope" of beforeStart',
    ],
  );
});
