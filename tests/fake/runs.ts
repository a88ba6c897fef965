/** Commands of `alcaide run --detach` on the model. */

import { beginRun, readRun } from "../../lib/commands/app/runs.ts";
import { raw } from "../../lib/core/sh.ts";
import { type Effect, effect, v, word } from "./effect.ts";
import type { Model } from "./model.ts";

const dir = `/var/db/alcaide/apps/${word("app")}/releases/${word("release")}/runs/${word("id")}`;
const jail = { name: word("jail"), path: word("path"), ip4: word("ip") };
const command = raw(word("linecommand"));

/** A command that begins, and the output of one that has ended with status 4. */
export const runEffects: readonly Effect[] = [
  effect(
    "beginRun",
    beginRun({ app: word("app"), release: word("release"), jail, id: word("id"), command }),
    (s) => [({ model }) =>
      void model.files.set(
        `/var/db/alcaide/apps/${v(s, "app")}/releases/${v(s, "release")}/runs/${v(s, "id")}/command`,
        v(s, "linecommand"),
      )],
  ),
  effect(
    "readRun",
    readRun(dir, { out: 0, err: 0 }),
    (s) => [() => ({ out: `output of ${v(s, "id")}\n`, status: 4 })],
  ),
];

/** The section of them. */
export function runsText({ files }: Model): string {
  return [...files].flatMap(([path, text]) => {
    const [, release, id] = /\/releases\/([^/]+)\/runs\/([^/]+)\/command$/.exec(path) ?? [];
    return id === undefined ? [] : [`${release} ${id} 1767323045 runs ${JSON.stringify(text)}\n`];
  }).join("");
}
