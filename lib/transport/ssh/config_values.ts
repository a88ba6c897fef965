// Meanings of values in SSH's configuration: patterns, tokens, times.

/** Values of tokens such as `%h` and of variables such as `${HOME}`. */
export interface Meanings {
  /** Tokens by their letter. */
  readonly tokens: Readonly<Record<string, string>>;
  /** The home directory, for `~`. */
  readonly home?: string | undefined;
  /** The value of a variable. */
  variable(name: string): string | undefined;
}

/** Tells whether a list of patterns matches: one of them does, and none of those that begin with `!`. */
export function matchesPatterns(patterns: readonly string[], text: string): boolean {
  let matched = false;
  for (const pattern of patterns) {
    const negated = pattern.startsWith("!");
    if (!matchesPattern(negated ? pattern.slice(1) : pattern, text)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

/** Tells whether a pattern of `*` and `?` matches all of a text. No pattern can make it slow. */
export function matchesPattern(pattern: string, text: string): boolean {
  let [at, star, resumed] = [0, -1, 0];
  for (let read = 0; read < text.length;) {
    if (pattern[at] === "*") [star, resumed, at] = [at, read, at + 1];
    else if (pattern[at] === "?" || pattern[at] === text[read]) [at, read] = [at + 1, read + 1];
    else if (star < 0) return false;
    else [at, resumed, read] = [star + 1, resumed + 1, resumed + 1];
  }
  return /^\**$/.test(pattern.slice(at));
}

/**
 * Puts in what `~`, tokens and variables stand for.
 *
 * @throws {RangeError} for a token or a variable that stands for nothing, with its text as message
 */
export function expand(text: string, { tokens, home, variable }: Meanings): string {
  return expandHome(text, home).replace(/%(.?)|\$\{([^}]*)\}/g, (whole, token?: string, name?: string) => {
    const value = token === "%" ? "%" : token === undefined ? variable(name ?? "") : tokens[token];
    if (value === undefined) throw new RangeError(whole);
    return value;
  });
}

/** Puts the home directory in place of `~`. */
export function expandHome(path: string, home = ""): string {
  return path === "~" || path.startsWith("~/") ? home + path.slice(1) : path;
}

const units: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600, d: 86400, w: 604800 };

/** Milliseconds of a time such as `90` or `1m30s`; undefined when it is none. */
export function milliseconds(text: string): number | undefined {
  if (text === "" || !/^(\d+[smhdw])*(\d+)?$/i.test(text)) return undefined;
  const parts = text.toLowerCase().matchAll(/(\d+)([smhdw]?)/g);
  return [...parts].reduce((sum, [, count, unit = ""]) => sum + Number(count) * (units[unit] ?? 0) * 1000, 0);
}
