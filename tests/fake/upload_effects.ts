/**
 * The effects of uploads.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { receiveChanged } from "../../lib/remote/changed.ts";
import { receiveFile } from "../../lib/remote/files.ts";
import { type Effect, effect, failed, v, word } from "./effect.ts";
import { anyMode, anyNumber } from "./pattern.ts";

/** The effects of commands that receive a file. */
export const uploadEffects: readonly Effect[] = [
  effect(
    "receiveFile",
    receiveFile(word("path"), { size: anyNumber, sha256: word("sum"), mode: anyMode }),
    (s) => [
      ({ model, stdin }) => void model.files.set(`${v(s, "path")}.part`, stdin),
      ({ model, stdin }) => {
        model.files.delete(`${v(s, "path")}.part`);
        model.files.set(v(s, "path"), stdin);
      },
    ],
  ),
  effect(
    "receiveChanged",
    receiveChanged(
      word("path"),
      { size: anyNumber, sha256: word("sum"), mode: anyMode },
      word("pathkept"),
      `${word("textlines")}\n`,
    ),
    (s) => [({ model, stdin }) => {
      const whole = putTogether(v(s, "textlines"), model.files.get(v(s, "pathkept")) ?? "", stdin);
      const sum = createHash("sha256").update(whole).digest("hex");
      if (sum !== v(s, "sum")) return failed("The checksum of what arrived differs");
      model.files.set(v(s, "path"), whole);
    }],
  ),
];

/** Does what dd does by the lines of a changed file. */
function putTogether(lines: string, kept: string, sent: string): string {
  let at = 0;
  return lines.split("\n").map((line) => {
    const [from = "", count = ""] = line.split(" ");
    if (from !== "-") return kept.slice(Number(from) * 512, (Number(from) + Number(count)) * 512);
    return sent.slice(at, at += Number(count));
  }).join("");
}
