// `alcaide secrets`: values that nobody may read, in a file that everybody may.

import type { Completion } from "../lib/task/completion.ts";
import { type Task, task } from "../lib/task/task.ts";
import type { InitJson, RotateJson } from "../lib/vault/key.ts";
import { secretsOptions } from "../lib/vault/options.ts";
import type { ChangedJson, ValueJson } from "../lib/vault/values.ts";
import { check, type Word } from "../lib/vault/words.ts";

/** With `--json`: of `show --names` the names; null where `edit` was left without a change. */
export type Json = readonly string[] | ValueJson | ChangedJson | InitJson | RotateJson | null;

const actions = ["init", "edit", "show", "set", "unset", "rotate"] as const;

const key = () => import("../lib/vault/key.ts");
const values = () => import("../lib/vault/values.ts");
const words: Readonly<Record<typeof actions[number], Word>> = {
  init: { load: async () => (await key()).initSecrets, least: 0, most: 0, options: [] },
  edit: {
    load: async () => (await import("../lib/vault/edit.ts")).editSecrets,
    least: 0,
    most: 0,
    options: [],
  },
  show: { load: async () => (await values()).showSecrets, least: 0, most: 1, options: ["names"] },
  set: {
    load: async () => (await values()).setSecret,
    least: 1,
    most: 1,
    options: ["generate", "bytes", "exact"],
  },
  unset: { load: async () => (await values()).unsetSecrets, least: 1, most: Infinity, options: [] },
  rotate: { load: async () => (await key()).rotateKey, least: 0, most: 0, options: [] },
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
    const { findStore } = await import("../lib/vault/find_store.ts");
    const act = await words[action].load();
    await act(ctx, await findStore(ctx, ctx.options), names, ctx.options);
  },
});
