// Allowed imports, and allowed words by place. docs and CONTRIBUTING say why.

import { partsOf } from "./code.ts";
import { floorOf } from "./floors.ts";

/** Something that breaks a rule. */
export interface Violation {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
}

/** A word and the files in whose code it may stand. */
interface WordRule {
  readonly rule: string;
  readonly word: RegExp;
  readonly allowed: RegExp;
}

const ours = /^(tests|scripts)\//;
const words: readonly WordRule[] = [
  {
    rule: "Deno.exit and Deno.args only in cli.ts",
    word: /\bDeno\.(exit|args)\b/,
    allowed: /^(cli\.ts$|tests\/|scripts\/)/,
  },
  {
    rule: "the terminal only in lib/ui and lib/cli",
    word: /\bDeno\.(std(in|out|err)|consoleSize)\b/,
    allowed: /^(lib\/(ui|cli)\/|tests\/|scripts\/)/,
  },
  { rule: "console only in lib/ui", word: /\bconsole\./, allowed: /^(lib\/ui|docs\/examples)\// },
  {
    rule: "the environment only in lib/cli, lib/ui, lib/secrets, lib/standalone and lib/transport/ssh",
    word: /\bDeno\.env\b/,
    allowed: /^(lib\/(cli|ui|secrets|standalone)\/|lib\/transport\/ssh\/|tests\/|scripts\/)/,
  },
  {
    rule: "programs start only in lib/transport/local.ts",
    word: /\bDeno\.Command\b/,
    // To compile with Deno no shell is needed, which Windows doesn't have.
    allowed: /^(lib\/transport\/local\.ts$|lib\/standalone\/deno\.ts$|tests\/|scripts\/)/,
  },
  {
    rule: "commands are made by sh, not by hand",
    word: /\.(run|read)\(\s*["'`]/,
    allowed: /^(lib\/core\/(sh|text|error)\.ts$|tests\/|scripts\/)/,
  },
  {
    rule: "commands are made by sh, not by hand",
    word: /\{\s*text\b[^{}]*,\s*shown\b[^{}]*\}\s*;?\s*$/,
    allowed: /^(lib\/core\/sh\.ts$|tests\/|scripts\/)/,
  },
  { rule: 'no "as any"', word: /\bas any\b/, allowed: /^$/ },
  {
    rule: "only lib/server/traffic.ts decides what is live",
    word: /\b(routed|live)\.(get|has)\(/,
    allowed: /^(lib\/server\/traffic\.ts$|tests\/)/,
  },
];

/** Forbidden in core, commands and the plans: they are plain functions of their arguments. */
const effects: readonly WordRule[] = [
  { rule: "plain functions know no Deno", word: /\bDeno\./, allowed: /^$/ },
  {
    rule: "plain functions ask no network and no clock",
    word: /\bfetch\(|\bDate\.now\(|\bnew Date\(\)|\bset(Timeout|Interval)\(|\bMath\.random\(/,
    allowed: /^$/,
  },
];

/** Bare names and where they may be imported. */
const packages: readonly (readonly [name: RegExp, allowed: RegExp, rule: string])[] = [
  [/^(@types\/)?ssh2$/, /^(lib\/transport\/ssh\/|tests\/)/, "ssh2 only in lib/transport/ssh"],
  [/^dax$/, /^lib\/remote\/shell\.ts$/, "dax only for this machine"],
  [/^(amaro|es-module-lexer\/js)$/, /^lib\/standalone\//, "type stripping only in lib/standalone"],
  [
    /^bcryptjs$/,
    /^(lib\/(commands\/caddy\/rules|dashboard\/users)\.ts$|tests\/)/,
    "passwords are hashed for Caddy, and compared for the dashboard",
  ],
  [/^hono\b/, /^(lib\/dashboard\/|tests\/)/, "hono only in lib/dashboard"],
  [/^(playwright-core|axe-core)$/, /^tests\/browser\//, "browsers only in tests/browser"],
  [/^@std\/assert$/, /^tests\//, "assertions only in tests"],
  [/^@cfworker\/json-schema$/, /^tests\/schemas\.ts$/, "schemas are checked in one place"],
  [
    /^@std\/cli\//,
    /^(lib\/(cli|ui|task|deps)\/|scripts\/|tests\/)/,
    "@std/cli only in lib/cli, lib/task and lib/ui",
  ],
  [/^(npm|jsr|https?):/, /^$/, "packages only by the names that deno.json maps"],
  [
    /^node:(?!path$|buffer$)/,
    /^(lib\/(transport\/|standalone\/|secrets\/files\.ts$|remote\/(chunks|local_file|surroundings)\.ts$|deploy\/pack\.ts$|cli\/(console_aside|loader|user_code)\.ts$|dashboard\/access\.ts$)|tests\/|scripts\/)/,
    "plain functions import no effects",
  ],
];

/** Everything that breaks a rule in one file. */
export function checkFile(file: string, text: string): Violation[] {
  const found = [...checkTexts(file, text)];
  if (!file.endsWith(".ts") || file.endsWith(".d.ts")) return found;
  const { uncommented, code } = partsOf(text);
  found.push(...checkImports(file, uncommented), ...checkWords(file, code, uncommented));
  return found;
}

/** One import. */
export interface Import {
  readonly line: number;
  readonly from: string;
  /** True when it imports types alone, which nothing runs. */
  readonly typeOnly: boolean;
  /** True for `import()`, which loads when it is called. */
  readonly lazy: boolean;
}

/** Reads the imports of a source without comments. */
export function importsOf(uncommented: string): Import[] {
  const pattern =
    /^\s*(import|export)\s(?:(type\s)?[\w*{$][^;"']*?\sfrom\s*)?["']([^"'\n]+)["']|\bimport\(\s*["']([^"'\n]+)["']/gm;
  return [...uncommented.matchAll(pattern)].map((match) => ({
    line: lineAt(uncommented, match.index + match[0].length - 1),
    from: match[3] ?? match[4] ?? "",
    typeOnly: match[2] !== undefined,
    lazy: match[4] !== undefined,
  }));
}

function checkImports(file: string, uncommented: string): Violation[] {
  return importsOf(uncommented).flatMap(({ line, from }) => {
    if (from.endsWith(".json")) return []; // Data knows no layers.
    const rule = from.startsWith(".") ? layerRule(file, from) : packageRule(file, from);
    return rule === undefined ? [] : [{ file, line, rule }];
  });
}

function layerRule(file: string, from: string): string | undefined {
  const [here, there] = [floorOf(file), floorOf(resolved(file, from))];
  if (here === undefined || here === there) return undefined;
  if (there === undefined) return `${here.folder} must not import ${resolved(file, from)}`;
  return here.imports.includes(there.folder) ? undefined : `${here.folder} must not import ${there.folder}`;
}

function packageRule(file: string, from: string): string | undefined {
  return packages.find(([name, allowed]) => name.test(from) && !allowed.test(file))?.[2];
}

/** `lib/ui/x.ts` for `../ui/x.ts` in `lib/cli/y.ts`. */
export function resolved(file: string, from: string): string {
  return new URL(from, `file:///${file}`).pathname.slice(1);
}

function checkWords(file: string, code: string, uncommented: string): Violation[] {
  const pure = floorOf(file)?.pure === true || /^lib\/(deploy\/plan|setup\/plan)/.test(file);
  const rules = pure ? [...words, ...effects] : words;
  const found = rules.filter(({ allowed }) => !allowed.test(file)).flatMap(({ rule, word }) =>
    code.split("\n").flatMap((row, index) => (word.test(row) ? [{ file, line: index + 1, rule }] : []))
  );
  if (file === "lib/core/sh.ts" || ours.test(file)) return found;
  // The one way to put an apostrophe into a quoted word of the shell.
  const quoting = uncommented.split("\n").flatMap((row, index) =>
    /'\\{1,2}''/.test(row)
      ? [{ file, line: index + 1, rule: "only lib/core/sh.ts quotes for the shell" }]
      : []
  );
  return [...found, ...quoting];
}

const leftovers: readonly (readonly [RegExp, string])[] = [
  // Written in pieces, so that this file doesn't find itself.
  [new RegExp(`\\b(${["TO" + "DO", "FIX" + "ME", "X" + "XX"].join("|")})\\b`), "no reminders in the tree"],
  [
    /deno-lint-ignore(?!-file)(?!.* -- \S)|deno-lint-ignore-file(?!.* -- \S)/,
    "deno-lint-ignore needs a reason after --",
  ],
  [/@ts-(ignore|nocheck)/, "no switching off of the types"],
  [new RegExp(`(?<![\\w.])/${"work"}/`), "no path of one machine"],
];

function checkTexts(file: string, text: string): Violation[] {
  // Tests of these rules hold what they forbid.
  if (/^(tests\/scripts\/layers_test\.ts$|scripts\/layers\/)/.test(file)) return [];
  return text.split("\n").flatMap((row, index) =>
    leftovers.filter(([pattern]) => pattern.test(row)).map(([, rule]) => ({ file, line: index + 1, rule }))
  );
}

/** Names that deno.json maps and nothing imports. */
export function unusedNames(mapped: readonly string[], imported: ReadonlySet<string>): Violation[] {
  const unused = mapped.filter((name) =>
    !imported.has(name) && !name.startsWith("@types/") && !/^alcaide\b/.test(name)
  );
  return unused.map((name) => ({ file: "deno.json", line: 1, rule: `${name} is mapped and never imported` }));
}

/** Unit tests in a folder that holds no source: `tests/lib/x/` is for `lib/x/`. */
export function strayTests(tests: readonly string[], sources: readonly string[]): Violation[] {
  const folderOf = (file: string) => file.slice(0, file.lastIndexOf("/"));
  const folders = new Set(["lib", ...sources.map(folderOf)]);
  return tests.filter((file) => /^tests\/(lib|tasks)\/.*_test\.ts$/.test(file)).flatMap((file) => {
    const folder = folderOf(file.slice("tests/".length));
    return folders.has(folder) ? [] : [{ file, line: 1, rule: `there is no ${folder} that it tests` }];
  });
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}
