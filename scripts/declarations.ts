// The public API as declarations: what `deno doc` names, cut out of the sources without what runs.

import { fromFileUrl } from "@std/path";
import { $ } from "../lib/remote/dollar.ts";
import * as untyped from "../lib/core/error.ts";

/** A public name. */
export interface ApiSymbol {
  readonly name: string;
  readonly kind: string;
  /** Its doc comment without tags. */
  readonly doc: string;
  /** Code of its examples. */
  readonly examples: readonly { readonly title: string; readonly code: string }[];
  /** Its declarations without doc comment and without what runs. */
  readonly declarations: readonly string[];
  /** The same with their doc comments. */
  readonly documented: readonly string[];
}

interface DocTag {
  readonly kind: string;
  readonly doc?: string;
}

interface DocDeclaration {
  readonly kind: string;
  readonly location: { readonly filename: string; readonly byteIndex: number };
  readonly jsDoc?: { readonly doc?: string; readonly tags?: readonly DocTag[] };
  readonly def: { readonly hasBody?: boolean };
}

interface DocSymbol {
  readonly name: string;
  readonly declarations: readonly DocDeclaration[];
}

/** The modules that can be imported, and where they are. */
export const modules = { alcaide: "mod.ts", "alcaide/internal": "internal.ts" } as const;

/** All names that a module exports, in its order. */
export async function readApi(module: keyof typeof modules): Promise<ApiSymbol[]> {
  const file = fromFileUrl(new URL(`../${modules[module]}`, import.meta.url));
  const { nodes } = await $`${Deno.execPath()} doc --json ${file}`.env("NO_COLOR", "1").quiet()
    .json<{ nodes: Record<string, { symbols: DocSymbol[] }> }>();
  const sources = new Map<string, Uint8Array>();
  for (const { declarations } of Object.values(nodes).flatMap(({ symbols }) => symbols)) {
    for (const { location: { filename } } of declarations) {
      if (!sources.has(filename)) sources.set(filename, await Deno.readFile(new URL(filename)));
    }
  }
  return Object.values(nodes).flatMap(({ symbols }) => symbols.map((symbol) => readSymbol(symbol, sources)));
}

function readSymbol({ name, declarations }: DocSymbol, sources: ReadonlyMap<string, Uint8Array>): ApiSymbol {
  // The implementation of overloads is no part of what is offered.
  const offered = declarations.length > 1 ? declarations.filter(({ def }) => !def.hasBody) : declarations;
  const first = declarations[0];
  const tags = offered.flatMap(({ jsDoc }) => jsDoc?.tags ?? []).filter(({ kind }) => kind === "example");
  const cut = offered.map((one) =>
    declaration(one, name, sources.get(one.location.filename) ?? new Uint8Array())
  );
  return {
    name,
    kind: first?.kind ?? "",
    doc: (first?.jsDoc?.doc ?? "").trim(),
    examples: tags.map(({ doc = "" }) => {
      const [, title = "", code = ""] = /^([^\n`]*)\n?(```[^]*)$/.exec(doc.trim()) ?? [];
      return { title: title.trim(), code };
    }),
    declarations: cut.map(({ text }) => text),
    documented: cut.map(({ comment, text }) => `${comment}${text}`),
  };
}

function declaration(
  { kind, location }: DocDeclaration,
  name: string,
  bytes: Uint8Array,
): { comment: string; text: string } {
  const decoder = new TextDecoder();
  const before = decoder.decode(bytes.subarray(0, location.byteIndex));
  const at = kind === "variable" ? before.lastIndexOf("export const") : before.length;
  const source = (before + decoder.decode(bytes.subarray(location.byteIndex))).slice(at);
  const comment = /\/\*\*(?:(?!\*\/)[^])*\*\/\n$/.exec(before.slice(0, at))?.[0] ?? "";
  if (kind === "variable") return { comment, text: variable(source, name) };
  if (kind === "function") return { comment, text: signature(source) };
  if (kind === "class") return { comment, text: classBody(source) };
  return { comment, text: source.slice(0, end(source, kind === "interface" ? "}" : ";")) };
}

function variable(source: string, name: string): string {
  const [, typed] = /^(export const [\w$]+: [^]*?) =\s/.exec(source) ?? [];
  if (typed !== undefined) return `${typed};`;
  const value: unknown = Reflect.get(untyped, name);
  const rows = Object.entries(value as object).map(([key, one]) =>
    `  readonly ${key}: ${JSON.stringify(one)};\n`
  );
  return `export const ${name}: {\n${rows.join("")}};`;
}

/** A function or method without its body; parameters with a default may be left out. */
function signature(source: string): string {
  const open = source.indexOf("(");
  const generic = source.slice(0, open);
  const start = generic.includes("<") ? afterGenerics(source) : open;
  const close = start + end(source.slice(start), ")");
  const rest = source.slice(close);
  const stop = bodyAt(rest);
  const text = `${source.slice(0, start)}(${parameters(source.slice(start + 1, close - 1))})${
    rest.slice(0, stop)
  }`;
  return `${text.replace(/\basync function\b/, "function").trimEnd()};`;
}

function afterGenerics(source: string): number {
  const open = source.indexOf("<");
  return open < source.indexOf("(") ? open + end(source.slice(open), ">") : source.indexOf("(");
}

/** The index at which a body or the semicolon begins, behind the parameters. */
function bodyAt(rest: string): number {
  let depth = 0;
  for (let i = 0; i < rest.length; i++) {
    const char = rest[i] ?? "";
    if (char === ";" && depth === 0) return i;
    // Behind these signs it is a type that begins.
    if (char === "{" && depth === 0 && !/([:|&]|=>)\s*$/.test(rest.slice(0, i))) return i;
    if ("{[(<".includes(char)) depth++;
    if ("}])".includes(char) || (char === ">" && rest[i - 1] !== "=")) depth--;
  }
  return rest.length;
}

function parameters(text: string): string {
  return pieces(text).map((piece) => {
    const at = outer(piece, " = ");
    if (at < 0) return piece;
    return piece.slice(0, at).replace(/^(\s*)(\w+|\{[^}]*\}): /, (_, space, name) => {
      return `${space}${name.startsWith("{") ? "options" : name}?: `;
    });
  }).join(",");
}

