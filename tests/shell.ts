/**
 * Runs text in this machine's real `/bin/sh`, for tests of what the library writes for one.
 *
 * @module
 */

/** How a script ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What {@linkcode shell} may be told. */
export interface ShellOptions {
  readonly stdin?: string | Uint8Array<ArrayBuffer>;
  readonly env?: Record<string, string>;
  /** Another shell, for what FreeBSD's sh knows and Debian's doesn't: `pipefail`, `read -t`. */
  readonly program?: "/bin/sh" | "bash";
  /** Options of sh itself, such as `-n`. */
  readonly flags?: readonly string[];
}

/** Runs a script by `/bin/sh`: as its file argument, so that standard input stays free. */
export async function shell(script: string, options: ShellOptions = {}): Promise<Ended> {
  const file = await Deno.makeTempFile({ prefix: "alcaide-shell-" });
  try {
    await Deno.writeTextFile(file, script);
    const child = new Deno.Command(options.program ?? "/bin/sh", {
      args: [...(options.flags ?? []), file],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      env: { LC_ALL: "C.UTF-8", ...options.env },
    }).spawn();
    const writer = child.stdin.getWriter();
    // A script that doesn't read its input has closed it: nothing is lost.
    const { stdin: given = "" } = options;
    await writer.write(typeof given === "string" ? new TextEncoder().encode(given) : given).catch(() => {});
    await writer.close().catch(() => {});
    const { code, stdout, stderr } = await child.output();
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  } finally {
    await Deno.remove(file);
  }
}

/** What `sh -n` says against a script; empty when it has no objection. */
export async function syntaxError(script: string): Promise<string> {
  const { code, stderr } = await shell(script, { flags: ["-n"] });
  return code === 0 ? "" : stderr || `status ${code}`;
}

const forbidden: readonly (readonly [string, RegExp])[] = [
  ["[[ … ]]", /(^|[\s;&|(!])\[\[\s/m],
  ["source", /(^|[;&|(]\s*)source\s/m],
  ["function", /(^|[;&|(]\s*)function\s+\w/m],
  ["<( … )", /<\(/],
  ["<<<", /<<</],
  ["&>", /&>/],
  ["${x^^}", /\$\{\w+[\^,]{1,2}\}/],
  ["an array", /(^|[\s;])\w+=\([^)]*\)|\$\{\w+\[/m],
  ["echo -e", /(^|[\s;&|(])echo -e/m],
  ["==", /(^|\s)\[\s[^\]\n]*\s==\s/m],
  ["pushd", /(^|[;&|(]\s*)(pushd|popd|let|declare|select)\s/m],
];

/** Names of constructs that FreeBSD's sh doesn't know and that occur in a script. */
export function bashisms(script: string): string[] {
  return forbidden.filter(([, pattern]) => pattern.test(script)).map(([name]) => name);
}

/** A seeded source of numbers from 0 to below 1: the same seed gives the same tests again. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Pieces of text that break careless quoting. */
export const hostilePieces: readonly string[] = [
  "a",
  "Z",
  "0",
  " ",
  "  ",
  "\n",
  "\t",
  "'",
  '"',
  "\\",
  "$",
  "`",
  "!",
  "#",
  "&",
  ";",
  "|",
  "<",
  ">",
  "(",
  ")",
  "{",
  "}",
  "[",
  "]",
  "*",
  "?",
  "~",
  "=",
  "%",
  "-",
  "--",
  "é",
  "日本",
  "🙂",
  "\x07",
  "\x1b[31m",
  "\r",
  "$HOME",
  "$(id)",
  "`id`",
  "${PATH}",
  "\\n",
  "END_OF_TEXT",
  "'\\''",
  "%s",
  "rm -rf /",
  "\r\n",
  " # ",
  '"""',
  '\n"""\n',
  "export ",
  "\u0001",
  "\u007f",
  "\u200b",
  "\u202e",
  "\ufeff",
  "\u2028",
];

/** A word made to break careless quoting, of fewer pieces than the limit. */
export function hostileWord(random: () => number, limit = 8): string {
  const length = Math.floor(random() * limit);
  let text = "";
  for (let i = 0; i < length; i++) text += hostilePieces[Math.floor(random() * hostilePieces.length)] ?? "";
  return text;
}
