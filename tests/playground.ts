/**
 * A directory that stands for a server's root, with small stand-ins for programs that only FreeBSD has: for running
 * what the commands write for real, without a server.
 *
 * @module
 */

import type { Command } from "../lib/core/sh.ts";
import { type Ended, shell, type ShellOptions } from "./shell.ts";
import { standIn } from "./stand_in.ts";

/** A place to run commands in. */
export interface Playground extends AsyncDisposable {
  /** The directory that stands for `/`. */
  readonly root: string;
  /** Where a server's path is here. */
  at(path: string): string;
  /** Runs a command with the server's paths turned into ours. */
  run(command: Command, options?: ShellOptions): Promise<Ended>;
  /** Writes a file, with its directories. */
  write(path: string, text: string, mode?: number): Promise<void>;
  /** Reads a file; undefined when there is none. */
  read(path: string): Promise<string | undefined>;
  /** Names in a directory, sorted. */
  names(path: string): Promise<string[]>;
  /** Puts a shell script in place of a program. */
  program(name: string, text: string): Promise<void>;
}

// At the beginning of a path only.
const serverPaths =
  /(?<![\w.])\/(usr\/local\/|var\/|jails\b|etc\/(fstab|rc\.subr|(rc|resolv|pf|login|freebsd-update)\.conf))/g;

const programs: Readonly<Record<string, string>> = {
  stat:
    `case $2 in %z) wc -c <"$3" | tr -d ' ' ;; %Lp) exec /usr/bin/stat -c %a "$3" ;; *) exec /usr/bin/stat -c %u:%g "$3" ;; esac`,
  // Linux's knows no -x.
  rm: 'case $1 in -rfx) shift; exec /bin/rm -rf "$@" ;; esac; exec /bin/rm "$@"',
  // GNU's takes no -t without the X that FreeBSD's adds itself.
  mktemp: `exec /usr/bin/mktemp -p "\${0%/bin/*}"`,
  sha256: `sha256sum \${2+"$2"} | cut -d ' ' -f 1`,
  lockf: `while [ $# -gt 0 ]; do case $1 in -t) shift 2 ;; -*) shift ;; *) break ;; esac; done
file=$1; shift; exec flock -n -E 75 "$file" "$@"`,
};

/** Makes a playground with stand-ins for `rm -x`, `stat -f`, `mktemp -t`, `sha256` and `lockf`. */
export async function playground(): Promise<Playground> {
  const root = await Deno.makeTempDir({ prefix: "alcaide-play-" });
  const at = (path: string) => `${root}${path}`;
  const write = async (path: string, text: string, mode = 0o644) => {
    await Deno.mkdir(at(path).replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(at(path), text, { mode });
    await Deno.chmod(at(path), mode);
  };
  await Deno.mkdir(at("/bin"));
  const program = (name: string, text: string) => standIn(at(`/bin/${name}`), text);
  for (const [name, text] of Object.entries(programs)) await program(name, text);
  return {
    root,
    at,
    write,
    program,
    run: (command, options = {}) =>
      shell(command.text.replace(serverPaths, (path) => at(path)), {
        ...options,
        env: { PATH: `${root}/bin:${Deno.env.get("PATH")}`, ...options.env },
      }),
    read: (path) => Deno.readTextFile(at(path)).catch(() => undefined),
    names: async (path) => {
      const entries = await Array.fromAsync(Deno.readDir(at(path)));
      return entries.map(({ name }) => name).sort();
    },
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}