/** A class without what runs and what is private. */
function classBody(source: string): string {
  const text = source.slice(0, end(source, "}"));
  const [head = "", ...rows] = text.split("\n");
  const kept: string[] = [head];
  let comment: string[] = [];
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? "";
    if (/^ {2}(\/\*\*| \*)/.test(row)) {
      comment.push(row);
      continue;
    }
    const member = [row];
    if (/^ {2}\S.*[({]$/.test(row)) { while (!/^ {2}\}/.test(rows[i] ?? "")) member.push(rows[++i] ?? ""); }
    kept.push(...memberText(member.join("\n"), comment));
    comment = [];
  }
  return kept.join("\n");
}

function memberText(member: string, comment: readonly string[]): string[] {
  if (/^ {2}(#|private )/.test(member)) return [];
  if (member === "}" || member.trim() === "") return member === "}" ? [member] : [];
  if (/^ {2}(override )?name = /.test(member)) return [...comment, "  override name: string;"];
  if (/^ {2}[^(=]*: [^(]* = /.test(member)) return [...comment, member.replace(/ = [^]*$/, ";")];
  if (/^ {2}[^=]*\(/.test(member)) return [...comment, `  ${signature(member.trim())}`];
  return [...comment, member];
}

/** The length of a text up to a closing sign that stands outside of everything that was opened before it. */
function end(text: string, sign: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const skipped = skip(text, i);
    if (skipped > i) {
      i = skipped - 1;
      continue;
    }
    const char = text[i] ?? "";
    if (opens(text, i)) depth++;
    if (closes(text, i)) depth--;
    if (char === sign && depth === 0) return i + 1;
  }
  return text.length;
}

/** The pieces between commas that stand outside of brackets. */
function pieces(text: string): string[] {
  const found: string[] = [];
  for (let rest = text;;) {
    const at = outer(rest, ",");
    if (at < 0) return [...found, rest];
    found.push(rest.slice(0, at));
    rest = rest.slice(at + 1);
  }
}

/** The index of a text outside of brackets; -1 when it stands nowhere. */
function outer(text: string, wanted: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (depth === 0 && text.startsWith(wanted, i)) return i;
    if (opens(text, i)) depth++;
    if (closes(text, i)) depth--;
  }
  return -1;
}

function opens(text: string, at: number): boolean {
  return "{[(<".includes(text[at] ?? "\0");
}

function closes(text: string, at: number): boolean {
  const char = text[at] ?? "\0";
  return "}])".includes(char) || (char === ">" && text[at - 1] !== "=");
}

/** Behind a comment or a quoted text that begins here; else here. */
function skip(text: string, at: number): number {
  const [found] =
    /^(\/\*(?:(?!\*\/)[^])*\*\/|\/\/[^\n]*|"(?:[^"\\]|\\.)*")/.exec(text.slice(at, at + 5000)) ?? [];
  return at + (found?.length ?? 0);
}
