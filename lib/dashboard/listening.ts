// Where a dashboard listens, and what that asks for: on another address than the loopback, users and TLS.

import { AlcaideError, UsageError } from "../core/error.ts";
import type { Access } from "./access.ts";
import { parseUsers } from "./users.ts";

/** The options about listening. */
export interface ListenOptions {
  readonly port: number | undefined;
  /** The address to listen on. */
  readonly bind: string;
  readonly "read-only": boolean;
  /** A file of users. */
  readonly users: string | undefined;
  /** A certificate and its key, in PEM. */
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** The name under which a proxy serves the page by TLS. */
  readonly "behind-proxy": string | undefined;
}

/** Where to listen, and the rules that don't depend on the port. */
export interface Rules extends Pick<Access, "token" | "verify" | "readOnly"> {
  readonly hostname: string;
  readonly port: number;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  /** The proxy's name. */
  readonly proxy: string | undefined;
}

/**
 * Reads the options.
 *
 * @throws {UsageError} for an address that others reach without users or without TLS
 */
export async function rulesOf(options: ListenOptions): Promise<Rules> {
  const { port = 0, bind, users, cert, key, "behind-proxy": proxy, "read-only": readOnly } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new UsageError(`Cannot listen on the port ${port}`, { hint: "Use a number from 1 to 65535" });
  }
  if ((cert === undefined) !== (key === undefined)) {
    throw new UsageError("Cannot use --cert without --key, nor --key without --cert", { hint: "Give both" });
  }
  if (proxy !== undefined && !/^[a-z0-9][a-z0-9.-]*(:\d+)?$/i.test(proxy)) {
    throw new UsageError(`Cannot use "${proxy}" as the proxy's name`, {
      hint: "--behind-proxy deploy.example.com",
    });
  }
  const open = !isLoopback(bind) || proxy !== undefined;
  if (open) refuseOpen(options);
  return {
    hostname: bind,
    port,
    proxy: proxy?.toLowerCase(),
    tls: cert === undefined || key === undefined
      ? undefined
      : { cert: await read(cert), key: await read(key) },
    token: randomToken(),
    verify: users === undefined ? undefined : parseUsers(await read(users), users),
    readOnly,
  };
}

function refuseOpen({ bind, users, cert, "behind-proxy": proxy }: ListenOptions): void {
  if (users === undefined) {
    throw new UsageError("Cannot serve the dashboard to others without --users", {
      hint: "--users FILE names who may look and who may deploy",
    });
  }
  if (cert === undefined && proxy === undefined) {
    throw new UsageError("Cannot serve the dashboard to others without TLS", {
      hint: "Give --cert and --key, or --behind-proxy NAME where a proxy does it",
    });
  }
  if (["0.0.0.0", "::"].includes(bind) && proxy === undefined) {
    throw new UsageError(`Cannot tell the dashboard's own name from ${bind}`, {
      hint: "--bind takes the name or address that browsers use",
    });
  }
}

/** True for an address that only this machine reaches. */
export function isLoopback(address: string): boolean {
  return address === "localhost" || address === "::1" || /^127(\.\d{1,3}){3}$/.test(address);
}

/** The rules of requests, once the port is known. */
export function accessOf({ hostname, tls, proxy, token, verify, readOnly }: Rules, port: number): Access {
  const scheme = tls === undefined ? "http" : "https";
  const names = isLoopback(hostname) ? ["127.0.0.1", "localhost", "[::1]"] : [bracketed(hostname)];
  const hosts = names.map((name) => withPort(scheme, name, port));
  const outside = proxy === undefined ? [] : [proxy];
  return {
    ...{ token, verify, readOnly },
    hosts: new Set([...hosts, ...outside]),
    origins: new Set([
      ...hosts.map((host) => `${scheme}://${host}`),
      ...outside.map((name) => `https://${name}`),
    ]),
  };
}

/** The address of the page. Users have no need of the token. */
export function addressOf({ hostname, tls, proxy, verify, token }: Rules, port: number): string {
  const path = verify === undefined ? `/${token}/` : "/";
  if (proxy !== undefined) return `https://${proxy}${path}`;
  const scheme = tls === undefined ? "http" : "https";
  return `${scheme}://${withPort(scheme, bracketed(hostname), port)}${path}`;
}

function withPort(scheme: string, name: string, port: number): string {
  return port === (scheme === "https" ? 443 : 80) ? name : `${name}:${port}`;
}

function bracketed(address: string): string {
  return address.includes(":") ? `[${address}]` : address.toLowerCase();
}

function randomToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

async function read(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    throw new AlcaideError(`Cannot read ${path}`, { cause, hint: "Check its name and permissions" });
  }
}
