/** Lanes that work side by side, each a process with a host of its own. */

import type { Order, Sequence } from "./lane.ts";
import { jsonLine, jsonLines } from "./lines.ts";

/** A lane, as main sees it. */
export class Lane implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #answers: AsyncGenerator<unknown>;

  /** @param folder where the states of hosts are kept */
  constructor(folder: string) {
    const script = new URL("lane.ts", import.meta.url).pathname;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--quiet", script, folder],
      // Projects of a lane that is ended go with the folder.
      env: { TMPDIR: folder },
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#answers = jsonLines(this.#child.stdout);
  }

  async ask<T>(order: Order | Sequence): Promise<T> {
    await this.#writer.write(jsonLine(order));
    const { value, done } = await this.#answers.next();
    if (done) throw new Error("a lane ended");
    return value as T;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close().catch(() => {});
    await this.#child.status;
  }
}

/** Lets lanes do what is to do; each takes the next when it is ready. */
export async function share<T>(
  lanes: readonly Lane[],
  work: readonly T[],
  one: (lane: Lane, work: T) => Promise<void>,
): Promise<void> {
  const queue = [...work];
  await Promise.all(lanes.map(async (lane) => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await one(lane, next);
  }));
}
