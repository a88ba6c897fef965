/** Tries inputs, one after another, where a hang hurts nobody: the thread that started this one ends it. */

import { subjects } from "./subjects/mod.ts";

/** An input to try. */
export interface Question {
  readonly subject: string;
  readonly input: unknown;
}

/** The end of a case, or the problem. */
export type Answer = { readonly ending: "accepted" | "refused" } | { readonly problem: string };

async function answer({ subject, input }: Question): Promise<Answer> {
  try {
    const ending = await subjects[subject]?.check(input as never);
    return ending === undefined ? { problem: `there is no subject ${subject}` } : { ending };
  } catch (error) {
    return {
      problem: error instanceof Error ? error.stack ?? error.message : `It threw ${Deno.inspect(error)}`,
    };
  }
}

const port = self as unknown as {
  onmessage: (event: MessageEvent) => void;
  postMessage(answer: Answer | "ready"): void;
};
port.onmessage = async ({ data }: MessageEvent<Question>) => port.postMessage(await answer(data));
// A message that comes before somebody listens is lost.
port.postMessage("ready");
