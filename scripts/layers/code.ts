// Tells code from comments and texts, as far as a check of words needs it.

/** A source text with parts blanked; lines and columns stay. */
export interface Parts {
  /** Without comments. */
  readonly uncommented: string;
  /** Without comments and without what stands in texts and patterns. */
  readonly code: string;
}

/** A scanner's place in a text, and its results so far. */
interface Scanner {
  readonly text: string;
  at: number;
  uncommented: string;
  code: string;
}

/** Blanks comments, and texts too. */
export function partsOf(text: string): Parts {
  const scanner: Scanner = { text, at: 0, uncommented: "", code: "" };
  scanCode(scanner, false);
  return { uncommented: scanner.uncommented, code: scanner.code };
}

function scanCode(s: Scanner, inTemplate: boolean): void {
  let depth = 0;
  while (s.at < s.text.length) {
    const rest = s.text.slice(s.at, s.at + 2);
    const char = rest[0] ?? "";
    if (rest === "//") blank(s, endOf(s, /\n|$/g));
    else if (rest === "/*") blank(s, endOf(s, /\*\/|$/g, true));
    else if (char === '"' || char === "'") hide(s, new RegExp(`${char}|\\n|$`, "g"));
    else if (char === "`") scanTemplate(s);
    else if (char === "/" && patternBegins(s.code)) scanPattern(s);
    else {
      if (char === "{") depth++;
      if (char === "}" && inTemplate && depth === 0) return;
      if (char === "}") depth--;
      keep(s, 1);
    }
  }
}

function scanTemplate(s: Scanner): void {
  keep(s, 1);
  while (s.at < s.text.length) {
    const char = s.text[s.at] ?? "";
    if (char === "\\") conceal(s, 2);
    else if (s.text.startsWith("${", s.at)) {
      keep(s, 2);
      scanCode(s, true);
      keep(s, 1);
    } else if (char === "`") return keep(s, 1);
    else conceal(s, 1);
  }
}

function scanPattern(s: Scanner): void {
  keep(s, 1);
  let inClass = false;
  while (s.at < s.text.length) {
    const char = s.text[s.at] ?? "";
    if (char === "\n") return;
    if (char === "/" && !inClass) return keep(s, 1);
    if (char === "[") inClass = true;
    if (char === "]") inClass = false;
    conceal(s, char === "\\" ? 2 : 1);
  }
}

/** A slash after a value divides; after anything else it begins a pattern. */
function patternBegins(code: string): boolean {
  const before = code.trimEnd();
  return !/[\w$)\]}"'`]$/.test(before) || /\b(return|typeof|case|in|of|await)$/.test(before);
}

function hide(s: Scanner, end: RegExp): void {
  keep(s, 1);
  while (s.at < s.text.length) {
    const char = s.text[s.at] ?? "";
    end.lastIndex = s.at;
    if (char === "\\") conceal(s, 2);
    else if (end.exec(s.text)?.index === s.at) return keep(s, 1);
    else conceal(s, 1);
  }
}

function endOf(s: Scanner, pattern: RegExp, including = false): number {
  pattern.lastIndex = s.at + (including ? 2 : 0);
  const match = pattern.exec(s.text);
  return match === null ? s.text.length : match.index + (including ? match[0].length : 0);
}

function keep(s: Scanner, count: number): void {
  take(s, s.at + count, (part) => [part, part]);
}

function conceal(s: Scanner, count: number): void {
  take(s, s.at + count, (part, blanks) => [part, blanks]);
}

function blank(s: Scanner, to: number): void {
  take(s, to, (_, blanks) => [blanks, blanks]);
}

function take(s: Scanner, to: number, as: (part: string, blanks: string) => [string, string]): void {
  const part = s.text.slice(s.at, to);
  const [uncommented, code] = as(part, part.replace(/[^\n]/g, " "));
  s.uncommented += uncommented;
  s.code += code;
  s.at = to;
}
