import { assertEquals } from "@std/assert";
import { lateTask, wordsOf } from "../../../lib/task/late_task.ts";
import type { Completion } from "../../../lib/task/completion.ts";
import { task } from "../../../lib/task/task.ts";
import { fakeContext } from "../../fake/context.ts";

Deno.test("lateTask() has a task's words, and reads the rest when it completes or runs", async () => {
  const ran: unknown[] = [];
  let loaded = 0;
  const whole = task({
    description: "Look",
    group: "Seeing",
    args: [{
      name: "what",
      description: "It",
      rest: true,
      complete: ({ words }: Completion) => [...words, "x"],
    }],
    options: { deep: { type: "number", description: "How deep", complete: () => ["1"] } },
    configless: true,
    run: ({ args, options }) => Promise.resolve(void ran.push(args, options)),
  });
  const words = wordsOf(whole);
  assertEquals(words, {
    description: "Look",
    group: "Seeing",
    args: [{ name: "what", description: "It", rest: true, complete: true }],
    options: { deep: { type: "number", description: "How deep", complete: true } },
    configless: true,
  });
  const late = lateTask(words, () => Promise.resolve((loaded++, whole)));
  assertEquals([wordsOf(late), loaded], [words, 0]);
  const about = { words: ["a"] } as unknown as Completion;
  assertEquals(await late.args?.[0]?.complete?.(about), ["a", "x"]);
  assertEquals(await late.options?.["deep"]?.complete?.(about), ["1"]);
  await late(fakeContext({ args: ["b"], options: { deep: 2 } }));
  assertEquals([ran, loaded], [[["b"], { deep: 2 }], 3]);
});
