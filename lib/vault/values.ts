// `alcaide secrets show|set|unset`: single secrets. A value is in no argument: others on this machine could read it there.

import { encodeBase64 } from "@std/encoding/base64";
import { AlcaideError, UsageError } from "../core/error.ts";
import { type Difference, differenceOf, editHelp, editText, valueProblem } from "../secrets/edit_text.ts";
import { isSecretName } from "../secrets/format.ts";
import type { Opened, SecretsStore } from "../secrets/store.ts";
import { didYouMean, list } from "../core/text.ts";
import { outputIsTerminal } from "../ui/console.ts";
import { readPiped } from "../ui/keyboard.ts";
import type { Context } from "../task/context.ts";
import { globalsOf } from "../task/options.ts";
import type { SecretsChoice } from "./options.ts";

/** With `show NAME`. */
export interface ValueJson {
  /** The secret's name. */
  readonly name: string;
  /** The value, which is not masked. */
  readonly value: string;
}

/** With `set`, `unset` and `edit`: names of secrets. */
export interface ChangedJson extends Difference {
  /** The encrypted file. */
  readonly file: string;
}

/** Shows names, one value, or at a terminal everything. */
export async function showSecrets(
  ctx: Context,
  store: SecretsStore,
  [name]: readonly string[],
  choice: SecretsChoice,
): Promise<void> {
  if (choice.names) {
    if (name !== undefined) {
      throw new UsageError("Cannot show names and a value at once", { hint: "Leave out one" });
    }
    const names = await store.names();
    return ctx.ui.result(names, names.join("\n"));
  }
  if (name !== undefined) return showOne(ctx, await store.open(), name);
  if (!outputIsTerminal() || globalsOf(ctx).json === true) {
    throw new UsageError("All secrets are shown only in a terminal", {
      hint: "Name one, or use --names",
    });
  }
  const { values } = await store.open();
  ctx.ui.result(null, editText(values).split("\n").slice(editHelp.length + 1).join("\n").trimEnd());
}

function showOne(ctx: Context, { values }: Opened, name: string): void {
  const value = values.get(name);
  if (value === undefined) throw unknown(name, values);
  // A program gets what was stored, byte for byte; a person's terminal is kept from control characters.
  if (outputIsTerminal() || globalsOf(ctx).json === true) {
    ctx.ui.result({ name, value } satisfies ValueJson, value);
  } else ctx.ui.output(new TextEncoder().encode(value), "out");
}

/** Sets one secret: asked without echo, from standard input, or random. */
export async function setSecret(
  ctx: Context,
  store: SecretsStore,
  names: readonly string[],
  choice: SecretsChoice,
): Promise<void> {
  const [name = ""] = names;
  if (!isSecretName(name)) {
    throw new UsageError("Cannot set a secret of that name", {
      hint: "Use letters, digits, dots, hyphens and underscores, and give no value: Alcaide asks for it",
    });
  }
  const before = await store.open();
  const value = choice.generate ? generate(choice.bytes) : await askValue(ctx, name, choice);
  const problem = valueProblem(value);
  if (problem !== undefined) throw new AlcaideError(`Cannot set ${name}: ${problem}`);
  await save(ctx, store, before, new Map(before.values).set(name, value));
}

/** Removes secrets. */
export async function unsetSecrets(
  ctx: Context,
  store: SecretsStore,
  names: readonly string[],
): Promise<void> {
  const before = await store.open();
  const after = new Map(before.values);
  for (const name of names) {
    if (!after.delete(name)) throw unknown(name, before.values);
  }
  await save(ctx, store, before, after);
}

/** Writes values and says which names changed; what is the same is not written. */
export async function save(
  { ui }: Pick<Context, "ui">,
  store: SecretsStore,
  before: Opened,
  values: ReadonlyMap<string, string>,
): Promise<void> {
  const difference = differenceOf(before.values, values);
  const said = Object.entries(difference)
    .filter(([, names]) => names.length > 0)
    .map(([what, names]) => `${what} ${list(names)}`);
  if (said.length > 0) await store.write(values, before.key, before);
  const { name: file } = store.paths;
  ui.result(
    { file, ...difference } satisfies ChangedJson,
    said.length === 0 ? `${file}: unchanged` : `${file}: ${said.join("; ")}`,
  );
}

function unknown(name: string, values: ReadonlyMap<string, string>): UsageError {
  const hint = values.size === 0
    ? 'Run "alcaide secrets edit" to write some'
    : didYouMean(name, [...values.keys()]);
  return new UsageError(`Cannot find a secret "${name}"`, { hint });
}

function generate(bytes = 48): string {
  if (!Number.isInteger(bytes) || bytes < 8 || bytes > 10_000) {
    throw new UsageError(`Cannot generate ${bytes} bytes`, { hint: "Give a whole number from 8 to 10000" });
  }
  const text = encodeBase64(crypto.getRandomValues(new Uint8Array(bytes)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

async function askValue(ctx: Context, name: string, choice: SecretsChoice): Promise<string> {
  if (choice.bytes !== undefined) {
    throw new UsageError("Cannot use --bytes without --generate", { hint: "Add --generate" });
  }
  const piped = await readPiped();
  if (piped !== undefined) return textOf(name, piped, choice.exact);
  const { person } = ctx.ui;
  if (person === undefined) {
    throw new UsageError(`Cannot ask for the value of ${name} here`, { hint: "Pipe it into standard input" });
  }
  const value = await person.secret(`Value of ${name} (it is not shown):`);
  if (value === null || value === "") throw nothing(name, "no value was typed");
  if (await person.secret("Once more:") === value) return value;
  throw new AlcaideError(`Cannot set ${name}: the two values differ`, {
    hint: "Try again; nothing was changed",
  });
}

/** The value from a pipe. `echo` ends a single line with a break that nobody means; a file of several lines is as it is. */
export function textOf(name: string, bytes: Uint8Array, exact: boolean): string {
  const text = decoded(name, bytes);
  const value = exact ? text : text.replace(/^([^\n]*?)\r?\n$/, "$1");
  if (value !== "") return value;
  throw nothing(name, `standard input ${text === "" ? "is empty" : "holds nothing but a line break"}`);
}

function decoded(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new AlcaideError(`Cannot set ${name}: it is not text in UTF-8`, {
      hint: "Encode it, for example in base64, and decode it in the app",
    });
  }
}

function nothing(name: string, why: string): AlcaideError {
  return new AlcaideError(`Cannot set ${name} to nothing: ${why}`, {
    hint: `Write ${name}="" in "alcaide secrets edit" if you mean an empty value`,
  });
}
