// `alcaide secrets`: values that nobody may read, in a file that everybody may.

import type { Completion } from "../lib/task/completion.ts";
import { type Task, task } from "../lib/task/task.ts";
import { editSecrets } from "../lib/vault/edit.ts";
import { type InitJson, initSecrets, type RotateJson, rotateKey } from "../lib/vault/key.ts";
import { findStore, secretsOptions } from "../lib/vault/find_store.ts";
import {
  type ChangedJson,
  setSecret,
  showSecrets,
  unsetSecrets,
  type ValueJson,
} from "../lib/vault/values.ts";
import { check, type Word } from "../lib/vault/words.ts";

/** With `--json`: of `show --names` the names; null where `edit` was left without a change. */
export type Json = readonly string[] | ValueJson | ChangedJson | InitJson | RotateJson | null;

const actions = ["init", "edit", "show", "set", "unset", "rotate"] as const;

const words: Readonly<Record<typeof actions[number], Word>> = {
  init: { run: initSecrets, least: 0, most: 0, options: [] },
  edit: { run: editSecrets, least: 0, most: 0, options: [] },
  show: { run: showSecrets, least: 0, most: 1, options: ["names"] },
  set: { run: setSecret, least: 1, most: 1, options: ["generate", "bytes", "exact"] },
  unset: { run: unsetSecrets, least: 1, most: Infinity, options: [] },
  rotate: { run: rotateKey, least: 0, most: 0, options: [] },
};

function mostNames(action: string | undefined): number {
  return Object.entries(words).find(([name]) => name === action)?.[1].most ?? 0;
}

/** Makes, edits, shows and changes the encrypted file. */
export const secrets: Task = task({
  description: "Encrypted secrets: init, edit, show, set NAME, unset NAME, rotate",
  group: "Begin",
  args: [
    { name: "action", description: "The action", choices: actions },
    {
      name: "name",
      description: "Names of secrets",
      optional: true,
      rest: true,
      complete: async ({ words: [action, ...names], secretNames }: Completion) =>
        names.length < mostNames(action) ? (await secretNames()).filter((name) => !names.includes(name)) : [],
    },
  ],
  options: secretsOptions,
  examples: [
    "alcaide secrets init",
    "alcaide secrets edit -e staging",
    "alcaide secrets set SECRET_KEY_BASE --generate",
    "alcaide secrets set TLS_KEY <shop.key",
    "alcaide secrets show --names",
  ],
  configless: true,
  run: async (ctx) => {
    const [action, ...names] = ctx.args;
    check(ctx, action, words[action], names);
    await words[action].run(ctx, await findStore(ctx, ctx.options), names, ctx.options);
  },
});
