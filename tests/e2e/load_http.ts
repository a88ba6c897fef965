/**
 * Where the load client's requests go, and how it connects there. `fetch` will not do for a proof: it sends a
 * request again on its own when a kept connection breaks, and hides which connection it used.
 */

import { HttpConnection } from "./load_connection.ts";
import { Fault, messageOf } from "./load_fault.ts";

const encoder = new TextEncoder();

/** Where requests go. */
export interface Endpoint {
  readonly hostname: string;
  readonly port: number;
  readonly tls: boolean;
  /** The value of the Host header; its name part is the name asked for in TLS. */
  readonly host: string;
  readonly caCerts: readonly string[];
}

/** How to reach a server by another name than its address. */
export interface EndpointOptions {
  /** The site's name, when the URL has an address. */
  readonly host?: string | undefined;
  /** Certificates (PEM) to trust besides the usual ones. */
  readonly caCerts?: readonly string[] | undefined;
}

/** The endpoint that a URL means. */
export function endpoint(url: string, { host, caCerts = [] }: EndpointOptions = {}): Endpoint {
  const { protocol, hostname, port, host: named } = new URL(url);
  const tls = protocol === "https:" || protocol === "wss:";
  return {
    hostname: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port) || (tls ? 443 : 80),
    tls,
    host: host ?? named,
    caCerts,
  };
}

/** The bytes of a request's head; with a body those of a whole POST. */
export function requestHead(
  { host }: Endpoint,
  path: string,
  { body, method = body === undefined ? "GET" : "POST", headers = [] }: {
    readonly body?: string | undefined;
    readonly method?: string;
    readonly headers?: readonly string[];
  } = {},
): Uint8Array<ArrayBuffer> {
  const length = body === undefined ? [] : [`Content-Length: ${body.length}`];
  const lines = [`${method} ${path} HTTP/1.1`, `Host: ${host}`, "User-Agent: load", ...length, ...headers];
  return encoder.encode(`${lines.join("\r\n")}\r\n\r\n${body ?? ""}`);
}

/** Opens a connection within `timeout`. */
export async function connect(to: Endpoint, timeout: number): Promise<HttpConnection> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const opening = open(to);
  const late = new Promise<"late">((resolve) => timer = setTimeout(() => resolve("late"), timeout));
  try {
    const conn = await Promise.race([opening, late]);
    if (conn !== "late") return new HttpConnection(conn);
    opening.then((conn) => conn.close(), () => {});
    throw new Fault("timeout", `no connection within ${timeout} ms`);
  } catch (error) {
    throw error instanceof Fault ? error : new Fault("connect", messageOf(error));
  } finally {
    clearTimeout(timer);
  }
}

async function open({ hostname, port, tls, host, caCerts }: Endpoint): Promise<Deno.Conn> {
  const conn = await Deno.connect({ hostname, port });
  conn.setNoDelay(true);
  if (!tls) return conn;
  const name = host.replace(/:\d+$/, "");
  return await Deno.startTls(conn, { hostname: name, caCerts: [...caCerts] });
}
