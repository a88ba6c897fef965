// Text of an app's site file for Caddy.

import type { Tls } from "../../config/field/types.ts";
import { askText, isAskAddress } from "./ask.ts";
import { assetsSnippet, assetsText } from "./assets.ts";
import { askOf, tlsText } from "./certificate.ts";
import { logLines } from "./log.ts";
import { pausePage } from "../live.ts";
import { liveDir, probeHost, probePort } from "../paths.ts";
import { block, hasWay, indented, ruleLines, type Rules, waySnippet, wayText } from "./rules.ts";
import { sharedAddresses, sharedMarks, sharedSnippets, withPaths } from "./shared.ts";
import { atLeast } from "./version.ts";

/** The contents of a site file. It stays the same from deploy to deploy: which slot has the traffic stands elsewhere. */
export interface SiteSpec {
  /** The app's name. */
  readonly app: string;
  /** Where the blue jail's app listens, as `address:port`. */
  readonly blue: string;
  /** Where the green jail's app listens, as `address:port`. */
  readonly green: string;
  /** Domains; none means every name, over plain HTTP. */
  readonly domains: readonly string[];
  /** Names that are redirected to the first domain. */
  readonly redirects?: readonly string[];
  /** Where certificates come from. */
  readonly tls: Tls;
  /** The token in a request that lets Caddy name the release. */
  readonly token: string;
  /** Version of Caddy, which decides what it understands. */
  readonly caddy: string | undefined;
  /** True when Caddy counts WebSockets and event streams apart from other requests: draining gives them a time of their own. */
  readonly sockets?: boolean;
  /** True when Caddy logs each answer, for a guard. */
  readonly log?: boolean;
  /** Rules for requests and answers. */
  readonly proxy?: Rules | undefined;
  /** The paths that are the app's, where it shares its domains with others. */
  readonly paths?: readonly string[];
  /** True when the app doesn't see the part of a path before its star. */
  readonly stripPrefix?: boolean;
  /** The path of files that Caddy serves itself. */
  readonly assets?: string | undefined;
}

const firstLine = "# Made by alcaide. Changes are overwritten.";

/** The line of a site file that says whose it is. */
export function siteMark(app: string): string {
  return `# app: ${app}`;
}

/**
 * Text of an app's site file. Caddy looks at every request for the file `blue-RELEASE`: where it is, the blue jail has the
 * traffic, else the green one. So a switch renames a file, without a reload, which would cut connections and WebSockets.
 */
export function siteText(spec: SiteSpec): string {
  const { app, token, paths = [], stripPrefix } = spec;
  const part = { app, addresses: ownAddresses(spec), paths, stripPrefix };
  const own = `${part.addresses.join(", ")} {
${tlsText(spec)}${logLines(spec)}${indented(ruled(spec)).join("\n")}
}
`;
  return `${firstLine}
${siteMark(app)}
# token: ${token}
${paths.length === 0 ? "" : sharedMarks(part)}${wayText(spec)}${handling(spec)}${
    spec.assets === undefined ? "" : assetsText(app, spec.assets)
  }${paths.length === 0 ? own : sharedSnippets(part, tlsText(spec), ruled(spec))}${demandBlocks(spec)}${
    redirectBlocks(spec)
  }http://${probeHost(app)}:${probePort} {
	bind 127.0.0.1
	@live {
		header X-Alcaide-Probe ${token}
		path /.alcaide/live
		file {
			root ${liveDir(app)}
			try_files /blue-* /green-*
		}
	}
	handle @live {
		header X-Alcaide-Release {file_match.relative}
		respond 204
	}
	handle {
		import ${snippet(app)}
	}
}
`;
}

function snippet(app: string): string {
  return `alcaide_${app}`;
}

/** The way of a visitor's request: through the rules, where there are any, to the app. */
function ruled(spec: SiteSpec): string[] {
  const way = spec.assets === undefined ? snippet(spec.app) : assetsSnippet(spec.app);
  const [rules, app] = [ruleLines(spec), `import ${way}`];
  // In a route Caddy keeps the order of the lines.
  return rules.length === 0 ? [app] : block("route", [...rules, app]);
}

/** The page that stands in for the app as long as its file is there, but not for requests of ours. */
function pausing({ app, token }: SiteSpec): string {
  const name = snippet(app);
  return `	@${name}_paused {
		not header X-Alcaide-Probe ${token}
		file {
			root ${liveDir(app)}
			try_files /${pausePage}
		}
	}
	handle @${name}_paused {
		root * ${liveDir(app)}
		rewrite * /${pausePage}
		method GET
		header Cache-Control no-store
		header Retry-After 60
		file_server {
			status 503
		}
	}
`;
}

/** All names that nobody named, once the app has said that they are its customers'. */
function demandBlocks(spec: SiteSpec): string {
  const { app, token, tls } = spec;
  const path = askOf(tls);
  if (path === undefined) return "";
  const way = `${snippet(app)}-ask`;
  return `https:// {
${tlsText(spec, ["on_demand"])}${logLines(spec)}${indented(ruled(spec)).join("\n")}
}
${handling({ ...spec, asked: true }, way)}${askText({ app, token, path, snippet: way })}`;
}

