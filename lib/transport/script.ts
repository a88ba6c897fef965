// How a script gets to `/bin/sh`: never in the command line, which the user's login shell would read and
// which everybody on the machine can see.

import type { Become } from "../core/target.ts";
import { printMarker } from "./gate.ts";

/** One command line for the login shell and what goes to its standard input. */
export interface Delivery {
  /** Plain words only: also csh reads nothing into them. */
  readonly line: string;
  /** The first text for the shell. */
  readonly text: string;
  readonly become: Become | undefined;
  /** How many markers the output begins with. */
  readonly markers: number;
}

/**
 * A script as servers run it: what it makes can be read by others unless it says otherwise. The server's login.conf may
 * give root another umask, and the base system, an app's start file and Caddy's markers would then be root's alone.
 */
export function serverScript(script: string): string {
  return `umask 022\n${script}`;
}

/** Delivers a script that reads nothing: no command in it can eat the rest of it. */
export function deliverScript(script: string, become?: Become): Delivery {
  return {
    become,
    line: shellLine(become, "-s"),
    text: `${printMarker}\n{ :\n${script}\n} </dev/null\n`,
    markers: 1,
  };
}

/**
 * Delivers a script that reads a stream. A shell reads a group to its end before it runs it, and then says so: only then
 * may the stream follow, so that the shell can't take a piece of it for the script.
 */
export function deliverStreaming(script: string, become?: Become): Delivery {
  return {
    become,
    line: shellLine(become, "-s"),
    text: `${printMarker}\n{ ${printMarker}\n${script}\nexit\n}\n`,
    markers: 2,
  };
}

/** Writes a script for a terminal to a file and prints its path: through a terminal it would be echoed and cut. */
export function storeScript(script: string): string {
  const end = endMark(script);
  return [
    "umask 077",
    "file=$(mktemp /tmp/alcaide.XXXXXXXXXX) || exit",
    `cat >"$file" <<'${end}' || { rm -f -- "$file"; exit 1; }`,
    'rm -f -- "$0"',
    printMarker,
    script,
    end,
    `printf '%s\\n' "$file"`,
  ].join("\n");
}

/** Runs a script that was written by {@linkcode storeScript}. */
export function deliverStored(path: string, become?: Become): Delivery {
  if (!/^\/tmp\/alcaide\.[A-Za-z0-9]+$/.test(path)) throw new TypeError(`Cannot run "${path}"`);
  return { become, line: shellLine(become, path), text: "", markers: 1 };
}

/** Finds out how the login user becomes root; prints `root`, `doas`, `sudo` or `none`, and why not as errors. */
export const askBecome = `if [ "$(id -u)" = 0 ]; then echo root; exit; fi
for way in doas sudo; do
  if ! command -v $way >/dev/null; then echo "$way: not installed" >&2
  elif $way -n true; then echo $way; exit; fi
done
echo none`;

/** Reads what {@linkcode askBecome} printed: undefined for root. */
export function parseBecome(stdout: string): Become | "none" | undefined {
  const word = stdout.trim();
  if (word === "root") return undefined;
  return word === "doas" || word === "sudo" ? word : "none";
}

/** Tells a script that nobody waits for any more to end, with all that it started. */
export function endScript(pid: number): string {
  // The group isn't always the shell's own: sudo stays above it.
  return `group=$(ps -o pgid= -p ${pid}) && kill -TERM "-\${group##* }" || kill -TERM ${pid}`;
}

// `exec`, so that a signal that kills the script is told by sshd: csh would make a status of it.
function shellLine(become: Become | undefined, argument: string): string {
  return `exec ${become ? `${become} -n ` : ""}/bin/sh ${argument}`;
}

function endMark(script: string): string {
  let mark = "ALCAIDE_END";
  while (script.includes(mark)) mark += "_";
  return mark;
}
