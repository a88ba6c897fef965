// Words for messages.

import { format } from "@std/fmt/bytes";
import { levenshteinDistance } from "@std/text/levenshtein-distance";

/** "1 server", "3 servers". */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : many}`;
}

/** "a", "a and b", "a, b and c". */
export function list(items: readonly string[], last = "and"): string {
  if (items.length < 2) return items[0] ?? "";
  return `${items.slice(0, -1).join(", ")} ${last} ${items[items.length - 1]}`;
}

/** The known name nearest to a misspelt one, or undefined when none is near. */
export function closest(name: string, known: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = Infinity;
  for (const candidate of known) {
    const distance = levenshteinDistance(name, candidate);
    const longer = Math.max(name.length, candidate.length);
    // Two letters swapped, the commonest slip, count as two.
    const allowed = longer < 4 ? 1 : Math.max(2, Math.floor(longer / 3));
    if (distance <= allowed && distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest;
}

/** A hint for a misspelt name: `Did you mean "port"?`, else the list of what is known. */
export function didYouMean(name: string, known: readonly string[]): string {
  const nearest = closest(name, known);
  if (nearest !== undefined) return `Did you mean "${nearest}"?`;
  return known.length > 0 ? `Known: ${list([...known].sort())}` : "";
}

/** Rows with their cells in columns, each behind two spaces. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length))
  );
  return rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ")}`.trimEnd());
}

/** A number of bytes for people: "950 B", "1.2 MB". */
export function bytes(count: number): string {
  const shown = count / 1000 ** Math.floor(Math.log10(Math.max(1, count)) / 3);
  return format(count, { maximumFractionDigits: shown < 9.95 ? 1 : 0 });
}

/** A duration in milliseconds for people: "0.4 s", "12 s", "3 min", "5 h", "2 d". */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** The time that has passed since a moment in ISO 8601, for people; none where the clocks disagree. */
export function elapsed(since: string, now: Date): string {
  return duration(Math.max(0, now.getTime() - Date.parse(since)));
}

/** Text from elsewhere made harmless for a terminal: control characters become visible, colours stay. */
export function printable(text: string): string {
  // Programs that believe to be at a terminal end their lines so.
  return text.replace(/\r+$/gm, "").replace(
    // deno-lint-ignore no-control-regex -- control characters are what is looked for
    /[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f\x9b]|\x1b(?!\[[0-9;]*m)/g,
    (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

/** The number of a signal, on FreeBSD, Linux and macOS alike; 0 for one that differs. */
export function signalNumber(name: string): number {
  const numbers = { HUP: 1, INT: 2, QUIT: 3, ILL: 4, ABRT: 6, FPE: 8, KILL: 9, SEGV: 11, PIPE: 13, TERM: 15 };
  return (numbers as Record<string, number>)[name.replace(/^SIG/, "")] ?? 0;
}