/** The snippet that all addresses of the site import. */
function handling(spec: Way, head = snippet(spec.app)): string {
  const { app, token } = spec;
  const name = snippet(app);
  const root = `root ${liveDir(app)}`;
  return `(${head}) {
${pausing(spec)}	@${name}_blue file {
		${root}
		try_files /blue-*
	}
	handle @${name}_blue {
		@${name}_probe header X-Alcaide-Probe ${token}
		header @${name}_probe X-Alcaide-Release {file_match.relative}
		${proxies("blue", spec)}
	}
	handle {
		@${name}_green {
			header X-Alcaide-Probe ${token}
			file {
				${root}
				try_files /green-*
			}
		}
		header @${name}_green X-Alcaide-Release {file_match.relative}
		${proxies("green", spec)}
	}
}
`;
}

/** A name that the main domain stands for: of a wildcard, one that it covers. */
export function mainName([main]: readonly string[]): string | undefined {
  return main?.replace(/^\*/, "www");
}

/** A site whose requests may be questions of Caddy's: the app shall take them for requests over HTTPS to its domain. */
interface Way extends SiteSpec {
  readonly asked?: boolean;
}

/** The addresses that a site answers to, and where they come from. */
type Names = Pick<SiteSpec, "domains" | "redirects" | "tls" | "paths">;

/** The addresses that a site answers to, redirected ones included, as they stand in its file. */
export function addresses(names: Names): string[] {
  const { redirects = [], tls, paths = [] } = names;
  const plain = redirects.map((name) => `http://${name}`);
  const own = ownAddresses(names);
  return [
    ...paths.length === 0 ? own : withPaths(own, paths),
    ...plain,
    ...(tls.kind === "off" ? [] : redirects),
    ...askOf(tls) === undefined ? [] : ["https://"],
  ];
}

/** Reads which addresses a site file of ours answers to; none when it is no such file. */
export function siteAddresses(text: string): string[] {
  if (!text.startsWith(firstLine)) return [];
  const blocks = [...text.matchAll(/^([^\s(#].*) \{$/gm)].flatMap(([, all = ""]) => all.split(", "));
  const visited = blocks.filter((address) => !address.endsWith(`:${probePort}`) && !isAskAddress(address));
  return [...sharedAddresses(text), ...visited];
}

function ownAddresses({ domains, tls }: Names): string[] {
  if (domains.length === 0) return ["http://"];
  return tls.kind === "off" ? domains.map((domain) => `http://${domain}`) : [...domains];
}

/** Straight to the end, from plain HTTP, too: by itself Caddy would first redirect to the same name over HTTPS. */
function redirectBlocks(spec: SiteSpec): string {
  const { domains: [main = ""], redirects = [], tls } = spec;
  if (redirects.length === 0) return "";
  const block = (names: readonly string[], scheme: string, more = "") =>
    `${names.join(", ")} {\n${more}\tredir ${scheme}://${main}{uri} 308\n}\n`;
  const plain = redirects.map((name) => `http://${name}`);
  if (tls.kind === "off") return block(plain, "http");
  return block(plain, "https") + block(redirects, "https", tlsText(spec));
}

/** Caddy counts requests by the text of the address: sockets have another one. */
export function socketsAddress(address: string): string {
  return `tcp/${address}`;
}

/** Every WebSocket has that header, over HTTP/2 as well. */
const isSocket =
  '{http.request.header.Sec-WebSocket-Version} != "" || {http.request.header.Accept}.startsWith("text/event-stream")';

/** The way to a slot; sockets go by another where they are counted apart. */
function proxies(slot: "blue" | "green", spec: Way): string {
  const plain = way(spec[slot], spec);
  if (!spec.sockets) return `reverse_proxy ${plain}`;
  const matcher = `@${snippet(spec.app)}_${slot}_sockets`;
  return `${matcher} expression \`${isSocket}\`
		reverse_proxy ${matcher} ${way(socketsAddress(spec[slot]), spec)}
		reverse_proxy ${plain}`;
}

/**
 * Idle connections end before the app's own limit. Only requests that never reached the app are tried again: one that made it
 * crash would do so again.
 */
function way(upstream: string, { app, caddy, proxy, domains, asked }: Way): string {
  const headers = asked
    ? `\n\t\t\theader_up Host ${mainName(domains) ?? ""}\n\t\t\theader_up X-Forwarded-Proto https`
    : "";
  const once = atLeast(caddy, 2, 6) ? "\n\t\t\tlb_retry_match expression false" : "";
  // Unknown before 2.7, where every reload closes WebSockets at once.
  const streams = atLeast(caddy, 2, 7) ? "\n\t\t\tstream_close_delay 5m" : "";
  const transport = hasWay(proxy)
    ? `import ${waySnippet(app)}`
    : "transport http {\n\t\t\t\tkeepalive 2s\n\t\t\t}";
  return `${upstream} {
			lb_try_duration 5s
			lb_try_interval 100ms${once}${streams}${headers}
			${transport}
		}`;
}
