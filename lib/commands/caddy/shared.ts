// Domains that several apps share: each app has its paths in its own site file, and one more file has the domains, made anew
// from the marks of all site files by whoever changes one.

import { type Command, sh } from "../../core/sh.ts";
import { sharedFile, sitesDir } from "../paths.ts";
import { block, indented, snippet } from "./lines.ts";

/** An app's part of the domains that it shares. */
export interface SharedPart {
  /** The app's name. */
  readonly app: string;
  /** The addresses of the domains. */
  readonly addresses: readonly string[];
  /** The paths that are the app's: `/api/*`, `/robots.txt`. */
  readonly paths: readonly string[];
  /** True when the app doesn't see the part of a path before `/*`. */
  readonly stripPrefix?: boolean | undefined;
}

/** The lines by which others know the part. */
export function sharedMarks({ addresses, paths }: SharedPart): string {
  return `# shared: ${addresses.join(", ")}\n# paths: ${paths.join(", ")}\n`;
}

/** The snippets that the domain imports: TLS, and the paths with the way to the app. Caddy itself tries the longer path first. */
export function sharedSnippets(part: SharedPart, tls: string, way: readonly string[]): string {
  const { app, paths, stripPrefix = false } = part;
  const handles = paths.flatMap((path) => {
    const base = path.replace(/\/\*$/, "");
    const lines = stripPrefix && base !== path && base !== "" ? [`uri strip_prefix ${base}`, ...way] : way;
    const all = base === path || base === "" ? [path] : [path, base];
    return all.flatMap((one) => block(`handle ${one}`, lines));
  });
  const paragraphs = [
    `(${snippet(app, "tls")}) {\n${tls}}`,
    `(${snippet(app, "paths")}) {`,
    ...indented(handles),
    "}",
  ];
  return `${paragraphs.join("\n")}\n`;
}

/** The addresses that a site file shares, each with a path; none when it shares none. */
export function sharedAddresses(text: string): string[] {
  return withPaths(marked(text, "shared"), marked(text, "paths"));
}

/** The list behind a mark. */
function marked(text: string, name: "shared" | "paths"): string[] {
  return new RegExp(`^# ${name}: (.*)$`, "m").exec(text)?.[1]?.split(", ") ?? [];
}

/** Each address with each path. */
export function withPaths(addresses: readonly string[], paths: readonly string[]): string[] {
  return addresses.flatMap((address) => paths.map((path) => `${address}${path}`));
}

/** The TLS settings of a site file that shares domains; undefined when it shares none. Your own certificates are all alike. */
export function sharedTls(text: string): string | undefined {
  const [, lines] = /^\(alcaide_\w+-tls\) \{\n((?:\t.*\n)*)\}$/m.exec(text) ?? [];
  return lines?.replace(/\/\S+\/tls\/\S+/g, "own");
}

/** Tells whether the file of shared domains has an app as its site file says. */
export function isShared(app: string, site = "", shared = ""): boolean {
  const addresses = marked(site, "shared");
  const line = `\timport ${snippet(app, "paths")}`;
  const blocks = shared.split(/^}$/m).filter((text) => text.split("\n").includes(line));
  return blocks.length === addresses.length &&
    addresses.every((address) => blocks.some((text) => text.split("\n").includes(`${address} {`)));
}

/**
 * Makes the file of shared domains anew from the site files in a directory, perhaps without an app's; it goes when no app shares
 * one. Caddy takes each state on the way: an app's part goes before its site file changes, and comes after.
 */
export function shareDomains(directory: string, without?: string): Command {
  const [beside, file] = [`${directory}/.shared`, `${directory}/${sharedFile.slice(sitesDir.length + 1)}`];
  const others = without === undefined ? sh`` : sh`[ "$f" = ${`${directory}/${without}.caddy`} ] ||`;
  return sh`( set --
for f in ${directory}/[a-z]*.caddy; do ${others} [ ! -f "$f" ] || set -- "$@" "$f"; done
: >${beside} || exit
[ $# -eq 0 ] || awk ${collect} "$@" >${beside} || exit
if [ -s ${beside} ]; then chmod 644 ${beside} && mv -f ${beside} ${file}; else rm -f ${beside} ${file}; fi )`;
}

/** For awk: the blocks of all domains that the marks name. */
const collect = String.raw`
/^# app: / { app = $3 }
/^# shared: / {
  sub(/^# shared: /, "")
  count = split($0, names, ", ")
  for (i = 1; i <= count; i++) { if (!(names[i] in apps)) order[++all] = names[i]; apps[names[i]] = apps[names[i]] " " app }
}
END {
  if (all) print "# Made by alcaide from the site files beside it. Changes are overwritten."
  for (i = 1; i <= all; i++) {
    print order[i] " {"
    count = split(apps[order[i]], names, " ")
    print "\timport alcaide_" names[1] "-tls"
    for (j = 1; j <= count; j++) print "\timport alcaide_" names[j] "-paths"
    print "\thandle {\n\t\trespond 404\n\t}\n}"
  }
}`;
