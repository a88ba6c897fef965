/**
 * The history of a fake server. It is no part of the model: what a deploy undoes stays in it.
 *
 * @module
 */

import { addRecord, readRecords } from "../../lib/commands/history.ts";
import { type ActionRecord, parseRecords } from "../../lib/server/history.ts";
import { type Effect, effect, v, word } from "./effect.ts";
import type { Model } from "./model.ts";
import { anyNumber } from "./pattern.ts";

const lines = new WeakMap<Model, string[]>();

function linesOf(model: Model): string[] {
  const known = lines.get(model) ?? [];
  lines.set(model, known);
  return known;
}

/** The records of a server, the oldest first. */
export function historyOf(model: Model): readonly ActionRecord[] {
  return parseRecords(linesOf(model).join("\n")).records;
}

/** Takes the last words of a lock's holder, and answers them. */
export function hearRecord(model: Model, said: string): string {
  const found = /^\d+ (.*)$/m.exec(said)?.[1];
  if (found === undefined) return "";
  linesOf(model).push(found);
  return "recorded\n";
}

export const historyEffects: readonly Effect[] = [
  effect("addRecord", addRecord(word("app"), word("linerecord"), anyNumber), (s) => [
    ({ model }) => void linesOf(model).push(v(s, "linerecord")),
  ]),
  effect("readRecords", readRecords(word("app"), anyNumber), () => [
    ({ model }) => ({ out: linesOf(model).map((line) => `${line}\n`).join("") }),
  ]),
];
