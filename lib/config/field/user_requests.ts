// The types of an Alcaidefile's sections about visitors' requests.

import type { Secret } from "../../core/secret.ts";

// Made by scripts/config_types.ts from the declared fields; changes below are overwritten.

/** Domains of customers: each gets a certificate when it is first asked for, if the app says yes. */
export interface UserAsk {
  /**
   * Where Caddy asks the live release, with `?domain=NAME` behind it: a status from 200 to 299 within 10 seconds means
   * yes.
   */
  ask: string;
}

/** Rules for the requests that come to the app, and for its answers. */
export interface UserProxy {
  /**
   * Users with their passwords, best as secrets: everybody else gets status 401. Only hashes reach the server. Default:
   * no password is asked for.
   */
  basicAuth?: Record<string, string | Secret>;
  /**
   * The addresses and networks that may connect, such as `"203.0.113.0/24"`: all others get status 403. Behind a
   * balancer that is the address of the balancer. Default: all.
   */
  allow?: string | string[];
  /**
   * Headers of the answers: a text sets one, over that of the app, and `false` removes it. Caddy's placeholders stand
   * for values.
   */
  headers?: Record<string, string | false>;
  /** Compress answers by zstd or gzip. */
  compress?: boolean;
  /** The most that a request may send, such as `"10M"`: more gets an error in place of the app. Default: no limit. */
  maxBody?: string;
  /**
   * Seconds that Caddy waits for the app: to connect (`dial`), and in silence while it answers (`read`) or takes a
   * request (`write`).
   */
  timeouts?: UserTimeouts;
  /**
   * The addresses and networks of balancers and CDNs in front of the server. Scheme, host name and address of the
   * visitor are taken from their `X-Forwarded-*` headers; from others Caddy sets these anew. Default: none.
   */
  trustedProxies?: string | string[];
  /** False refuses WebSockets by status 403. Default: true. */
  websockets?: boolean;
  /**
   * Lines of a Caddyfile in front of the app: directives that handle requests, run in the order in which they stand,
   * behind `allow` and `basicAuth`. Caddy validates them before anything changes.
   */
  before?: string;
}

/**
 * Seconds that Caddy waits for the app: to connect (`dial`), and in silence while it answers (`read`) or takes a
 * request (`write`).
 */
export interface UserTimeouts {
  /** Seconds to connect to it. */
  dial?: number;
  /** Seconds of silence while it answers, WebSockets and event streams included. */
  read?: number;
  /** Seconds in which it takes nothing of a request. */
  write?: number;
}

/** Files of the release that Caddy serves, together with those of kept releases. */
export interface UserAssets {
  /** The path that they have for visitors. */
  path: string;
  /**
   * Their directory in the release, below `/app`; a `*` stands for any part of a name. Only regular files count,
   * without links.
   */
  from: string;
}
