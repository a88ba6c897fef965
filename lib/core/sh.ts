// Shell text that is safe to run and safe to show.

import { AlcaideError } from "./error.ts";
import { isSecret, type Secret } from "./secret.ts";

/** Advice where a command is wanted and something else is given. */
export const commandHint = "Make one by sh`…`, or by raw(…) of a text that is shell code";

const commandSymbol = Symbol.for("alcaide.command");
/** Marks a command that needs the rest of its line: a here-document, a script. */
const endsLine = Symbol.for("alcaide.command.endsLine");

/** Text for `/bin/sh`, made by {@linkcode sh}. */
export interface Command {
  /** The text to run; may hold secrets. */
  readonly text: string;
  /** The text to print: secrets are masked. */
  readonly shown: string;
}

/** Commands that end the shell that runs them when one fails, made by `script()`: they stand on lines of their own. */
export interface Script extends Command {
  /** Tells them from an expression, by type. */
  readonly ends: true;
}

/** A command that may stand anywhere in a line, as in `if ${expression}; then`: its status is an answer, and ends nothing. */
export type Expression = Command & { readonly ends?: never };

/** A value that {@linkcode sh} accepts: text and numbers become one word, a list several words, a command stays as it is. */
export type Arg = string | number | Secret | Command | readonly Arg[];

/**
 * Makes a command from a template. Every value becomes exactly one quoted word, a list becomes several, a command is put
 * in as it is. Backslashes are kept as typed.
 *
 * @throws {TypeError} for a value that has no obvious form in the shell, for a value inside quotes, and for text behind a
 * script or a here-document on the same line
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sh } from "alcaide";
 *
 * const file = "it's here.txt";
 * assertEquals(sh`cat -- ${file}`.text, `cat -- 'it'\\''s here.txt'`);
 * ```
 */
export function sh(strings: TemplateStringsArray, ...args: readonly Arg[]): Command {
  let text = "";
  let shown = "";
  typedParts(strings).forEach((part, index) => {
    refuseBehind(args, index, part);
    text += part;
    shown += part;
    if (index === args.length) return;
    const words = render(args[index], index + 1);
    text += words.text;
    shown += words.shown;
  });
  return command(text, shown, strings.raw.at(-1) === "" && needsLine(args.at(-1)));
}

/**
 * The text typed around the values of a template.
 *
 * @throws {TypeError} for a value inside quotes, and where there is no template
 */
export function typedParts(strings: TemplateStringsArray): string[] {
  const raw = (strings as TemplateStringsArray | undefined)?.raw;
  if (raw === undefined) {
    throw new TypeError("Cannot call sh or $ with parentheses: write sh`…` or $`…`");
  }
  let quoteOpen = "";
  return raw.map((typed, index) => {
    // `\${` and `\`` are how a template writes what the shell knows as `${` and a backtick.
    const part = typed.replaceAll("\\${", "${").replaceAll("\\`", "`");
    quoteOpen = openQuote(part, quoteOpen);
    const around = quoteOpen.at(-1);
    if (index < raw.length - 1 && (around === "'" || around === '"')) {
      throw new TypeError(
        `Cannot put value ${index + 1} inside quotes: remove the ${around} around it, it is quoted already`,
      );
    }
    return part;
  });
}

/**
 * Makes one word of a whole command, for `sh -c` and the like. It becomes an argument, which every user of the machine
 * can see: it must not hold a secret.
 *
 * @throws {AlcaideError} when it does
 */
export function word(inner: Command): Command {
  if (inner.text !== inner.shown) {
    throw new AlcaideError(
      "Cannot put a secret into an argument list: every user of the machine can read it",
      { hint: "Run the command without stdin and terminal, or write the secret to a file of mode 600 first" },
    );
  }
  return command(quote(inner.text), quote(inner.shown));
}

/** Makes a script of texts that keep its failures themselves, a line each: only for `script()`. */
export function scriptOf(parts: readonly Command[]): Script {
  const joined = (form: "text" | "shown") => parts.map((part) => part[form]).join("\n");
  return Object.freeze({ ...command(joined("text"), joined("shown"), true), ends: true });
}

/** Takes text as shell code, unquoted: for a command that a user wrote as text in the configuration. */
export function raw(text: string): Command {
  return command(text, text);
}

/**
 * A here-document: what a command reads on standard input, taken as it is. It ends its line. Text that
 * doesn't end with a line break gets one. A command becomes a script of its own, for `/bin/sh -s`.
 */
