// Text of an app's site file for Caddy.

import type { Tls } from "../../config/field/types.ts";
import { askText, isAskAddress } from "./ask.ts";
import { assetsSnippet, assetsText } from "./assets.ts";
import { askOf, tlsText } from "./certificate.ts";
import { logLines } from "./log.ts";
import { probeHost, probePort } from "../paths.ts";
import { block, indented, snippet } from "./lines.ts";
import { ruleLines, wayText } from "./rules.ts";
import { sharedAddresses, sharedMarks, sharedSnippets, withPaths } from "./shared.ts";
import { liveLines, type SlotSpec, slotsText } from "./slots.ts";

/** The contents of a site file. It stays the same from deploy to deploy: which slot has the traffic stands elsewhere. */
export interface SiteSpec extends SlotSpec {
  /** Domains; none means every name, over plain HTTP. */
  readonly domains: readonly string[];
  /** Names that are redirected to the first domain. */
  readonly redirects?: readonly string[];
  /** Where certificates come from. */
  readonly tls: Tls;
  /** True when Caddy logs each answer, for a guard. */
  readonly log?: boolean;
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

/** True for a file in the place of an app's site that somebody else made. Of ours an empty one may be left. */
export function isForeignSite(app: string, text: string): boolean {
  return text.trim() !== "" && !text.split("\n").includes(siteMark(app));
}

/**
 * Text of an app's site file. Caddy looks at every request for the marker of the blue slot, by the link to it: where it is, the
 * blue jail has the traffic, else the green one. So a switch renames a file, without a reload, which would cut connections and
 * WebSockets.
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
${paths.length === 0 ? "" : sharedMarks(part)}${wayText(spec)}${slotsText(spec)}${
    spec.assets === undefined ? "" : assetsText(app, spec.assets)
  }${paths.length === 0 ? own : sharedSnippets(part, tlsText(spec), ruled(spec))}${demandBlocks(spec)}${
    redirectBlocks(spec)
  }http://${probeHost(app)}:${probePort} {
	bind 127.0.0.1
	@live {
		header X-Alcaide-Probe ${token}
		path /.alcaide/live
	}
	handle @live {
${indented(indented(liveLines(app))).join("\n")}
	}
	handle {
		import ${snippet(app)}
	}
}
`;
}

/** The way of a visitor's request: through the rules, where there are any, to the app. */
function ruled(spec: SiteSpec): string[] {
  const way = spec.assets === undefined ? snippet(spec.app) : assetsSnippet(spec.app);
  const [rules, app] = [ruleLines(spec), `import ${way}`];
  // In a route Caddy keeps the order of the lines.
  return rules.length === 0 ? [app] : block("route", [...rules, app]);
}

/** All names that nobody named, once the app has said that they are its customers'. */
function demandBlocks(spec: SiteSpec): string {
  const { app, token, tls } = spec;
  const path = askOf(tls);
  if (path === undefined) return "";
  const way = snippet(app, "ask");
  return `https:// {
${tlsText(spec, ["on_demand"])}${logLines(spec)}${indented(ruled(spec)).join("\n")}
}
${slotsText({ ...spec, asked: mainName(spec.domains) ?? "" }, way)}${askText({ app, token, path, way })}`;
}

/** A name that the main domain stands for: of a wildcard, one that it covers. */
export function mainName([main]: readonly string[]): string | undefined {
  return main?.replace(/^\*/, "www");
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

/** The name in an address: of `http://shop.example.com/api/*` it is `shop.example.com`. */
export function nameIn(address: string): string {
  return address.replace(/^https?:\/\//, "").replace(/\/.*/, "");
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
