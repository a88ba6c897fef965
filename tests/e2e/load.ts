/**
 * A steady load of requests, to prove that nobody notices a deploy. It keeps its rate whatever the server does,
 * counts everything that is not a whole answer with status 200 as failed, and never sends a request again
 * without saying so.
 */

import type { HttpConnection } from "./load_connection.ts";
import { Fault, messageOf } from "./load_fault.ts";
import { connect, type Endpoint, endpoint, type EndpointOptions, requestHead } from "./load_http.ts";
import { type LoadReport, Tally } from "./load_report.ts";
import { patience } from "./until.ts";

export { describeLoad, type Latency, type LoadReport, loadResult } from "./load_report.ts";
export { eventStream, slowDownload, slowUpload, type StreamReport } from "./load_streams.ts";
export { websocketEcho, type WebSocketReport } from "./load_websocket.ts";

/** How long before or after a close another idle connection must have been closed, to call it one of them. */
const CLOSING_BEFORE = 250;
const CLOSING_AFTER = 100;
/** Milliseconds within which a whole answer must have come, unless a load says otherwise. */
const TIMEOUT = patience(15_000);

/** The requests of a load, and their rate. */
export interface LoadOptions extends EndpointOptions {
  /** Scheme, address and port, such as `http://192.0.2.1:8080`. */
  readonly url: string;
  readonly path?: string;
  /** The body of a POST; without one they are GETs. */
  readonly body?: string;
  /** Requests a second, over all connections. */
  readonly rate?: number;
  readonly connections?: number;
  /** Without it every request opens a connection of its own. */
  readonly keepAlive?: boolean;
  /** Milliseconds within which a whole answer must have come. */
  readonly timeout?: number;
}

/** A load that is running. */
export interface Load {
  /** Requests that have ended so far. */
  readonly requests: number;
  /** Those of them that failed. */
  readonly failed: number;
  /** Lets the requests on their way end, and tells everything. */
  stop(): Promise<LoadReport>;
}

interface State {
  readonly to: Endpoint;
  readonly request: Uint8Array<ArrayBuffer>;
  readonly timeout: number;
  readonly tally: Tally;
  readonly start: number;
  readonly interval: number;
  next: number;
  stopped: boolean;
  lastIdleEnd: number;
}

/** Starts a load; it runs until `stop` is called. */
export function startLoad(
  { url, path = "/", body, rate = 250, connections = 16, keepAlive = true, timeout = TIMEOUT, ...where }:
    LoadOptions,
): Load {
  const to = endpoint(url, where);
  const tally = new Tally();
  const state: State = {
    to,
    tally,
    timeout,
    request: requestHead(to, path, { headers: keepAlive ? [] : ["Connection: close"], body }),
    start: performance.now(),
    interval: 1_000 / rate,
    next: 0,
    stopped: false,
    lastIdleEnd: -Infinity,
  };
  const workers = Promise.all(Array.from({ length: connections }, () => work(state)));
  return {
    get requests() {
      return tally.requests;
    },
    get failed() {
      return tally.failed;
    },
    async stop() {
      state.stopped = true;
      const stopped = performance.now();
      await workers;
      return tally.report(stopped);
    },
  };
}

/** Takes the next request that is due, again and again, over one connection. */
async function work(state: State): Promise<void> {
  let connection: HttpConnection | undefined;
  while (!state.stopped) {
    const due = state.start + state.next++ * state.interval;
    await delay(due - performance.now());
    if (state.stopped) break;
    try {
      connection = await request(state, connection, due);
    } catch (error) {
      connection = undefined;
      state.tally.failure(due, messageOf(error));
    }
  }
  connection?.close();
}

/** Sends one request; gives back the connection when it can be used again. */
async function request(
  state: State,
  kept: HttpConnection | undefined,
  due: number,
): Promise<HttpConnection | undefined> {
  if (kept?.endedIdle) {
    state.tally.reopened++;
    kept.close();
    kept = undefined;
  }
  const connection = kept ?? await connect(state.to, state.timeout);
  const sent = performance.now();
  try {
    return await exchange(state, connection, due);
  } catch (error) {
    const again = kept !== undefined && error instanceof Fault && await wasIdle(state, kept, error, sent);
    connection.close();
    if (!again) throw error;
  }
  return await once(state, due);
}

/** The one repetition that a closing connection is worth. */
async function once(state: State, due: number): Promise<HttpConnection | undefined> {
  const connection = await connect(state.to, state.timeout);
  try {
    return await exchange(state, connection, due);
  } catch (error) {
    connection.close();
    throw error;
  }
}

async function exchange(
  state: State,
  connection: HttpConnection,
  due: number,
): Promise<HttpConnection | undefined> {
  const { status, headers, body } = await connection.exchange(state.request, state.timeout);
  state.tally.answer(due, status, body);
  if (headers.get("connection")?.toLowerCase() === "close") {
    connection.close();
    return undefined;
  }
  connection.watch(() => state.lastIdleEnd = performance.now());
  return connection;
}

/**
 * Did the server close this kept connection as idle while the request was on its way to it? Only then is the
 * request sent again. When nothing could be sent, it did. When it ended the stream, its kernel's reset of our
 * request proves it. Anything else looks like a crash and counts as one, unless other idle connections were
 * closed at the same time: a Go server that shuts down may close one whose next request it has just read.
 */
async function wasIdle(state: State, kept: HttpConnection, fault: Fault, sent: number): Promise<boolean> {
  if (fault.kind === "unsent") {
    state.tally.reopened++;
    return true;
  }
  if (fault.kind !== "closed" && fault.kind !== "reset") return false;
  if (fault.kind === "closed" && await kept.refusedRequest()) {
    state.lastIdleEnd = performance.now();
  } else {
    await delay(CLOSING_AFTER);
    if (state.lastIdleEnd < sent - CLOSING_BEFORE) return false;
    state.tally.unproven++;
  }
  state.tally.raced++;
  return true;
}

async function delay(milliseconds: number): Promise<void> {
  if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
