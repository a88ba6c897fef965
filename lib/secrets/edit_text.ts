// Secrets as text that a person edits: `NAME=value` on a line, quotes where a value needs them.

import { isSecretName } from "./format.ts";

/** A problem of a text, and its line. It holds nothing of a value. */
export interface TextProblem {
  /** Counted from 1. */
  readonly line: number;
  readonly problem: string;
}

/** The contents of a text. */
export interface Edited {
  readonly values: ReadonlyMap<string, string>;
  /** Everything that is wrong. */
  readonly problems: readonly TextProblem[];
  /** How many lines are comments of the person's own, which aren't kept. */
  readonly comments: number;
}

/** The help above the secrets in the editor. */
export const editHelp: readonly string[] = [
  "# A line for each secret. These lines and other comments are not kept.",
  "#",
  "#   NAME=value            all up to the end of the line, without blanks around it",
  '#   NAME="two\\nlines"     in quotes with \\n \\r \\t \\" \\\\ \\u{1F600}',
  '#   NAME="""              lines as they are, up to a line with nothing but',
  "#   several",
  "#   lines",
  '#   """',
  "#",
  "# Saving without a change changes nothing, and so does an empty file.",
];

const fence = '"""';

/** Writes secrets as text. */
export function editText(values: ReadonlyMap<string, string>): string {
  const rows = [...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => rowOf(name, value));
  return `${[...editHelp, "", ...rows].join("\n")}\n`;
}

function rowOf(name: string, value: string): string {
  if (isBare(value)) return `${name}=${value}`;
  if (isBlock(value)) return `${name}=${fence}\n${value}\n${fence}`;
  return `${name}="${escaped(value)}"`;
}

/** Characters that nobody sees, or that do something to a terminal or an editor. */
const hidden =
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  /[\x00-\x1f\x7f-\xa0\u00ad\u061c\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb]/;

function isBare(value: string): boolean {
  return value !== "" && value === value.trim() && !/^["']/.test(value) &&
    !hidden.test(value.replaceAll(" ", ""));
}

/** Several lines whose characters can all be seen, none of which ends the block. */
function isBlock(value: string): boolean {
  const lines = value.split("\n");
  return lines.length > 1 &&
    lines.every((line) => line.trim() !== fence && !hidden.test(line.replaceAll("\t", "")));
}

const letters: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };

function escaped(value: string): string {
  return [...value].map((char) => {
    const letter = Object.entries(letters).find(([, meant]) => meant === char)?.[0];
    if (letter !== undefined) return `\\${letter}`;
    return hidden.test(char) && char !== " " ? `\\u{${char.codePointAt(0)?.toString(16)}}` : char;
  }).join("");
}

/** Reads what a person wrote. */
export function parseEdited(text: string): Edited {
  const values = new Map<string, string>();
  const seen = new Map<string, number>();
  const problems: TextProblem[] = [];
  let comments = 0;
  // Editors on Windows write it; a value's own carriage return stands as \r.
  const lines = text.replace(/^\ufeff/, "").replaceAll("\r\n", "\n").split("\n");
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (line.trim() === "") continue;
    if (line.trimStart().startsWith("#")) {
      if (!editHelp.includes(line)) comments++;
      continue;
    }
    const began = at + 1;
    const entry = parseEntry(lines, at);
    at = entry.end;
    const problem = entry.problem ?? problemOf(entry, seen.get(entry.name));
    if (problem !== undefined) problems.push({ line: began, problem });
    else values.set(entry.name, entry.value);
    seen.set(entry.name, seen.get(entry.name) ?? began);
  }
  return { values, problems, comments };
}

interface Entry {
  readonly name: string;
  readonly value: string;
  /** Its last line. */
  readonly end: number;
  readonly problem?: string | undefined;
}

function parseEntry(lines: readonly string[], at: number): Entry {
  const line = (lines[at] ?? "").trim();
  const [, before = "", name = "", value] = /^(export\s+)?([^=\s]*)\s*(?:=(.*))?$/s.exec(line) ?? [];
  const rest = value?.trim();
  const entry = { name, value: "", end: at };
  if (before !== "") return { ...entry, problem: `"export" doesn't belong here` };
  if (rest === undefined) return { ...entry, problem: "it is not NAME=value" };
  if (rest === fence) return parseBlock(lines, { ...entry, end: at });
  if (rest.startsWith('"')) return { ...entry, ...parseQuoted(rest) };
  if (!rest.startsWith("'")) return { ...entry, value: rest };
  const [, inner] = /^'([^']*)'$/.exec(rest) ?? [];
  if (inner !== undefined) return { ...entry, value: inner };
  return { ...entry, problem: "its value begins with ' and doesn't end with it: put it into double quotes" };
}

function parseBlock(lines: readonly string[], { name, end: at }: Entry): Entry {
  const length = lines.slice(at + 1).findIndex((line) => line.trim() === fence);
  if (length < 0) {
    return { name, value: "", end: lines.length, problem: `no line with ${fence} ends its value` };
  }
  return { name, value: lines.slice(at + 1, at + 1 + length).join("\n"), end: at + 1 + length };
}

function parseQuoted(text: string): { value: string; problem?: string } {
  let value = "";
  for (let at = 1; at < text.length; at++) {
    const char = text[at] ?? "";
    if (char === '"') {
      return at === text.length - 1 ? { value } : { value, problem: `there is text after its closing "` };
    }
    if (char !== "\\") {
      value += char;
      continue;
    }
    const [whole, code] = /^\\u\{([0-9a-fA-F]{1,6})\}/.exec(text.slice(at)) ?? [];
    const meant = code === undefined ? letters[text[at + 1] ?? ""] : character(parseInt(code, 16));
    if (meant === undefined) {
      return { value, problem: 'after \\ it has another character than n r t " \\ u{…}' };
    }
    value += meant;
    at += (whole ?? "\\n").length - 1;
  }
  return { value, problem: `no " ends its value: write \\" for one inside, and ${fence} for several lines` };
}

function character(code: number): string | undefined {
  return code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : undefined;
}

function problemOf({ name, value }: Entry, before: number | undefined): string | undefined {
  if (!isSecretName(name)) {
    return name === "" ? "it has no name" : "its name has other characters than letters, digits, _ . and -";
  }
  if (before !== undefined) return `${name} is in line ${before} already`;
  return valueProblem(value);
}

/** Why a text can't be a secret's value; undefined when it can. */
export function valueProblem(value: string): string | undefined {
  if (value.includes("\0")) return "it has a NUL character, which no variable can hold";
  return value.isWellFormed() ? undefined : "it is not text: encode it, for example in base64";
}

/** The outcome for each name. */
export interface Difference {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** Compares two sets of values. */
export function differenceOf(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): Difference {
  const [old, now] = [[...before.keys()], [...after.keys()]];
  return {
    added: now.filter((name) => !before.has(name)),
    changed: now.filter((name) => before.has(name) && before.get(name) !== after.get(name)),
    removed: old.filter((name) => !after.has(name)),
  };
}
