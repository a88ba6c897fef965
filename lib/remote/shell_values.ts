// Values in a command of `$`: which may stand where, and how they are shown.

import { isSecret, type Secret } from "../core/secret.ts";
import { quote, reason, typedParts } from "../core/sh.ts";
import type { ShellValue } from "./shell_types.ts";

/** A value as the package takes it: words are quoted, a file is a path. */
export type Piece =
  | { readonly words: string | readonly string[] }
  | { readonly file: string }
  | { readonly content: Uint8Array | ReadableStream<Uint8Array> | WritableStream<Uint8Array> };

/** A command's text, and what of it may be shown. */
export interface Template {
  /** The text typed around the values. */
  readonly parts: readonly string[];
  /** The values. */
  readonly pieces: readonly Piece[];
  /** The whole, with secrets masked. */
  readonly shown: string;
  /** Texts that must not be shown. */
  readonly secrets: readonly string[];
}

/** Reads a template of `$`. */
export function readTemplate(strings: TemplateStringsArray, values: readonly ShellValue[]): Template {
  const parts = typedParts(strings);
  const pieces = values.map((value, index) => pieceOf(value, parts[index] ?? "", index + 1));
  const shown = parts.map((part, index) => part + (index < values.length ? shownValue(values[index]) : ""));
  return {
    parts,
    pieces,
    shown: shown.join("").trim(),
    secrets: values.flat(Infinity as 1).filter(isSecret).map((secret) => secret.reveal()),
  };
}

function pieceOf(value: ShellValue, before: string, position: number): Piece {
  const [redirect] = /[<>]\s*$/.exec(before) ?? [];
  const refuse = (why: string) => new TypeError(`Cannot use value ${position} in a command: ${why}`);
  if (redirect === undefined) return { words: wordsOf(value, refuse) };
  const reads = redirect.startsWith("<");
  if (typeof value === "string") {
    quote(value);
    return { file: value };
  }
  if (reads && isSecret(value)) return { content: new TextEncoder().encode(value.reveal()) };
  if (reads && (value instanceof Uint8Array || value instanceof ReadableStream)) return { content: value };
  if (!reads && value instanceof WritableStream) return { content: value };
  throw refuse(`after ${redirect.trim()} stands the name of a file${reads ? ", bytes" : ""} or a stream`);
}

function wordsOf(value: ShellValue, refuse: (why: string) => TypeError): string | string[] {
  if (Array.isArray(value)) return value.flatMap((item) => wordsOf(item, refuse));
  const text = isSecret(value) ? value.reveal() : plain(value);
  if (text === undefined) throw refuse(reason(value));
  quote(text);
  return text;
}

function plain(value: ShellValue): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "boolean" || Number.isFinite(value) ? String(value) : undefined;
}

function shownValue(value: ShellValue | undefined): string {
  if (Array.isArray(value)) return value.map(shownValue).join(" ");
  if (isSecret(value as Secret)) return "[secret]";
  return typeof value === "object" ? "…" : quote(String(value));
}
