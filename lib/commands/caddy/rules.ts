// Rules of a site file for requests and answers, as `proxy` has them.

import { encodeBase64, hashSync } from "bcryptjs";
import type { Config } from "../../config/field/types.ts";
import { shortName } from "../../core/fingerprint.ts";
import type { Secret } from "../../core/secret.ts";
import { block, snippet } from "./lines.ts";
import { atLeast } from "./version.ts";

/** Rules for requests and answers. */
export type Rules = Config["proxy"];

/** The site that the rules are for. */
interface About {
  /** The app's name. */
  readonly app: string;
  /** The token in requests of ours, which the rules let pass. */
  readonly token: string;
  /** Version of Caddy. */
  readonly caddy: string | undefined;
  /** The rules; absent where there is nothing but the app. */
  readonly proxy?: Rules | undefined;
}

/**
 * Lines of a block, in the order in which requests meet them. Requests of ours are those of this machine with the token:
 * addresses and passwords don't stop them.
 */
export function ruleLines({ app, token, caddy, proxy }: About): string[] {
  if (proxy === undefined) return [];
  const { allow, basicAuth, headers, compress, maxBody, websockets, before } = proxy;
  const name = (what: string) => `@${snippet(app)}_${what}`;
  const others = ["not {", `\theader X-Alcaide-Probe ${token}`, "\tremote_ip 127.0.0.1", "}"];
  const [denied, asked, socket] = [name("denied"), name("asked"), name("socket")];
  const users = Object.entries(basicAuth);
  const set = Object.entries(headers).map(([key, value]) =>
    value === false ? `-${key}` : `${key} \`${value}\``
  );
  return [
    ...set.length === 0 ? [] : block("header", ["defer", ...set]),
    ...allow.length === 0 ? [] : [
      ...block(denied, [`not remote_ip ${allow.join(" ")}`, ...others]),
      `respond ${denied} 403`,
    ],
    ...users.length === 0 ? [] : [
      ...block(asked, others),
      ...block(
        `${atLeast(caddy, 2, 8) ? "basic_auth" : "basicauth"} ${asked} bcrypt ${app}`,
        users.map(([user, password]) => `${user} ${hashOf(password, user, token)}`),
      ),
    ],
    ...websockets ? [] : [`${socket} expression \`${isWebSocket}\``, `respond ${socket} 403`],
    ...maxBody === undefined ? [] : block("request_body", [`max_size ${maxBody}`]),
    ...compress ? ["encode zstd gzip"] : [],
    ...before === undefined ? [] : before.trim().split("\n"),
  ];
}

/** Every WebSocket has one of them: over HTTP/2 there is no `Upgrade`. */
const isWebSocket =
  '{http.request.header.Sec-WebSocket-Version} != "" || {http.request.header.Upgrade}.matches("(?i)websocket")';

/** Name of the snippet with the rules for the way to the app. */
export function waySnippet(app: string): string {
  return snippet(app, "way");
}

/** The rules without those for visitors and without a secret; the way to the app has some or none. */
export function wayAlone(rules: Rules, some: boolean): Rules {
  const timeouts = { dial: some ? 1 : undefined, read: undefined, write: undefined };
  return { ...rules, basicAuth: {}, trustedProxies: [], timeouts };
}

/** Tells whether the way to the app has rules. */
export function hasWay(proxy: Rules | undefined): boolean {
  return proxy !== undefined && wayLines(proxy).length > 0;
}

/** The snippet with the rules for the way to the app, its transport included; none without rules. */
export function wayText({ app, proxy, caddy }: Pick<About, "app" | "proxy" | "caddy">): string {
  const lines = proxy === undefined ? [] : wayLines(proxy, caddy);
  return lines.length === 0 ? "" : `${block(`(${waySnippet(app)})`, lines).join("\n")}\n`;
}

function wayLines({ trustedProxies, timeouts }: Rules, caddy?: string): string[] {
  const limits = Object.entries(timeouts).flatMap(([what, limit]) =>
    limit === undefined ? [] : [`${what}_timeout ${limit}s`]
  );
  if (trustedProxies.length === 0 && limits.length === 0) return [];
  return [
    ...trustedProxies.length === 0 ? [] : [`trusted_proxies ${trustedProxies.join(" ")}`],
    ...transport(caddy, limits),
  ];
}

/**
 * The connections to the app. An idle one ends before the app's own limit, which some set to a second: a POST that meets the
 * app's close is answered by 502, since nobody may send it twice. A limit for idle ones takes away Caddy's default of 32 that are
 * kept, for Go's of 2.
 */
export function transport(caddy: string | undefined, more: readonly string[] = []): string[] {
  const kept = atLeast(caddy, 2, 6) ? ["keepalive_idle_conns_per_host 32"] : [];
  return block("transport http", ["keepalive 500ms", ...kept, ...more]);
}

/**
 * The hash of a password. Its salt is the server's and the user's: it stays the same from deploy to deploy, so that the site
 * file does, and says nothing of the password.
 */
function hashOf(password: Secret, user: string, token: string): string {
  const digits = shortName(`${user}:${token}`) + shortName(`${token}:${user}`);
  const bytes = digits.match(/../g)?.map((two) => parseInt(two, 16)) ?? [];
  return hashSync(password.reveal(), `$2b$10$${encodeBase64(bytes, 16)}`);
}
