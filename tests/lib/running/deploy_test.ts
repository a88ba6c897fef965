// The end of a deploy: where the release is, and what to do next.

import { assertEquals } from "@std/assert";
import { deploy } from "../../../tasks/deploy.ts";
import { rollback } from "../../../tasks/rollback.ts";
import type { Task } from "../../../lib/task/task.ts";
import { fakeContext } from "../../fake/context.ts";
import { fakeServer } from "../../fake/server.ts";
import { user } from "../deploy/deploying.ts";

/** Two servers, of which the second was deployed to by itself before. */
const [one, two] = [fakeServer({ name: "one" }), fakeServer({ name: "two" })];

/** The result of a task for people, without its times. */
async function told(task: Task, servers = [one, two]): Promise<string> {
  const ctx = fakeContext({ config: { ...user, server: servers.map(({ remote }) => remote.name) }, servers });
  await task(ctx);
  return (ctx.ui.results[0] ?? "").replaceAll(/[\d.]+ s\b/g, "T");
}

Deno.test("a deploy ends with the release's jails and servers, and what to do next", async () => {
  assertEquals(
    [await told(deploy, [two]), await told(deploy), await told(deploy), await told(rollback)],
    [
      '1-1a2b3c4 is live at http://two/ after T\n  in shop_blue on two\n  next: "alcaide logs -f" follows its log',
      '2-1a2b3c4 is live at http://one/, http://two/ after T\n  in shop_blue on one\n  in shop_green on two\n  next: "alcaide rollback" goes back to 1-1a2b3c4',
      '3-1a2b3c4 is live at http://one/, http://two/ after T\n  in shop_green on one\n  in shop_blue on two\n  next: "alcaide rollback" goes back to 2-1a2b3c4',
      '2-1a2b3c4 is live again at http://one/, http://two/ after T\n  in shop_blue on one\n  in shop_green on two\n  next: "alcaide logs --release 3-1a2b3c4" shows the log of the one before',
    ],
  );
});
