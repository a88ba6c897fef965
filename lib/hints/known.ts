// Known failures: from what a program said to a remedy.

import type { Exit } from "../core/error.ts";

/** Advice, each for the messages that call for it: the particular before the general. */
export type Known = Readonly<Record<string, RegExp>>;

/** The remedy for a command that ended like this, by the first of the known failures that fits. */
export function remedy(exit: Exit, ...known: readonly Known[]): string | undefined {
  const text = `${exit.stdout}\n${exit.stderr}`;
  const found = adviceFor(text, ...known);
  if (found !== undefined) return found;
  // A program that the kernel kills for memory says nothing itself; the shell's word may follow another's on its line.
  const killed = exit.code === 137 || exit.signal === "KILL" || /Killed$/m.test(text);
  return killed
    ? "The server may have run out of memory: dmesg says so. Give it more memory or swap"
    : undefined;
}

/** The first advice whose pattern a text fits. */
export function adviceFor(text: string, ...known: readonly Known[]): string | undefined {
  return known.flatMap((table) => Object.entries(table)).find(([, pattern]) => pattern.test(text))?.[0];
}

/** Failures of any task. */
export const commonFailures: Known = {
  "A quota is used up: look at it with zfs get quota,refquota, raise it or make room, then run this again":
    /Disc quota exceeded/,
  "The server's disk is full (df -k), or has no more inodes (df -i): make room and run this again":
    /No space left|Write failed/i,
  "Another pkg is at work on the server: try again when it is done": /advisory lock|database is locked/i,
  "The package has another name, or is gone: pkg search lists the packages":
    /No packages available to install matching/,
  "The packages are for a newer FreeBSD than this server's: upgrade it, or use a repository for its version":
    /Newer FreeBSD version for package|wrong OS version/,
  "The server can't resolve names: look at /etc/resolv.conf and its way to the network":
    /Address resolution failed|pkg:.*(does not resolve|No address record)/,
  "Caddy's admin address doesn't answer: look at service caddy status, and at the option admin of the Caddyfile":
    /sending configuration to instance|localhost:2019|caddy\S*\.sock/,
  'The server lacks parts of FreeBSD\'s base system: "alcaide setup" names them':
    /: sysrc: not found|: jail: not found|: jls: not found|: jexec: not found/,
};
