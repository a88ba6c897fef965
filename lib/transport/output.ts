// A command's output: passed on by line or as it comes, and kept within bounds.

import { Buffer, isUtf8 } from "node:buffer";
import { AlcaideError } from "../core/error.ts";
import type { ExecOptions } from "./mod.ts";

/** The output: one of two. */
export type Stream = "out" | "err";

/** Takes what a command prints and gives it as texts at the end. */
export interface Sink {
  write(chunk: Uint8Array, stream: Stream): void;
  /** Delivers what is left and gives both texts. */
  end(): { stdout: string; stderr: string };
}

/** How much is kept of each output. */
export interface Limits {
  /** Bytes kept from the beginning, and again from the end, when somebody else gets all of it. */
  readonly edge: number;
  /** Bytes kept when nobody else gets them; more is an error. */
  readonly whole: number;
}

const defaultLimits: Limits = { edge: 1024 * 1024, whole: 64 * 1024 * 1024 };
const longestLine = 64 * 1024;

/** Makes the sink that a command's options ask for. */
export function outputSink(options: ExecOptions, limits: Limits = defaultLimits): Sink {
  const { onData, onLine } = options;
  if (onData) return { write: onData, end: () => ({ stdout: "", stderr: "" }) };
  const sinks = { out: keeper(limits, onLine !== undefined), err: keeper(limits, onLine !== undefined) };
  const splitter = (stream: Stream) => onLine && lineSplitter((line, bytes) => onLine(line, stream, bytes));
  const splitters = { out: splitter("out"), err: splitter("err") };
  return {
    write(chunk, stream) {
      sinks[stream].write(chunk);
      splitters[stream]?.write(chunk);
    },
    end() {
      splitters.out?.end();
      splitters.err?.end();
      return { stdout: sinks.out.text(), stderr: sinks.err.text() };
    },
  };
}

/**
 * Cuts bytes into lines. A line ends with LF or CR LF; of text rewritten by lone CRs (a progress display) only the last
 * state is a line.
 */
export function lineSplitter(
  onLine: (line: string, bytes?: Uint8Array) => void,
): { write(chunk: Uint8Array): void; end(): void } {
  // A character for each byte: nothing is lost, and line ends are what they are in UTF-8.
  let rest = "";
  const deliver = (line: string) => {
    const bytes = Buffer.from(lastState(line), "latin1");
    if (isUtf8(bytes)) onLine(bytes.toString("utf8"));
    else onLine(decode(bytes), bytes);
  };
  const take = (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(deliver);
    // A display that never ends its line must not fill the memory: all but its last state is forgotten.
    if (rest.length > longestLine) rest = lastState(rest) + (rest.endsWith("\r") ? "\r" : "");
    if (rest.length > longestLine) {
      // The rest of its last character may still come.
      const cut = rest.search(/[\xc0-\xff][\x80-\xbf]{0,2}$/);
      deliver(cut < 0 ? rest : rest.slice(0, cut));
      rest = cut < 0 ? "" : rest.slice(cut);
    }
  };
  return {
    write: (chunk) => take(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString("latin1")),
    end() {
      if (rest !== "") deliver(rest);
      rest = "";
    },
  };
}

function lastState(line: string): string {
  const text = line.replace(/\r+$/, "");
  return text.slice(text.lastIndexOf("\r") + 1);
}

/** Keeps bytes: all of them up to a limit, or only both ends when somebody else gets them all. */
function keeper(limits: Limits, edges: boolean): { write(chunk: Uint8Array): void; text(): string } {
  const head: Uint8Array[] = [];
  const tail: Uint8Array[] = [];
  const room = edges ? limits.edge : limits.whole;
  let headSize = 0;
  let tailSize = 0;
  let total = 0;
  const toTail = (chunk: Uint8Array) => {
    tail.push(chunk);
    tailSize += chunk.length;
    while (tail[0] && tailSize - tail[0].length >= limits.edge) {
      tailSize -= tail[0].length;
      tail.shift();
    }
  };
  return {
    write(chunk) {
      total += chunk.length;
      const kept = chunk.subarray(0, room - headSize);
      if (kept.length > 0) head.push(kept);
      headSize += kept.length;
      if (kept.length === chunk.length) return;
      if (!edges) throw tooMuch(limits.whole);
      toTail(chunk.subarray(kept.length));
    },
    text() {
      const end = Buffer.concat(tail).subarray(Math.max(0, tailSize - limits.edge));
      const missing = total - headSize - end.length;
      if (missing <= 0) return decode(Buffer.concat([...head, end]));
      return `${decode(Buffer.concat(head), "end")}\n[${missing} bytes left out]\n${decode(end, "start")}`;
    },
  };
}

function tooMuch(limit: number): AlcaideError {
  return new AlcaideError(`Cannot keep the output of a command: it is longer than ${limit} bytes`, {
    hint: "Read it with `onLine` or `onData`, or let the command write to a file",
  });
}

/** Decodes text that may have been cut inside a character at one side. */
function decode(bytes: Uint8Array, cut?: "start" | "end"): string {
  if (cut === "end") return new TextDecoder().decode(bytes, { stream: true });
  let from = 0;
  while (cut === "start" && from < 3 && ((bytes[from] ?? 0) & 0xc0) === 0x80) from++;
  return new TextDecoder().decode(bytes.subarray(from));
}
