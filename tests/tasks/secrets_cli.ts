/** The program as a person runs it in a directory with secrets. */

import { fromFileUrl, join } from "@std/path";
import { type Ran, runAgain } from "./program.ts";

const program = fromFileUrl(new URL("../../cli.ts", import.meta.url));

/** How to run it. */
export interface RunOptions {
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

/** A directory to run it in, with a place for temporary files of its own. */
export interface Desk extends AsyncDisposable {
  readonly path: string;
  run(args: readonly string[], options?: RunOptions): Promise<Ran>;
  /** Starts it as the job of a terminal: what is written is typed. */
  type(args: readonly string[], env?: Readonly<Record<string, string>>): Deno.ChildProcess;
  /** Starts it without a terminal. */
  start(args: readonly string[], env?: Readonly<Record<string, string>>): Deno.ChildProcess;
  /** Writes a program that edits the file which is its last argument: shell text in which it is $file. */
  editor(text: string): Promise<Readonly<Record<string, string>>>;
  read(name: string): Promise<string>;
  /** Files in the places for private ones, without empty places. */
  leftovers(): Promise<string[]>;
}

const piped = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;

/** Makes a desk. */
export async function desk(): Promise<Desk> {
  const path = await Deno.makeTempDir({ prefix: "alcaide-desk-" });
  const [work, runtime] = [join(path, "work"), join(path, "run")];
  for (const directory of [work, runtime, join(path, "tmp")]) await Deno.mkdir(directory, { mode: 0o700 });
  const base = {
    XDG_RUNTIME_DIR: runtime,
    TMPDIR: join(path, "tmp"),
    NO_COLOR: "1",
    ALCAIDE_MASTER_KEY: "",
    VISUAL: "",
  };
  const start = (command: string, args: string[], env: Readonly<Record<string, string>> = {}) =>
    new Deno.Command(command, { args, cwd: work, env: { ...base, ...env }, ...piped }).spawn();
  const words = (args: readonly string[]) => ["run", "-A", "--quiet", program, ...args];
  return {
    path: work,
    run: (args, { stdin, env } = {}) => runAgain({ args, cwd: work, env: { ...base, ...env } }, stdin),
    // Debian's script(1) makes a terminal; it waits for its command and gives its status.
    type: (args, env) =>
      start(
        "script",
        ["-qfec", ["exec", Deno.execPath(), ...words(args)].map(quoted).join(" "), "/dev/null"],
        env,
      ),
    start: (args, env) => start(Deno.execPath(), words(args), env),
    editor: async (text) => {
      const file = join(path, "editor");
      await Deno.writeTextFile(file, `#!/bin/sh\nfile=$1\n${text}\n`, { mode: 0o755 });
      return { EDITOR: file };
    },
    read: (name) => Deno.readTextFile(join(work, name)),
    leftovers: async () => {
      const all = [...await below(runtime), ...await below(join(path, "tmp"))];
      return all.filter((file) => Deno.statSync(file).size > 0);
    },
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/** Waits for its end. */
export async function ranOf(child: Deno.ChildProcess): Promise<Ran> {
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

/** All files below a directory, with their whole paths. */
export async function below(directory: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    const path = join(directory, name);
    found.push(...isDirectory ? await below(path) : [path]);
  }
  return found.sort();
}

/** Waits for texts on a terminal and types an answer to each; gives all that was shown, and the status. */
export async function dialogue(
  child: Deno.ChildProcess,
  turns: readonly (readonly [expected: string, answer: string])[],
): Promise<{ code: number; shown: string }> {
  const writer = child.stdin.getWriter();
  const decoder = new TextDecoder();
  const left = [...turns];
  let [shown, seen] = ["", 0];
  for await (const chunk of child.stdout) {
    shown += decoder.decode(chunk, { stream: true });
    const [turn] = left;
    const at = turn === undefined ? -1 : shown.indexOf(turn[0], seen);
    if (turn === undefined || at < 0) continue;
    seen = at + turn[0].length;
    left.shift();
    await writer.write(new TextEncoder().encode(turn[1]));
  }
  await writer.close().catch(() => {});
  await child.stderr.cancel();
  if (left.length > 0) throw new Error(`It never asked "${left[0]?.[0]}":\n${shown}`);
  return { code: (await child.status).code, shown };
}

/** Waits until a file is there. */
export async function appeared(path: string): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    if (await Deno.stat(path).then(() => true, () => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${path} never appeared`);
}

function quoted(word: string): string {
  return `'${word}'`;
}
