// Certificates on demand, in a site file: the app says which names are its customers'.

import { type Expression, sh } from "../../core/sh.ts";
import { caddyfile } from "../paths.ts";
import { block, snippet } from "./lines.ts";

/** Where Caddy asks, on this machine alone. Without our site nobody answers, and Caddy gives no certificate. */
const address = "http://127.0.0.1:2021";

const [first, ...rest] = [
  "\ton_demand_tls { # alcaide",
  `\t\task ${address}/ # alcaide`,
  "\t} # alcaide",
] as const;

/** Our lines in the global options of the admin's Caddyfile. */
export const askLines: readonly string[] = [first, ...rest];

/** Tells whether a Caddyfile has our lines. */
export function hasAsk(text: string): boolean {
  return text.split("\n").includes(first);
}

/** The same on the server. */
export const findAsk: Expression = sh`grep -q -x -F ${first} ${caddyfile}`;

/** The way to the app for customers' domains. */
interface Asked {
  readonly app: string;
  readonly token: string;
  /** The path to ask the app at. */
  readonly path: string;
  /** Name of the snippet that leads to the app. */
  readonly way: string;
}

/** A name as it may stand in a certificate: two to five labels, and no address. The app is asked for no other. */
const pattern = "^([a-z0-9-]{1,63}[.]){1,4}[a-z][a-z0-9-]*$";

/** The block that answers Caddy. */
export function askText({ app, token, path, way }: Asked): string {
  const asked = `@${snippet(app)}_asked`;
  const lines = block(address, [
    "bind 127.0.0.1",
    `${asked} expression \`{http.request.uri.query.domain}.matches("${pattern}")\``,
    ...block(`handle ${asked}`, [
      // A page that stands in for the app has no answer.
      `request_header X-Alcaide-Probe ${token}`,
      `rewrite * ${path}`,
      `import ${way}`,
    ]),
    ...block("handle", ["respond 403"]),
  ]);
  return `${lines.join("\n")}\n`;
}

/** Tells whether a site file has such a block. */
export function asks(text: string): boolean {
  return text.includes(`\n${address} {\n`);
}

/** Tells whether an address is that of such a block. */
export function isAskAddress(one: string): boolean {
  return one === address;
}
