// One command on a connection: its channel from opening to end.

import { Buffer } from "node:buffer";
// @ts-types="@types/ssh2"
import type { ClientChannel } from "ssh2";
import type { Exit } from "../../core/error.ts";
import { aborted } from "../limits.ts";
import type { ExecOptions } from "../mod.ts";
import { outputSink, type Sink } from "../output.ts";
import type { Connection } from "./handshake.ts";
import { type Gate, gate } from "../gate.ts";
import type { Delivery } from "../script.ts";
import { sendAll } from "../stdin.ts";
import { abandon } from "./shells.ts";

/** How a command ended, and what came instead when its script never began. */
export interface Ending {
  /** Its end; undefined when the script never began. */
  readonly exit: Exit | undefined;
  /** The output before the script began. */
  readonly words: string;
}

/**
 * Runs one command on its channel and waits for its end; closes the channel when the signal comes.
 *
 * @param end tells a script that still runs to end; sshd itself refuses signals to those who logged in as root
 */
export async function runOnChannel(
  connection: Connection,
  channel: ClientChannel,
  delivery: Delivery,
  options: ExecOptions,
  signal: AbortSignal,
  end: (pid: number) => Promise<void>,
): Promise<Ending> {
  const over = new AbortController();
  const sink = outputSink(options);
  const output = gate(delivery.markers, (chunk) => sink.write(chunk, "out"), () => {
    send(connection, channel, options, over.signal).catch((error) => over.abort(error));
  });
  try {
    const ending = converse(channel, connection, delivery, options, output, sink);
    return await Promise.race([ending, aborted(signal), aborted(over.signal)]);
  } catch (error) {
    abandon(channel);
    if (output.pid !== undefined && !connection.lost) await end(output.pid);
    throw error;
  } finally {
    over.abort();
  }
}

/** Talks to a command until its channel is closed. */
function converse(
  channel: ClientChannel,
  connection: Connection,
  delivery: Delivery,
  options: ExecOptions,
  output: Gate,
  sink: Sink,
): Promise<Ending> {
  return new Promise((resolve, reject) => {
    const guarded = (work: () => void) => {
      try {
        work();
      } catch (error) {
        reject(error);
      }
    };
    channel.on("error", reject);
    channel.stderr.on("error", reject);
    channel.on("data", (chunk: Buffer) => guarded(() => output.write(chunk)));
    channel.stderr.on("data", (chunk: Buffer) => guarded(() => sink.write(chunk, "err")));
    // A quick command's status may come with the news that it was started, before anybody listens: this event repeats it.
    channel.on("close", (code: number | null = null, killer?: string) => {
      const finish = () => {
        if (connection.lost) return reject(connection.lost);
        guarded(() => resolve(ending(code, killer?.replace(/^SIG/, ""), output, sink.end())));
      };
      if (channel.stderr.readableEnded || connection.lost) finish();
      else channel.stderr.once("end", finish);
    });
    if (options.stdin === undefined && !options.terminal) channel.end(delivery.text);
    else if (delivery.text !== "") channel.write(delivery.text);
  });
}

function ending(
  code: number | null,
  signal: string | undefined,
  output: Gate,
  texts: { stdout: string; stderr: string },
): Ending {
  const early = new TextDecoder().decode(output.end());
  if (output.seen === 0) return { exit: undefined, words: `${texts.stderr}\n${early}` };
  return { exit: { code, ...(signal ? { signal } : {}), ...texts }, words: "" };
}

/** Sends standard input once the script is ready for it, and what happens to the terminal's size. */
async function send(
  connection: Connection,
  channel: ClientChannel,
  options: ExecOptions,
  over: AbortSignal,
): Promise<void> {
  const { stdin, terminal } = options;
  terminal?.onResize?.((columns, rows) => channel.setWindow(rows, columns, 0, 0), over);
  if (stdin === undefined) return;
  await sendAll(stdin, writer(connection, channel, over), over);
  if (over.aborted) return;
  // At a terminal the end of input is a character; closing the channel's side would tell the program nothing.
  if (terminal) channel.write("\x04");
  else channel.end();
}

/** Bytes that ssh2 may hold for a channel until the server says that it wants more. */
const ahead = 512 * 1024;

/**
 * Hands pieces to ssh2, and waits when it holds enough, or the line does. Not for the channel's "drain", which comes only when ssh2 holds
 * nothing any more: then the line would stand still until the next piece is there.
 */
function writer(
  connection: Connection,
  channel: ClientChannel,
  over: AbortSignal,
): (piece: Uint8Array) => Promise<void> | void {
  let held = 0;
  let wake = () => {};
  over.addEventListener("abort", () => wake());
  return (piece) => {
    held += piece.length;
    channel.write(Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength), () => {
      held -= piece.length;
      wake();
    });
    if (held < ahead || over.aborted) return connection.taken();
    return new Promise((resolve) => {
      wake = () => {
        if (held < ahead || over.aborted) resolve();
      };
    });
  };
}
