/** Talking to recorder.pl, the process that keeps a test host alive and watches it. */
import { dirname, fromFileUrl, join } from "@std/path";

const small =
  'echo 512 >/proc/sys/net/ipv4/tcp_child_ehash_entries 2>/dev/null; exec unshare --net --mount "$@"';

const here = dirname(fromFileUrl(import.meta.url));

/** A running recorder. */
export class Recorder implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: ReadableStreamDefaultReader<string>;
  #last: Promise<unknown> = Promise.resolve();

  /** The process id, for laying the cable into its network namespace. */
  readonly pid: number;

  private constructor(process: Deno.ChildProcess) {
    this.#process = process;
    this.pid = process.pid;
    this.#writer = process.stdin.getWriter();
    this.#lines = process.stdout
      .pipeThrough(new TextDecoderStream() as TransformStream<BufferSource, string>)
      .pipeThrough(splitLines()).getReader();
  }

  /**
   * Starts a recorder in a network and mount namespace of its own. Its table of connections is small: each reader of /proc/net
   * walks the whole of it, and the usual one has a slot for each 100 kB of the machine's memory. (Linux before 6.1 keeps to that.)
   */
  static async start(config: Record<string, string>): Promise<Recorder> {
    const words = Object.entries(config).map(([key, value]) => `${key}=${value}`);
    const process = new Deno.Command("unshare", {
      args: ["--net", "sh", "-c", small, "sh", "perl", join(here, "recorder.pl"), ...words],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const recorder = new Recorder(process);
    await recorder.#answer();
    return recorder;
  }

  /** Sends a request and returns its answer; requests wait for each other. */
  ask(...words: readonly (string | number)[]): Promise<unknown> {
    const asked = this.#last.then(async () => {
      await this.#send(words);
      return await this.#answer();
    });
    this.#last = asked.catch(() => {});
    return asked;
  }

  async #send(words: readonly (string | number)[]): Promise<void> {
    const line = words.map((word) => encodeURIComponent(word)).join(" ");
    await this.#writer.write(new TextEncoder().encode(`${line}\n`));
  }

  async #answer(): Promise<unknown> {
    const { value } = await this.#lines.read();
    if (value === undefined) throw new Error("Cannot reach the test host's recorder");
    return JSON.parse(value);
  }

  /** Ends the host and waits until nothing of it is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close().catch(() => {});
    await this.#lines.cancel().catch(() => {});
    await this.#process.status;
  }
}

function splitLines(): TransformStream<string, string> {
  let rest = "";
  return new TransformStream({
    transform(chunk, controller) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop()!;
      for (const line of lines) controller.enqueue(line);
    },
  });
}
