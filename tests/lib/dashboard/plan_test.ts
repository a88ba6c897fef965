// The plans that a dashboard shows before it does anything.

import { assert, assertStringIncludes } from "@std/assert";
import { builtInTasks } from "../../../tasks/mod.ts";
import { gives, open, tasksWith } from "./opened.ts";

const steps = [{ title: "Create the jail" }];

Deno.test("a plan says who gets what: some visitors, no release at all", async () => {
  const part = (share?: string) => gives([{ server: "web", release: "7-b", previous: "6-a", share, steps }]);
  for (
    const [plan, says] of [
      [part("10% of the visitors"), "</strong> gets 10% of the visitors; 6-a stays live"],
      [part(), "</strong> takes the traffic from 6-a"],
      [gives([{ server: "web", steps: [{ title: "Restart web" }] }]), "<li>Restart web</li>"],
    ] as const
  ) {
    await using page = await open({ tasks: tasksWith({ restart: plan }) });
    const text = await (await page.post("ask", { app: "shop", action: "restart" })).text();
    assertStringIncludes(text, says);
  }
});

Deno.test("each action's task has a plan", () => {
  const { deploy, rollback, restart, cutover, promote, abort } = builtInTasks;
  for (const task of [deploy, rollback, restart, cutover, promote, abort]) assert(task?.options?.["plan"]);
});
