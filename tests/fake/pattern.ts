/**
 * Finds commands in scripts: a command made with placeholders for its values becomes a pattern for the same command with
 * any values. So the fake knows commands by the text of the functions that make them, and by nothing else.
 *
 * Placeholders: `@name@` is a word; with a name that begins with `path` it may hold slashes, with `line` anything on its
 * line, with `text` anything at all. The same name twice is the same text twice. `@name_@` becomes another name where its
 * underscore becomes a dash, as jails' names do in their hosts' names.
 *
 * @module
 */

import type { Command } from "../../lib/core/sh.ts";

/** Stands for any number. */
export const anyNumber = 987650000;
/** Stands for any permissions. */
export const anyMode = 0o7070707;

/** The values of placeholders by name. */
export type Values = Readonly<Record<string, string>>;

/** Where a command ends in a script, and which values it has. */
export interface Found {
  readonly end: number;
  readonly values: Values;
}

/** Finds a command at a place in a script; undefined when it isn't there. */
export type Finder = (script: string, at: number) => Found | undefined;

/** Makes a finder of an example. */
export function finder(example: Command): Finder {
  const pattern = new RegExp(patternOf(example.text), "y");
  return (script, at) => {
    pattern.lastIndex = at;
    const match = pattern.exec(script);
    if (match === null) return undefined;
    const values = Object.entries(match.groups ?? {}).filter(([name]) => !name.startsWith("mark"));
    return {
      end: at + match[0].length,
      values: Object.fromEntries(values.map(([name, value]) => [name, unquote(value ?? "")])),
    };
  };
}

const kinds: readonly (readonly [beginning: string, pattern: string])[] = [
  ["text", "[\\s\\S]*?"],
  ["line", "[^\\n]*?"],
  ["path", "[^\\s'\"]+"],
  ["", "'(?:[^']|'\\\\'')*'|[^\\s'\"/]+"],
];

function patternOf(text: string): string {
  const seen = new Set<string>();
  const marks: string[] = [];
  const open: { mark: string; name: string }[] = [];
  return text.split("\n").map((row) => {
    const closing = open.at(-1);
    if (closing !== undefined && row === closing.mark) {
      open.pop();
      return `\\k<${closing.name}>(?=\\n|$)`;
    }
    return row.split(/(<<'END_OF_TEXT_*')/).map((part) => {
      const mark = /^<<'(END_OF_TEXT_*)'$/.exec(part)?.[1];
      if (mark === undefined) return escaped(part, seen);
      const name = `mark${marks.push(mark)}`;
      open.push({ mark, name });
      return `<<'(?<${name}>END_OF_TEXT_*)'`;
    }).join("");
  }).join("\n");
}

function escaped(part: string, seen: Set<string>): string {
  return part.split(/(@[a-z]+\d*[_-]?@)/).map((piece) => {
    const [, plain, suffix] = /^@([a-z]+\d*)([_-]?)@$/.exec(piece) ?? [];
    const name = suffix === "-" ? `${plain}Dashed` : plain;
    if (name === undefined) {
      return piece.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&").replace(
        /987650000|7070707|(?<=umask )070/g,
        "[\\d.]+",
      );
    }
    if (seen.has(name)) return `\\k<${name}>`;
    seen.add(name);
    const kind = kinds.find(([beginning]) => name.startsWith(beginning))?.[1] ?? "";
    return `(?<${name}>${kind})`;
  }).join("");
}

function unquote(word: string): string {
  return /^'[\s\S]*'$/.test(word) ? word.slice(1, -1).replaceAll("'\\''", "'") : word;
}
