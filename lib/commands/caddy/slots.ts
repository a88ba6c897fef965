// The part of a site file that sends requests to the slot with the traffic.

import type { Slot } from "../../core/slot.ts";
import { pausePage } from "../live.ts";
import { blueLink, liveDir } from "../paths.ts";
import { block, fileMatcher, snippet } from "./lines.ts";
import { hasWay, type Rules, transport, waySnippet } from "./rules.ts";
import { atLeast } from "./version.ts";

/** The slots of a site, and the way to them. */
export interface SlotSpec {
  /** The app's name. */
  readonly app: string;
  /** Where the blue jail's app listens, as `address:port`. */
  readonly blue: string;
  /** Where the green jail's app listens, as `address:port`. */
  readonly green: string;
  /** The token in a request that lets Caddy name the release. */
  readonly token: string;
  /** Version of Caddy, which decides what it understands. */
  readonly caddy: string | undefined;
  /** True when Caddy counts WebSockets and event streams apart from other requests: draining gives them a time of their own. */
  readonly sockets?: boolean;
  /** Rules for requests and answers. */
  readonly proxy?: Rules | undefined;
  /** The name that the app is asked by for certificates; undefined for visitors' requests. */
  readonly asked?: string;
}

/** That snippet, or one of another name: the page that stands in for the app, else the slot with the traffic. */
export function slotsText(spec: SlotSpec, head = snippet(spec.app)): string {
  const { app, token } = spec;
  const probe = `@${snippet(app)}_probe`;
  const lines = (slot: Slot) => [
    `${probe} header X-Alcaide-Probe ${token}`,
    // Only for requests of ours: a pattern makes Caddy read the directory.
    ...block(`route ${probe}`, named(app, slot)),
    ...proxies(slot, spec),
  ];
  return `${block(`(${head})`, [...pausing(spec), ...bySlot(app, lines)]).join("\n")}\n`;
}

/** The lines that answer with the release that has the traffic. */
export function liveLines(app: string): string[] {
  return bySlot(app, (slot) => [...named(app, slot), "respond 204"]);
}

/** The lines for the slot with the traffic. One look at a fixed name decides, and so one rename does. */
function bySlot(app: string, lines: (slot: Slot) => readonly string[]): string[] {
  const blue = `@${snippet(app)}_blue`;
  return [
    ...file(`${blue} file`, app, blueLink),
    ...block(`handle ${blue}`, lines("blue")),
    ...block("handle", lines("green")),
  ];
}

/** The lines that name a slot's release. */
function named(app: string, slot: Slot): string[] {
  const release = `@${snippet(app)}_release`;
  return [
    ...file(`${release} file`, app, `${slot}-*`),
    `header ${release} X-Alcaide-Release {file_match.relative}`,
  ];
}

function file(head: string, app: string, name: string): string[] {
  return fileMatcher(head, liveDir(app), `/${name}`);
}

/** The page that stands in for the app as long as its file is there, but not for requests of ours. */
function pausing({ app, token }: SlotSpec): string[] {
  const paused = `@${snippet(app)}_paused`;
  return [
    ...block(paused, [`not header X-Alcaide-Probe ${token}`, ...file("file", app, pausePage)]),
    ...block(`handle ${paused}`, [
      `root * ${liveDir(app)}`,
      `rewrite * /${pausePage}`,
      "method GET",
      "header Cache-Control no-store",
      "header Retry-After 60",
      ...block("file_server", ["status 503"]),
    ]),
  ];
}

/** Caddy counts requests by the text of the address: sockets have another one. */
export function socketsAddress(address: string): string {
  return `tcp/${address}`;
}

/** Every WebSocket has that header, over HTTP/2 as well. */
const isSocket =
  '{http.request.header.Sec-WebSocket-Version} != "" || {http.request.header.Accept}.startsWith("text/event-stream")';

/** The way to a slot; sockets go by another where they are counted apart. */
function proxies(slot: Slot, spec: SlotSpec): string[] {
  const plain = way("reverse_proxy", spec[slot], spec);
  if (!spec.sockets) return plain;
  const matcher = `@${snippet(spec.app)}_${slot}_sockets`;
  return [
    `${matcher} expression \`${isSocket}\``,
    ...way(`reverse_proxy ${matcher}`, socketsAddress(spec[slot]), spec),
    ...plain,
  ];
}

/** Only requests that never reached the app are tried again: one that made it crash would do so again. */
function way(proxy: string, upstream: string, { app, caddy, proxy: rules, asked }: SlotSpec): string[] {
  return block(`${proxy} ${upstream}`, [
    "lb_try_duration 5s",
    "lb_try_interval 100ms",
    ...atLeast(caddy, 2, 6) ? ["lb_retry_match expression false"] : [],
    // Unknown before 2.7, where every reload closes WebSockets at once.
    ...atLeast(caddy, 2, 7) ? ["stream_close_delay 5m"] : [],
    ...asked === undefined ? [] : [`header_up Host ${asked}`, "header_up X-Forwarded-Proto https"],
    ...hasWay(rules) ? [`import ${waySnippet(app)}`] : transport(caddy),
  ]);
}
