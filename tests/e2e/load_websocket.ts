/** A WebSocket client as far as an echo needs it, with a Host header of its own. */

import { concat, type HttpConnection } from "./load_connection.ts";
import { messageOf } from "./load_fault.ts";
import { connect, endpoint, type EndpointOptions, requestHead } from "./load_http.ts";
import { patience } from "./until.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const TIMEOUT = patience(15_000);
const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const;

/** How long a conversation lasts. */
export interface WebSocketOptions extends EndpointOptions {
  readonly messages?: number;
  /** Milliseconds between two messages. */
  readonly interval?: number;
  /** Runs when the first message has come back. */
  readonly opened?: () => void;
  /** Ends the conversation after the message under way. */
  readonly signal?: AbortSignal;
}

/** How a conversation went. */
export interface WebSocketReport {
  /** All messages came back, a ping was answered, and the close as well. */
  readonly completed: boolean;
  readonly echoed: number;
  /** The status of the server's close frame. */
  readonly closeCode?: number;
  readonly release?: string;
  readonly error?: string;
}

interface Frame {
  readonly opcode: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

interface Conversation {
  echoed: number;
  closeCode?: number;
  release?: string;
}

/** Says `messages` things to `/ws` of the test app and waits for each to come back. */
export async function websocketEcho(
  url: string,
  { messages = 3, interval = 0, ...where }: WebSocketOptions = {},
): Promise<WebSocketReport> {
  const seen: Conversation = { echoed: 0 };
  let connection: HttpConnection | undefined;
  try {
    const opened = connection = await connect(endpoint(url, where), TIMEOUT);
    const timeout = TIMEOUT + messages * (interval + 100);
    await opened.within(timeout, () => converse(opened, url, { messages, interval, ...where }, seen));
    return { completed: true, ...seen };
  } catch (error) {
    return { completed: false, ...seen, error: messageOf(error) };
  } finally {
    connection?.close();
  }
}

async function converse(
  connection: HttpConnection,
  url: string,
  { messages = 0, interval = 0, signal, opened, ...where }: WebSocketOptions,
  seen: Conversation,
): Promise<void> {
  await shakeHands(connection, url, where, seen);
  for (; seen.echoed < messages && !signal?.aborted; seen.echoed++) {
    const text = `message ${seen.echoed + 1} ${"é".repeat(seen.echoed * 100)}`;
    await sendFrame(connection, opcodes.text, encoder.encode(text));
    await expectFrame(connection, opcodes.text, text, seen);
    if (seen.echoed === 0) opened?.();
    if (interval > 0) await new Promise((resolve) => setTimeout(resolve, interval));
  }
  await sendFrame(connection, opcodes.ping, encoder.encode("still there"));
  await expectFrame(connection, opcodes.pong, "still there", seen);
  await sendFrame(connection, opcodes.close, new Uint8Array([3, 232]));
  await expectFrame(connection, opcodes.close, undefined, seen);
}

async function shakeHands(
  connection: HttpConnection,
  url: string,
  where: EndpointOptions,
  seen: Conversation,
): Promise<void> {
  const key = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
  const headers = [
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${key}`,
  ];
  await connection.send(requestHead(endpoint(url, where), "/ws", { headers }));
  const { status, headers: answered } = await connection.readHead();
  if (status !== 101) throw new Error(`status ${status}`);
  if (answered.get("sec-websocket-accept") !== await acceptOf(key)) throw new Error("wrong accept header");
  const release = answered.get("x-release");
  if (release !== undefined) seen.release = release;
}

async function acceptOf(key: string): Promise<string> {
  const text = encoder.encode(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
  return btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest("SHA-1", text))));
}

async function sendFrame(
  connection: HttpConnection,
  opcode: number,
  data: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const mask = crypto.getRandomValues(new Uint8Array(4));
  const masked = data.map((byte, at) => byte ^ mask[at % 4]!);
  const size = data.length < 126 ? [data.length] : [126, data.length >> 8, data.length & 255];
  const [first = 0, ...more] = size;
  await connection.send(concat([new Uint8Array([128 | opcode, 128 | first, ...more]), mask, masked]));
}

async function readFrame(connection: HttpConnection): Promise<Frame> {
  const [first = 0, second = 0] = await connection.readBytes(2);
  let size = second & 127;
  if (size === 126) {
    const [high = 0, low = 0] = await connection.readBytes(2);
    size = high << 8 | low;
  }
  if (size === 127) throw new Error("a frame larger than any that was sent");
  return { opcode: first & 15, data: await connection.readBytes(size) };
}

async function expectFrame(
  connection: HttpConnection,
  opcode: number,
  text: string | undefined,
  seen: Conversation,
): Promise<void> {
  const frame = await readFrame(connection);
  if (frame.opcode === opcodes.close) seen.closeCode = (frame.data[0] ?? 0) << 8 | (frame.data[1] ?? 0);
  if (frame.opcode !== opcode) throw new Error(`frame ${frame.opcode} came instead of ${opcode}`);
  if (text !== undefined && decoder.decode(frame.data) !== text) throw new Error("another text came back");
}
