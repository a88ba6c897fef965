/** Long requests that straddle a cutover: an answer and an upload that take their time. */

import { crc32 } from "../crc32.ts";
import type { Answer, HttpConnection } from "./load_connection.ts";
import { messageOf } from "./load_fault.ts";
import { connect, type Endpoint, endpoint, type EndpointOptions, requestHead } from "./load_http.ts";
import { patience } from "./until.ts";

const CONNECT_TIMEOUT = patience(15_000);
/** The time that a stream may take beyond the asked one. */
const SPARE = patience(15_000);
const PIECE_EVERY = 100;

/** How a long request ended. */
export interface StreamReport {
  readonly completed: boolean;
  /** Bytes of the body that was asked for, or sent. */
  readonly bytes: number;
  readonly durationMs: number;
  /** The release that answered. */
  readonly release?: string;
  /** Why it did not complete. */
  readonly error?: string;
}

type Outcome = Pick<StreamReport, "bytes" | "release">;

/** Downloads `/slow` of the test app, which takes `ms`. */
export async function slowDownload(
  url: string,
  ms: number,
  options?: EndpointOptions,
): Promise<StreamReport> {
  return await stream(endpoint(url, options), ms + SPARE, async (connection, to) => {
    const answer = await connection.exchange(requestHead(to, `/slow?ms=${ms}`), ms + SPARE);
    const text = textOf(answer);
    const last = text.trimEnd().split("\n").at(-1);
    if (!last?.startsWith("end ")) throw new Error(`the answer ends with ${JSON.stringify(last)}`);
    return outcome(answer, answer.body.length);
  });
}

/** Reads an event stream of the test app's, asked for as browsers do: an event every 200 ms, for `ms`. */
export async function eventStream(url: string, ms: number, options?: EndpointOptions): Promise<StreamReport> {
  return await stream(endpoint(url, options), ms + SPARE, async (connection, to) => {
    const events = Math.ceil(ms / 200);
    const headers = ["Accept: text/event-stream", "Cache-Control: no-store"];
    const answer = await connection.exchange(
      requestHead(to, `/sse?count=${events}`, { headers }),
      ms + SPARE,
    );
    const came = textOf(answer).match(/^data:/gm)?.length;
    if (came !== events) throw new Error(`${came} of ${events} events came`);
    return outcome(answer, answer.body.length);
  });
}

/** Uploads so many bytes to the test app, in pieces over `ms`, and compares the checksum it answers. */
export async function slowUpload(
  url: string,
  bytes: number,
  ms: number,
  options?: EndpointOptions,
): Promise<StreamReport> {
  return await stream(endpoint(url, options), ms + SPARE, async (connection, to) => {
    const body = Uint8Array.from({ length: bytes }, (_, at) => (at * 31 + (at >> 8)) & 255);
    const headers = [`Content-Length: ${bytes}`, "Content-Type: application/octet-stream"];
    await connection.send(requestHead(to, "/upload", { method: "POST", headers }));
    const answering = readAnswer(connection);
    await Promise.race([sendSlowly(connection, body, ms), refusal(answering)]);
    const answer = await answering;
    const expected = `${bytes} ${crc32(body).toString(16).padStart(8, "0")}\n`;
    if (textOf(answer) !== expected) throw new Error(`the app received ${JSON.stringify(textOf(answer))}`);
    return outcome(answer, bytes);
  });
}

async function stream(
  to: Endpoint,
  timeout: number,
  run: (connection: HttpConnection, to: Endpoint) => Promise<Outcome>,
): Promise<StreamReport> {
  const start = performance.now();
  const durationMs = () => Math.round(performance.now() - start);
  let connection: HttpConnection | undefined;
  try {
    const opened = connection = await connect(to, CONNECT_TIMEOUT);
    const result = await opened.within(timeout, () => run(opened, to));
    return { completed: true, durationMs: durationMs(), ...result };
  } catch (error) {
    return { completed: false, bytes: 0, durationMs: durationMs(), error: messageOf(error) };
  } finally {
    connection?.close();
  }
}

async function readAnswer(connection: HttpConnection): Promise<Answer> {
  const { status, headers } = await connection.readHead();
  return { status, headers, body: await connection.readBody(status, headers) };
}

/** An answer in the midst of an upload is a refusal: it rejects then, and never resolves. */
async function refusal(answering: Promise<Answer>): Promise<void> {
  const { status } = await answering;
  if (status !== 200) throw new Error(`status ${status}`);
  await new Promise(() => {});
}

async function sendSlowly(
  connection: HttpConnection,
  body: Uint8Array<ArrayBuffer>,
  ms: number,
): Promise<void> {
  const pieces = Math.max(1, Math.ceil(ms / PIECE_EVERY));
  const start = performance.now();
  for (let piece = 0; piece < pieces; piece++) {
    const due = start + ms * (piece + 1) / pieces;
    await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
    const from = Math.floor(body.length * piece / pieces);
    await connection.send(body.subarray(from, Math.floor(body.length * (piece + 1) / pieces)));
  }
}

function textOf({ status, body }: Answer): string {
  if (status !== 200) throw new Error(`status ${status}`);
  return new TextDecoder().decode(body);
}

function outcome({ headers }: Answer, bytes: number): Outcome {
  const release = headers.get("x-release");
  return release === undefined ? { bytes } : { bytes, release };
}
