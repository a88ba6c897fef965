// TypeScript without its types, the way that Deno does it.

import { transformSync } from "amaro";
import { identityMap } from "./source_map.ts";

/** JavaScript, and where its parts come from. */
export interface Stripped {
  readonly code: string;
  /** A source map in JSON. */
  readonly map: string;
}

/** A place in a source, counted from 1. */
export interface SourcePlace {
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

/** The place of a character in a text. */
export function placeAt(text: string, offset: number): Omit<SourcePlace, "url"> {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}

/** Something in the user's source that can't be used. Its stack names only the user's own place. */
export class SourceError extends Error {
  /** Its class, for messages. */
  override name = "SyntaxError";
  /** Advice for the reader. */
  readonly hint: string | undefined;
  /** Makes an error for a place in a source. */
  constructor(message: string, { url, line, column }: SourcePlace, hint?: string) {
    super(message);
    this.hint = hint;
    this.stack = `SyntaxError: ${message}\n    at ${url}:${line}:${column}`;
  }
}

/**
 * Takes the types out of a source. JavaScript stays as it is.
 *
 * @throws {SourceError} when it can't be parsed
 */
export function stripTypes(source: string, url: string): Stripped {
  if (/\.m?js$/.test(new URL(url).pathname)) return { code: source, map: identityMap(source, url) };
  try {
    const { code, map } = transformSync(source, {
      mode: "transform",
      module: true,
      sourceMap: true,
      filename: url,
      // As Deno does: an import of which only types are used is left out, fields of a class are JavaScript's own.
      transform: { verbatimModuleSyntax: false, nativeClassProperties: true },
    });
    return { code, map: map ?? identityMap(code, url) };
  } catch (error) {
    throw sourceError(error, url);
  }
}

function sourceError(error: unknown, url: string): unknown {
  const { message, startLine, startColumn } = (error ?? {}) as Record<string, unknown>;
  if (typeof message !== "string" || typeof startLine !== "number") return error;
  return new SourceError(message, { url, line: startLine, column: Number(startColumn ?? 0) + 1 });
}
