// Runs scripts on this machine by `/bin/sh`, in the same forms as on a server.

import { type Exit, TimeoutError } from "../core/error.ts";
import { gate } from "./gate.ts";
import { endGroup } from "./groups.ts";
import { aborted, within } from "./limits.ts";
import type { ExecOptions, Transport } from "./mod.ts";
import { outputSink } from "./output.ts";
import { deliverScript, deliverStreaming } from "./script.ts";
import { sendAll } from "./stdin.ts";
import { noTemporary } from "./temporary.ts";

/** Where and with what scripts run. */
export interface LocalOptions {
  /** The directory to run in. */
  readonly cwd?: string;
  /** Variables added to those of the program. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Makes the transport of this machine; scripts have the rights of whoever runs the program. */
export function localTransport(where: LocalOptions = {}): Transport {
  return {
    exec: (script, options) =>
      within(
        options,
        (timeout) => new TimeoutError(`Cannot finish a local command within ${timeout / 1000} s`),
        (signal) =>
          options.terminal ? runAtTerminal(script, where, signal) : runScript(script, where, options, signal),
      ),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** The person's own terminal serves: the script is its foreground job, and Ctrl-C reaches it by itself. */
async function runAtTerminal(script: string, where: LocalOptions, signal: AbortSignal): Promise<Exit> {
  const file = await Deno.makeTempFile({ prefix: "alcaide." }).catch((cause) => {
    throw noTemporary("file", cause);
  });
  try {
    // It is gone before anything runs: who is killed leaves no script behind.
    await Deno.writeTextFile(file, `rm -f -- "$0"\n${script}`);
    const child = new Deno.Command("/bin/sh", { args: [file], ...where, stdin: "inherit", signal }).spawn();
    return exitOf(await child.status, { stdout: "", stderr: "" });
  } finally {
    await Deno.remove(file).catch(() => {});
  }
}

async function runScript(
  script: string,
  where: LocalOptions,
  options: ExecOptions,
  signal: AbortSignal,
): Promise<Exit> {
  const delivery = options.stdin === undefined ? deliverScript(script) : deliverStreaming(script);
  const child = start(where);
  const failed = new AbortController();
  const ended = new AbortController();
  const stopping = AbortSignal.any([signal, failed.signal]);
  stopping.addEventListener("abort", () => endGroup(child.pid, ended.signal));
  child.status.then(() => ended.abort());
  // An escaped process may hold the outputs open; nobody waits for it once the script was told to end.
  const abandoned = Promise.all([aborted(stopping).catch(() => {}), child.status]);
  const sink = outputSink(options);
  const ready = Promise.withResolvers<void>();
  ended.signal.addEventListener("abort", () => ready.resolve());
  const output = gate(delivery.markers, (chunk) => sink.write(chunk, "out"), ready.resolve);
  try {
    const [status] = await Promise.all([
      child.status,
      drain(child.stdout, (chunk) => output.write(chunk), abandoned),
      drain(child.stderr, (chunk) => sink.write(chunk, "err"), abandoned),
      feed(child.stdin, delivery.text, options.stdin, ready.promise, ended.signal),
    ]);
    return exitOf(status, sink.end());
  } catch (error) {
    failed.abort(error);
    await abandoned;
    throw error;
  }
}

function start(where: LocalOptions): Deno.ChildProcess {
  return new Deno.Command("/bin/sh", {
    args: ["-s"],
    ...where,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    // A group of its own, so that what the script started can be ended with it.
    detached: true,
  }).spawn();
}

async function feed(
  stdin: WritableStream<Uint8Array>,
  text: string,
  body: ExecOptions["stdin"],
  ready: Promise<void>,
  ended: AbortSignal,
): Promise<void> {
  const writer = stdin.getWriter();
  // A reader that stops early breaks the pipe; that says nothing about how the command ended.
  writer.closed.catch(() => {});
  const write = (piece: Uint8Array) => writer.write(piece).catch(() => {});
  try {
    await write(new TextEncoder().encode(text));
    if (body === undefined) return;
    await ready;
    await sendAll(body, write, ended);
  } finally {
    await writer.close().catch(() => {});
  }
}

async function drain(
  stream: ReadableStream<Uint8Array>,
  write: (chunk: Uint8Array) => void,
  abandoned: Promise<unknown>,
): Promise<void> {
  const reader = stream.getReader();
  abandoned.then(() => reader.cancel()).catch(() => {});
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      write(value);
    }
  } finally {
    await reader.cancel();
  }
}

function exitOf(status: Deno.CommandStatus, texts: { stdout: string; stderr: string }): Exit {
  if (status.signal === null) return { code: status.code, ...texts };
  return { code: null, signal: status.signal.replace(/^SIG/, ""), ...texts };
}

/**
 * Tells whether SIGHUP was ignored when this program began: under nohup the closing of the terminal ends nothing, and shall not.
 * A shell inherits that, and can't change it.
 */
export function ignoresHangup(): boolean {
  if (Deno.build.os === "windows") return false;
  const args = ["-c", 'trap "exit 1" HUP; kill -HUP $$'];
  return new Deno.Command("/bin/sh", { args, cwd: "/", stdin: "null" }).outputSync().success;
}
