/** Texts that break careless programs. */

import { hostilePieces, hostileWord } from "../shell.ts";
import type { Random } from "./subject.ts";

/** The file that a value would make if somebody executed it. */
export const canary = "/tmp/alcaide-canary";

/** Each breaks something: a shell, awk, printf, JSON, TypeScript, Caddy, a terminal, a path, a list of variables. */
export const hostileTexts: readonly string[] = [
  ...hostilePieces,
  ...[`$(touch ${canary})`, `\`touch ${canary}\``, `'; touch ${canary}; '`, `"; touch ${canary}; "`],
  ...[`\n touch ${canary}\n`, `| touch ${canary}`, `&& touch ${canary}`, `\${IFS}touch\${IFS}${canary}`],
  ...[
    `"+Deno.writeTextFileSync("${canary}","")+"`,
    `\${Deno.writeTextFileSync("${canary}","")}`,
    `*/ x(); /*`,
  ],
  ...["-n", "-rf", "--help", "-e", "-- -x", "-o ProxyCommand=x"],
  ...["/*", "~root", "{a,b}", "[!a]", "?(x)", "..", "../..", "/../../etc/passwd", "./", "//"],
  ...["\v", "\f", "\0", "\x1b]0;x\x07", "\x9b2J"],
  ...["日本語", "\u00a0", "e\u0301", "İ", "ß"],
  ...["%s%n%d", "%%", "%x%", "\\0", "\\x41", "\\\\", "\\c", "&\\1", "\\u0000"],
  ...["A=B", "PATH=/", "LD_PRELOAD=/x", "IFS=x", "export A=B", "A", "A=", "=B"],
  ...["\nEND_OF_TEXT\n", "EOF\n", "<<EOF", "\n\nEND_OF_TEXT"],
  ...['{"a":1}', '"}', "null", "true", "-0", "1e9", "[]", "__proto__", "constructor", "</script>"],
  ...[
    "=== end",
    "|x",
    "=== host",
    "end x",
    "# app: shop",
    "import conf.d/alcaide/*.caddy",
    "{$PATH}",
    "{env.HOME}",
  ],
];

/** A text of pieces that break something; now and then a long one. It holds no NUL: no variable and no argument can. */
export function hostileValue(random: Random, longest = 4000): string {
  const pieces = Array.from(
    { length: Math.floor(random() * 5) },
    () =>
      random() < 0.5 ? hostileWord(random) : hostileTexts[Math.floor(random() * hostileTexts.length)] ?? "",
  );
  const text = pieces.join(random() < 0.3 ? " " : "").replaceAll("\0", "");
  return random() < 0.02 ? (text || "x").repeat(Math.ceil(longest / (text.length || 1))) : text;
}

/** So many of them, the single pieces first. */
export function hostileValues(random: Random, count: number, longest?: number): string[] {
  const single = hostileTexts.filter((text) => !text.includes("\0"));
  const more = Math.max(0, count - single.length);
  return [...single.slice(0, count), ...Array.from({ length: more }, () => hostileValue(random, longest))];
}
