// Lines of a Caddyfile, and the names of an app's snippets in it.

/** A block of a Caddyfile, line by line. */
export function block(head: string, lines: readonly string[]): string[] {
  return [`${head} {`, ...indented(lines), "}"];
}

/** Lines one level further in. */
export function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `\t${line}`);
}

/** A matcher that looks for the first of some names in a directory. */
export function fileMatcher(head: string, root: string, names: string): string[] {
  return block(head, [`root ${root}`, `try_files ${names}`]);
}

/** Name of the snippet that all addresses of an app's site import, or of another part of its site. */
export function snippet(app: string, part?: string): string {
  // No app has a dash in its name.
  return `alcaide_${app}${part === undefined ? "" : `-${part}`}`;
}
