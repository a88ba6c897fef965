/** Runs the test app on this machine, for tests of the app itself. */

import { makeRelease, type ReleaseOptions } from "./build.ts";

const START_TIMEOUT = 60_000;

/** How to run it. */
export interface StartOptions extends Partial<ReleaseOptions> {
  readonly env?: Readonly<Record<string, string>>;
  /** The words behind the program's name; with none it serves. */
  readonly args?: readonly string[];
  /** Its standard input. */
  readonly input?: string;
}

/** How the app ended. */
export interface AppExit {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** An app that runs on this machine. */
export interface RunningApp extends AsyncDisposable {
  /** The release's directory. */
  readonly directory: string;
  readonly pid: number;
  /** Where it listens, such as `http://127.0.0.1:40123`; waits for its log to say so. */
  listening(): Promise<string>;
  /** Waits until standard output or standard error has that text. */
  says(text: string): Promise<void>;
  /** Sends a signal. */
  kill(signal: Deno.Signal): void;
  /** Waits for its end. */
  ended(): Promise<AppExit>;
}

/** Starts a release of the app on a free port of the loopback. */
export async function startApp(options: StartOptions = {}): Promise<RunningApp> {
  const { text = "test", conf = {} } = options;
  const directory = await makeRelease(await Deno.makeTempDir(), { text, conf });
  const child = await start(directory, options);
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  const ended = async () => {
    const { code } = await child.status;
    await Promise.all([stdout.done, stderr.done]);
    return { code, stdout: stdout.text, stderr: stderr.text };
  };
  const says = (text: string) => until(`"${text}"`, () => (stdout.text + stderr.text).includes(text));
  return {
    directory,
    pid: child.pid,
    says,
    ended,
    kill: (signal) => child.kill(signal),
    async listening() {
      await says("listening on ");
      return `http://${/listening on (\S+)/.exec(stdout.text)![1]}`;
    },
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGKILL");
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
      await ended();
      await Deno.remove(directory, { recursive: true });
    },
  };
}

/** Runs the app until it ends by itself. */
export async function runApp(options: StartOptions): Promise<AppExit> {
  await using app = await startApp(options);
  return await app.ended();
}

/**
 * A program that has just been written can't be run while another thread's child, on its way to its own program, still
 * has the file open for writing.
 */
async function start(directory: string, options: StartOptions): Promise<Deno.ChildProcess> {
  for (let tries = 0;; tries++) {
    try {
      return spawn(directory, options);
    } catch (error) {
      if (tries > 50 || !(error instanceof Error && error.message.includes("Text file busy"))) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

function spawn(directory: string, { env = {}, args = [], input }: StartOptions): Deno.ChildProcess {
  const child = new Deno.Command(`${directory}/bin/app`, {
    args: [...args],
    env: { PORT: "0", HOST: "127.0.0.1", ...env },
    clearEnv: true,
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  if (input !== undefined) ReadableStream.from([new TextEncoder().encode(input)]).pipeTo(child.stdin);
  return child;
}

function collect(stream: ReadableStream<Uint8Array>): { text: string; done: Promise<void> } {
  const output = { text: "", done: Promise.resolve() };
  const read = async () => {
    for await (const piece of stream.pipeThrough(new TextDecoderStream())) output.text += piece;
  };
  output.done = read();
  return output;
}

/** Polls a condition; throws when it does not come true in time. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  const limit = performance.now() + START_TIMEOUT;
  while (!condition()) {
    if (performance.now() > limit) throw new Error(`Cannot wait longer for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