export function document(content: string | Secret | Command): Command {
  if (isCommand(content)) {
    // Programs of the script must not read the rest of it.
    const inner = sh`{ ${content}
} </dev/null`;
    return command(document(inner.text).text, document(inner.shown).shown, true);
  }
  const text = isSecret(content) ? content.reveal() : content;
  if (text.includes("\0")) throw new TypeError("Cannot put a NUL character into a here-document");
  const marker = endOf(text);
  const body = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  const wrap = (inside: string) => `<<'${marker}'\n${inside}${marker}`;
  return command(wrap(body), wrap(isSecret(content) ? "[secret]\n" : body), true);
}

const letters = "EABCDFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

/** A line that ends a text. Dash drops a byte of lines that begin like it and go on beyond ASCII, so no line may. */
function endOf(text: string): string {
  for (const letter of letters) {
    let marker = `${letter}ND_OF_TEXT`;
    while (text.includes(marker)) marker += "_";
    const beginning = [...marker].reduceRight((rest, char) => `${char}(?:${rest})?`, "");
    if (!new RegExp(`^${beginning}\\P{ASCII}`, "mu").test(text)) return marker;
  }
  throw new TypeError("Cannot find an end for a here-document: its lines begin with every letter");
}

/** Tells whether a value was made by {@linkcode sh}, also by another copy of this library. */
export function isCommand(value: unknown): value is Command {
  return typeof value === "object" && value !== null && commandSymbol in value;
}

/**
 * Quotes text as one word for `/bin/sh`. The only place that does.
 *
 * @throws {TypeError} for text with a NUL character, which no argument can hold
 */
export function quote(text: string): string {
  const plain = /^[A-Za-z0-9_@%+=:,./-]+$/.test(text) && !/^[A-Za-z_][A-Za-z0-9_]*=/.test(text);
  return plain ? text : quoteAlways(text);
}

/** Quotes text as one word with quotes around it in any case: what follows `NAME=`. */
export function quoteAlways(text: string): string {
  if (text.includes("\0")) throw new TypeError("Cannot quote text with a NUL character");
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function command(text: string, shown: string, ends = false): Command {
  return Object.freeze({ text, shown, [commandSymbol]: true, ...ends ? { [endsLine]: true } : {} });
}

function needsLine(value: unknown): boolean {
  return Array.isArray(value) ? value.some(needsLine) : isCommand(value) && endsLine in value;
}

function refuseBehind(args: readonly Arg[], index: number, part: string): void {
  if (index === 0 || !needsLine(args[index - 1]) || part.startsWith("\n")) return;
  if (part === "" && index === args.length) return;
  throw new TypeError(
    `Cannot put anything behind value ${index} on its line: it is a script, or ends with a here-document`,
  );
}

function render(value: unknown, position: number): { text: string; shown: string } {
  if (typeof value === "string") return same(quote(value));
  if (typeof value === "number" && Number.isFinite(value)) return same(String(value));
  if (isSecret(value)) return { text: quote(value.reveal()), shown: "[secret]" };
  if (isCommand(value)) return value;
  if (Array.isArray(value)) {
    const words = value.map((item) => render(item, position));
    return { text: words.map((w) => w.text).join(" "), shown: words.map((w) => w.shown).join(" ") };
  }
  throw new TypeError(`Cannot use value ${position} in a command: ${reason(value)}`);
}

function same(text: string): { text: string; shown: string } {
  return { text, shown: text };
}

/** Why a value can't stand in a command. */
export function reason(value: unknown): string {
  if (value instanceof Promise) return "it is a promise, await it first";
  if (value === undefined) return "it is undefined";
  if (value === null) return "it is null";
  const article = typeof value === "object" ? "an" : "a";
  return `${article} ${typeof value} has no form in the shell, make it text first`;
}

/** The quotes and `$(` that are open after a part of a template; the last one counts. */
function openQuote(part: string, before: string): string {
  let open = before;
  for (let i = 0; i < part.length; i++) {
    const char = part[i] ?? "";
    const inside = open.at(-1);
    if (inside === "'") {
      if (char === "'") open = open.slice(0, -1);
    } else if (char === "\\") {
      i++;
    } else if (char === "$" && part[i + 1] === "(") {
      open += "(";
      i++;
    } else if (char === '"') {
      open = inside === '"' ? open.slice(0, -1) : open + char;
    } else if (inside === '"') {
      continue;
    } else if (char === "'") {
      open += char;
    } else if (char === "(" && inside === "(") {
      open += "(";
    } else if (char === ")" && inside === "(") {
      open = open.slice(0, -1);
    } else if (char === "#" && (i === 0 || /\s/.test(part[i - 1] ?? ""))) {
      // A comment: its apostrophes open nothing.
      const end = part.indexOf("\n", i);
      if (end < 0) return open;
      i = end;
    }
  }
  return open;
}
