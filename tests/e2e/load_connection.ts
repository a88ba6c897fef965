/** One connection of the load client: HTTP/1.1 over TCP or TLS, as far as a proof needs it. */

import { Fault, messageOf } from "./load_fault.ts";

const READ_SIZE = 65_536;
/** How long a reset may take to come back, in milliseconds. */
const RESET_WAIT = 10;
const decoder = new TextDecoder();

/** One whole answer. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** One connection and what has been read from it. */
export class HttpConnection {
  /** Answers it has brought so far. */
  served = 0;
  /** The server closed it while no request was on its way. */
  endedIdle = false;
  #conn: Deno.Conn;
  #chunk = new Uint8Array(READ_SIZE);
  #unread = new Uint8Array(0);
  #reading: Promise<number | null> | undefined;
  #idle = false;
  #begun = false;
  #closed = false;
  #timedOut = false;

  /** Takes over an open connection. */
  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  /** Sends one request and reads its whole answer within `timeout`. */
  async exchange(request: Uint8Array<ArrayBuffer>, timeout: number): Promise<Answer> {
    return await this.within(timeout, async () => {
      await this.send(request);
      const { status, headers } = await this.readHead();
      const body = await this.readBody(status, headers);
      this.served++;
      return { status, headers, body };
    });
  }

  /** Runs `work`; when it takes longer than `timeout`, the connection is closed and a fault thrown. */
  async within<T>(timeout: number, work: () => Promise<T>): Promise<T> {
    const timer = setTimeout(() => {
      this.#timedOut = true;
      this.close();
    }, timeout);
    try {
      return await work();
    } catch (error) {
      if (this.#timedOut) throw new Fault("timeout", `no whole answer within ${timeout} ms`);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sends all bytes. */
  async send(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#idle = false;
    this.#begun = false;
    let at = 0;
    try {
      while (at < bytes.length) at += await this.#conn.write(bytes.subarray(at));
    } catch (error) {
      throw new Fault(at === 0 ? "unsent" : "reset", messageOf(error));
    }
  }

  /** Reads a status line and headers, passing over interim ones (100, 103). */
  async readHead(): Promise<{ status: number; headers: Map<string, string> }> {
    for (;;) {
      const head = await this.#readUntil("\r\n\r\n");
      const [first = "", ...lines] = head.split("\r\n");
      const match = /^HTTP\/1\.[01] ([1-5]\d\d)(?: |$)/.exec(first);
      if (!match) throw new Fault("malformed", `status line ${JSON.stringify(first.slice(0, 80))}`);
      const status = Number(match[1]);
      if (status >= 200 || status === 101) return { status, headers: parseHeaders(lines) };
    }
  }

  /** Reads the body that these headers announce. */
  async readBody(status: number, headers: ReadonlyMap<string, string>): Promise<Uint8Array<ArrayBuffer>> {
    if (status === 204 || status === 304) return new Uint8Array(0);
    if (headers.get("transfer-encoding")?.toLowerCase() === "chunked") return await this.#readChunks();
    const length = headers.get("content-length");
    if (length !== undefined) return await this.readBytes(Number(length));
    while (await this.#fill() > 0);
    return this.#take(this.#unread.length);
  }

  /** Reads exactly so many bytes. */
  async readBytes(size: number): Promise<Uint8Array<ArrayBuffer>> {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    let missing = size;
    while (missing > 0) {
      if (this.#unread.length === 0 && await this.#fill() === 0) {
        throw new Fault("short", `${missing} of ${size} bytes missing`);
      }
      const part = this.#take(Math.min(missing, this.#unread.length));
      parts.push(part);
      missing -= part.length;
    }
    return parts.length === 1 ? parts[0]! : concat(parts);
  }

  /** Notices from now on when the server closes the connection between requests. */
  watch(onEnd: () => void): void {
    this.#idle = true;
    if (this.#unread.length > 0) return this.#endIdle(onEnd);
    this.#reading = this.#conn.read(this.#chunk);
    const ended = () => {
      if (this.#idle && !this.#closed) this.#endIdle(onEnd);
    };
    this.#reading.then(ended, ended);
  }

  /**
   * After the server ended the stream: had it closed before the request arrived? Then its kernel has answered
   * the request with a reset, and one more write fails. A server that took the request lets one write pass.
   */
  async refusedRequest(): Promise<boolean> {
    await new Promise((resolve) => setTimeout(resolve, RESET_WAIT));
    try {
      await this.#conn.write(new Uint8Array([13]));
      return false;
    } catch {
      return true;
    }
  }

  /** Closes it; more than once does no harm. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#conn.close();
  }

  #endIdle(onEnd: () => void): void {
    this.endedIdle = true;
    onEnd();
  }

  async #readChunks(): Promise<Uint8Array<ArrayBuffer>> {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for (;;) {
      const line = await this.#readUntil("\r\n");
      if (!/^[0-9a-f]+ *(;|$)/i.test(line)) throw new Fault("malformed", "size of a chunk");
      const size = parseInt(line, 16);
      if (size === 0) break;
      parts.push(await this.readBytes(size));
      if ((await this.#readUntil("\r\n")) !== "") throw new Fault("malformed", "end of a chunk");
    }
    while ((await this.#readUntil("\r\n")) !== "");
    return concat(parts);
  }

  async #readUntil(mark: string): Promise<string> {
    for (let from = 0;;) {
      const at = indexOf(this.#unread, mark, from);
      if (at >= 0) {
        const text = decoder.decode(this.#take(at));
        this.#take(mark.length);
        return text;
      }
      from = Math.max(0, this.#unread.length - mark.length);
      if (await this.#fill() === 0) throw new Fault(this.#begun ? "short" : "closed", "no whole answer");
    }
  }

  #take(size: number): Uint8Array<ArrayBuffer> {
    const taken = this.#unread.subarray(0, size);
    this.#unread = this.#unread.subarray(size);
    return taken;
  }

  async #fill(): Promise<number> {
    const reading = this.#reading ?? this.#conn.read(this.#chunk);
    this.#reading = undefined;
    const before = this.#unread;
    try {
      const size = await reading ?? 0;
      this.#begun ||= size > 0;
      const fresh = this.#chunk.slice(0, size);
      this.#unread = before.length === 0 ? fresh : concat([before, fresh]);
      return size;
    } catch (error) {
      throw new Fault(this.#begun ? "short" : "reset", messageOf(error));
    }
  }
}

function parseHeaders(lines: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return headers;
}

/** All parts in one. */
export function concat(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function indexOf(bytes: Uint8Array, mark: string, from: number): number {
  for (let at = bytes.indexOf(13, from); at >= 0; at = bytes.indexOf(13, at + 1)) {
    let n = 0;
    while (n < mark.length && bytes[at + n] === mark.charCodeAt(n)) n++;
    if (n === mark.length) return at;
  }
  return -1;
}
