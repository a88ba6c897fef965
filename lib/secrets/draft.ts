// Unsaved text of an edit: kept, encrypted, for the next time.

import { decodeBase64, encodeBase64 } from "@std/encoding/base64";
import { basename, dirname, join } from "node:path";
import { decryptValue, encryptValue, type Key, type Values } from "./cipher.ts";
import { privateDirectory } from "../remote/local_file.ts";
import type { SecretsPaths } from "./files.ts";
import { unreadable } from "./format.ts";
import { replaceFile } from "./store.ts";

const label = "alcaide-secrets draft";

/** Where a draft is, beside the key. */
function draftPath({ file }: SecretsPaths): string {
  return join(dirname(file), ".alcaide", `${basename(file)}.draft`);
}

/** The text, and the contents of the encrypted file at that time. */
export interface Draft {
  readonly text: string;
  /** The values that it began from. */
  readonly base: Values;
}

/** Keeps a draft. */
export async function writeDraft(paths: SecretsPaths, key: Key, { text, base }: Draft): Promise<void> {
  const path = draftPath(paths);
  await privateDirectory(dirname(path));
  const hidden = await encryptValue(key, JSON.stringify({ text, base: [...base] }), label);
  await replaceFile(path, `${encodeBase64(hidden)}\n`, { mode: 0o600 });
}

/** The draft that is kept: undefined when there is none, null when this key doesn't open it. */
export async function readDraft(paths: SecretsPaths, key: Key): Promise<Draft | undefined | null> {
  const text = await Deno.readTextFile(draftPath(paths)).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw unreadable(join(".alcaide", basename(draftPath(paths))), error);
  });
  if (text === undefined) return undefined;
  try {
    const plain = JSON.parse(await decryptValue(key, decodeBase64(text.trim()), label) ?? "");
    return { text: plain.text, base: new Map(plain.base) };
  } catch {
    return null;
  }
}

/** Puts a draft aside that no key here opens: who has the old one may still want it. Gives its new name. */
export async function setDraftAside(paths: SecretsPaths): Promise<string> {
  const path = draftPath(paths);
  await Deno.rename(path, `${path}.old`);
  return join(".alcaide", `${basename(path)}.old`);
}

/** Forgets the draft. */
export async function dropDraft(paths: SecretsPaths): Promise<void> {
  await Deno.remove(draftPath(paths)).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}
