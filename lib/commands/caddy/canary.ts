// A canary in an app's site file: lines between marks, without which the file is what it was.

import { type CanaryShare, parseShare, shareMark } from "../../core/canary.ts";
import { AlcaideError } from "../../core/error.ts";
import { type ReleaseId, releaseNumber } from "../../core/release.ts";
import type { Slot } from "../../core/slot.ts";
import { canaryMarker } from "../live.ts";
import { liveDir } from "../paths.ts";
import { logLines } from "./log.ts";
import { block, fileMatcher, indented, snippet } from "./lines.ts";

/** A release that has a share of the visitors, as the site file says. */
export interface SiteCanary {
  /** Its slot. */
  readonly slot: Slot;
  /** The release. */
  readonly release: ReleaseId;
  /** Its visitors. */
  readonly share: CanaryShare;
}

/** The inputs of a canary's lines. */
export interface CanarySpec extends SiteCanary {
  /** The app's name. */
  readonly app: string;
  /** Where the canary listens, as `address:port`. */
  readonly upstream: string;
  /** Where the live release listens. */
  readonly live: string;
}

const [begin, end, off] = ["# canary: begin", "# canary: end", "# canary: off "];

/** The canary of a site file; undefined when it has none. */
export function canaryIn(site = ""): SiteCanary | undefined {
  const [, slot, release, mark = ""] = /^# canary: (blue|green) (\S+) (\S+)$/m.exec(site) ?? [];
  const share = parseShare(mark);
  return release === undefined || share === undefined ? undefined : { slot: slot as Slot, release, share };
}

/** The site file without its canary, as it was before. */
export function withoutCanary(site: string): string {
  return site.replaceAll(/^# canary: begin\n[^]*?^# canary: end\n/gm, "").replaceAll(/^# canary: off /gm, "");
}

/**
 * A site file with a canary. A visitor's draw decides, a number that a cookie keeps: whoever has the canary keeps it when the
 * share grows. Requests of ours go by the live release's marker. Without its own marker a canary has no visitors: where a reload
 * is cut off, Caddy may know it longer than we do.
 *
 * @throws {AlcaideError} when the site file is not as we make it
 */
export function withCanary(site: string, spec: CanarySpec): string {
  const { app, slot, release, share } = spec;
  const text = withoutCanary(site);
  const token = /^# token: (.*)\n/m.exec(text);
  const live = `\t@${snippet(app)}_blue file {\n`;
  const ways = waysTo(text, spec);
  if (token === null || !text.includes(live) || ways.length === 0) {
    throw new AlcaideError(
      `Cannot give visitors to ${release}: the site file of ${app} is not as Alcaide makes it`,
      {
        hint: '"alcaide repair" writes it anew',
      },
    );
  }
  const lines = indented(handling(spec, token[1] ?? "", ways));
  const mark = `# canary: ${slot} ${release} ${shareMark(share)}`;
  return logging(app, text).replace(token[0], (line) => `${line}${added([mark])}`)
    .replace(live, (line) => `${added(lines)}${line}`);
}

function added(lines: readonly string[]): string {
  return [begin, ...lines, end, ""].join("\n");
}

/** The log says who answered, in the field for users: Caddy before 2.8 has no other. */
function logging(app: string, text: string): string {
  const deleted = "\t\t\t\tuser_id delete\n";
  if (text.includes(deleted)) {
    return text.replace(deleted, `${added(["\t\t\t\tuuid delete"])}${off}${deleted}`);
  }
  const log = logLines({ app, log: true }).replace("user_id", "uuid").trimEnd();
  return text.replace(/^[^\s(#].* \{\n/m, (head) => `${head}${added([log])}`);
}

function handling({ app, release, share }: CanarySpec, token: string, ways: readonly string[]): string[] {
  const name = snippet(app);
  const draws = "percent" in share && share.percent < 100;
  const who = "cookie" in share
    ? [`header_regexp Cookie \`(^|;\\s*)${share.cookie}=\``]
    : draws
    ? [`expression \`{${name}_draw} < "${threshold(share.percent)}"\``]
    : [];
  return [
    ...block("map {http.reverse_proxy.upstream.hostport} {http.auth.user.id}", ["~(.+) $1"]),
    ...draws ? drawing(name, `${name}_${releaseNumber(release)}`) : [],
    ...block(`@${name}_canary`, [
      `not header X-Alcaide-Probe ${token}`,
      ...who,
      ...fileMatcher("file", liveDir(app), `/${canaryMarker(release)}`),
    ]),
    ...block(`handle @${name}_canary`, ways),
  ];
}

/** The first of 65536 draws that the live release keeps. */
function threshold(percent: number): string {
  return Math.round(0x10000 * percent / 100).toString(16).padStart(4, "0");
}

/** A visitor's draw: four digits of a cookie, for a week; without one those at the end of the request's random number. */
function drawing(name: string, cookie: string): string[] {
  const digits = "[0-9a-f]".repeat(4);
  return [
    ...block(`map {http.request.cookie.${cookie}}-{http.request.uuid} {${name}_draw}`, [
      `~^(${digits})- $1`,
      `~(${digits})$ $1`,
    ]),
    `@${name}_fresh not header_regexp Cookie \`(^|;\\s*)${cookie}=${digits}(;|$)\``,
    `header @${name}_fresh +Set-Cookie "${cookie}={${name}_draw}; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax"`,
  ];
}

/** The ways to the live release, with the canary before it: a visitor of one that is down gets the live one. */
function waysTo(text: string, { app, upstream, live }: CanarySpec): string[] {
  const sockets = `@${snippet(app)}_canary_sockets`;
  const [, expression] = /^\t\t@\S+_sockets (expression .*)$/m.exec(text) ?? [];
  // Questions of Caddy's go to the live release alone.
  const visited = text.replace(/^\(\w+-ask\) \{\n[^]*?^\}\n/m, "");
  const found = [...visited.matchAll(/^\t\treverse_proxy (@\S+ )?(tcp\/)?(\S+) \{\n([^]*?)^\t\t\}\n/gm)]
    .filter(([, , , to]) => to === live);
  const ways = found.flatMap(([, matcher, tcp = "", , body = ""]) =>
    block(`reverse_proxy ${matcher ? `${sockets} ` : ""}${tcp}${upstream} ${tcp}${live}`, [
      "lb_policy first",
      "fail_duration 10s",
      ...body.trimEnd().split("\n").map((line) => line.slice(3)).flatMap((line) =>
        line.startsWith("\tkeepalive ") ? [line, "\tdial_timeout 1s"] : [line]
      ),
    ])
  );
  return found.some(([, matcher]) => matcher) ? [`${sockets} ${expression}`, ...ways] : ways;
}
