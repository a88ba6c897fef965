/** Damage to texts and values. */

import { hostileTexts } from "./hostile.ts";
import { pick, type Random } from "./subject.ts";

/** Stands for the byte 0x80 in a text; those after it for the bytes after that. UTF-8 has none of them alone. */
const firstByte = 0xf780;

/** The bytes of a text, broken UTF-8 included. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const parts = text.split(/([\uf780-\uf7ff])/).map((part, index) =>
    index % 2 === 1 ? Uint8Array.of(part.charCodeAt(0) - firstByte + 0x80) : new TextEncoder().encode(part)
  );
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A text as it arrives over a connection or from a file. */
export function arrived(text: string): string {
  return new TextDecoder().decode(bytesOf(text));
}

function place(random: Random, text: string): number {
  return Math.floor(random() * (text.length + 1));
}

/** The beginning and end of a random piece. */
function span(random: Random, text: string, longest = 40): [number, number] {
  const from = place(random, text);
  return [from, Math.min(text.length, from + 1 + Math.floor(random() * longest))];
}

function broken(random: Random): string {
  return String.fromCharCode(firstByte + Math.floor(random() * 128));
}

function lines(change: (all: string[], at: number, random: Random) => void) {
  return (text: string, random: Random) => {
    const all = text.split("\n");
    change(all, Math.floor(random() * all.length), random);
    return all.join("\n");
  };
}

const odd = [
  "0",
  "-1",
  "1e309",
  "NaN",
  "99999999999999999999",
  "٣",
  "0x10",
  "1.5",
  "",
  "null",
  "true",
  "{}",
  "constructor",
  "9".repeat(50) + "x",
];

/** Kinds of damage, each to a random place. */
const damages: readonly ((text: string, random: Random) => string)[] = [
  (text, random) => text.slice(0, place(random, text)),
  (text, random) => text.slice(place(random, text)),
  (text, random) => {
    const [from, to] = span(random, text);
    return text.slice(0, from) + text.slice(to);
  },
  (text, random) => {
    const at = place(random, text);
    return text.slice(0, at) + pick(random, hostileTexts) + text.slice(at);
  },
  (text, random) => {
    const [from, to] = span(random, text);
    return text.slice(0, from) + pick(random, hostileTexts) + text.slice(to);
  },
  (text, random) => {
    const at = place(random, text);
    return text.slice(0, at) + broken(random) + text.slice(at + 1);
  },
  lines((all, at) => all.splice(at, 1)),
  lines((all, at) => all.splice(at, 0, all[at] ?? "")),
  lines((all, at, random) => all.splice(Math.floor(random() * all.length), 0, ...all.splice(at, 1))),
  (text, random) => {
    // A number or word that isn't one.
    const words = [...text.matchAll(/\w+/g)];
    const word = pick(random, words);
    if (word === undefined) return pick(random, odd);
    return text.slice(0, word.index) + pick(random, odd) + text.slice(word.index + word[0].length);
  },
  (text) => text.replaceAll("\n", "\r\n"),
  (text) => `\ufeff${text}`,
  (text, random) => Array.from({ length: Math.floor(random() * 60) }, () => broken(random)).join("") + text,
  (text, random) => {
    const [from, to] = span(random, text);
    return text.slice(0, from) + text.slice(from, to).repeat(Math.floor(random() * 40)) + text.slice(to);
  },
];

/** A seldom kind: as much as 100 kB of one piece. */
function huge(text: string, random: Random): string {
  const [from, to] = span(random, text, 12);
  const piece = text.slice(from, to) || " ";
  return text.slice(0, from) + piece.repeat(Math.ceil(100_000 / piece.length)) + text.slice(to);
}

/** A text with up to four damages; now and then whole, now and then huge. */
export function damaged(text: string, random: Random): string {
  let changed = text;
  for (let left = Math.floor(random() * 5); left > 0; left--) {
    changed = pick(random, damages)(changed, random);
  }
  return random() < 0.01 ? huge(changed, random) : changed;
}

const oddValues: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    1,
    -1,
    0.5,
    70_000,
    1e300,
    60_000,
    "",
    [],
    {},
    [[]],
    [null],
    { a: 1 },
    "x".repeat(9000),
  ],
  ...["10.66.0.2", "10.66.0.999", "/", "/..", "a", "shop", "7-1a2b3c4", "blue", "live", "2026-13-45"],
];

/** A value that is unlike those that are expected. */
export function oddValue(random: Random, more: readonly unknown[] = []): unknown {
  if (random() < 0.4) return pick(random, hostileTexts);
  return pick(random, [...oddValues, ...more]);
}

/** A copy of plain data in which something is another value, is gone, or is there besides. */
export function changedValue(value: unknown, random: Random, more: readonly unknown[] = []): unknown {
  if (typeof value !== "object" || value === null || random() < 0.04) return oddValue(random, more);
  const entries = Object.entries(value);
  const at = Math.floor(random() * entries.length);
  const [key, inner] = entries[at] ?? ["0", undefined];
  const deed = random();
  if (entries.length === 0 || deed < 0.1) {
    entries.push([
      pick(random, ["", "__proto__", "constructor", "length", "a b", `${entries.length}`]),
      oddValue(random, more),
    ]);
  } else if (deed < 0.25) entries.splice(at, 1);
  else if (deed < 0.5) entries[at] = [key, oddValue(random, more)];
  else entries[at] = [key, changedValue(inner, random, more)];
  return Array.isArray(value) ? entries.map(([, one]) => one) : ownRecord(entries);
}

/** Object.fromEntries, in which `__proto__` is a name like any other. */
function ownRecord(entries: readonly [string, unknown][]): Record<string, unknown> {
  const made = {};
  for (const [name, value] of entries) {
    Object.defineProperty(made, name, { value, enumerable: true, writable: true, configurable: true });
  }
  return made;
}

/** The JSON of a value that was changed some times, and perhaps damaged as a text. */
export function damagedJson(value: unknown, random: Random): string {
  let changed = value;
  for (let left = Math.floor(random() * 4); left > 0; left--) changed = changedValue(changed, random);
  const text = JSON.stringify(changed) ?? "";
  return random() < 0.25 ? damaged(text, random) : text;
}
