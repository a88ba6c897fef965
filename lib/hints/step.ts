/**
 * Why a step of a deploy failed on a server: from what the server said to a remedy.
 *
 * @module
 */

import { overtaken } from "../commands/lock.ts";
import { CommandError, type Exit, TakenOverError } from "../core/error.ts";
import { appTraps } from "./check.ts";

/** Messages of servers, each with its advice. */
export type Known = readonly [pattern: RegExp, hint: string];

/** Adds a remedy to the failure of a command, before the hint that it may have; other errors pass unchanged. */
export function explainStep(server: string, cause: unknown): unknown {
  if (!(cause instanceof CommandError)) return cause;
  const taken = takenOverBy(server, cause.exit);
  if (taken !== undefined) return taken;
  const known = stepHint(cause.exit);
  if (known === undefined) return cause;
  const hint = cause.hint === undefined ? known : `${known}. ${cause.hint}`;
  return new CommandError(server, cause.shown, cause.exit, { hint });
}

/** The error when a script did nothing, because its lock is somebody else's by now. */
export function takenOverBy(server: string, { stderr }: Exit): TakenOverError | undefined {
  if (!stderr.includes(overtaken)) return undefined;
  return new TakenOverError(server, { details: [overtaken] });
}

/** The remedy for a step's command that ended like this; undefined when it isn't known. */
export function stepHint(exit: Exit): string | undefined {
  return remedy(exit, [...stepFailures, ...commonFailures, ...appTraps]);
}

/** The remedy for a command that ended like this, by the first of the known failures that fits. */
export function remedy(exit: Exit, known: readonly Known[]): string | undefined {
  const text = `${exit.stdout}\n${exit.stderr}`;
  const found = known.find(([pattern]) => pattern.test(text))?.[1];
  if (found !== undefined) return found;
  // A program that the kernel kills for memory says nothing itself; the shell's word may follow another's on its line.
  const killed = exit.code === 137 || exit.signal === "KILL" || /Killed$/m.test(text);
  return killed
    ? "The server may have run out of memory: dmesg says so. Give it more memory or swap"
    : undefined;
}

/** Failures of any task. */
export const commonFailures: readonly Known[] = [
  [
    /Disc quota exceeded/,
    "A quota is used up: look at it with zfs get quota,refquota, raise it or make room, then run this again",
  ],
  [
    /No space left|Write failed/i,
    "The server's disk is full (df -k), or has no more inodes (df -i): make room and run this again",
  ],
  [
    /advisory lock|database is locked/i,
    "Another pkg is at work on the server: try again when it is done",
  ],
  [
    /No packages available to install matching/,
    "The package has another name, or is gone: pkg search lists the packages",
  ],
  [
    /Newer FreeBSD version for package|wrong OS version/,
    "The packages are for a newer FreeBSD than this server's: upgrade it, or use a repository for its version",
  ],
  [
    /Address resolution failed|pkg:.*(does not resolve|No address record)/,
    "The server can't resolve names: look at /etc/resolv.conf and its way to the network",
  ],
  [
    /sending configuration to instance|localhost:2019|caddy\S*\.sock/,
    "Caddy's admin address doesn't answer: look at service caddy status, and at the option admin of the Caddyfile",
  ],
  [
    /: sysrc: not found|: jail: not found|: jls: not found|: jexec: not found/,
    'The server lacks parts of FreeBSD\'s base system: "alcaide setup" names them',
  ],
];

const stepFailures: readonly Known[] = [
  [
    /has the traffic, so it is left alone/,
    '"alcaide status" shows what is live; then run this again',
  ],
  [
    /ifconfig: interface \S+ does not exist/,
    'The jails\' interface is gone: "alcaide setup" makes it again',
  ],
  [
    /jail: "[^"]*" already exists/,
    "Somebody else started this jail meanwhile: jls shows it; end it with jail -r, then run this again",
  ],
  [
    /jls: jail "[^"]*" not found/,
    "The jail ended right after its start: its console log in /var/log/alcaide says why",
  ],
  [
    /rc\.shutdown jail: (failed|timed out)|Cannot stop jail/,
    "The jail does not end: jail -R NAME on the server ends it at once, then run this again",
  ],
  [
    /jail: .*(unterminated string|unexpected EOF|syntax error|unknown parameter)/,
    "FreeBSD refuses the jail's file in /usr/local/etc/alcaide/jails: the line is named above",
  ],
  [
    /filesystem has children/,
    "It has snapshots, or datasets that are not ours: zfs list -r -t all DATASET shows them; destroy them, then run this again",
  ],
  [
    /has dependent clones/,
    "Other datasets were made from this one: zfs list -o name,origin shows them; remove or promote them first",
  ],
  [
    /Cannot unmount|Device busy|dataset is busy/,
    "A program still uses it: fstat -f DIRECTORY on the server shows which; end it, then run this again",
  ],
  [
    /is not mounted at/,
    "The new dataset isn't mounted: look at zfs get mounted,canmount,mountpoint",
  ],
  [
    /has no mark of ours|is there already/,
    "Alcaide deletes only what it made: look at that directory, and move it away",
  ],
  [
    /Operation not permitted/,
    "A file is protected: chflags -R -x noschg takes that away; at a raised kern.securelevel only a reboot does",
  ],
  [
    /Cannot '(re)?(start|load)' caddy/,
    'The service caddy is not enabled: "alcaide setup" enables it',
  ],
  [
    /lacks the line: import/,
    'Run "alcaide setup", which adds the line',
  ],
  [
    /Error during parsing|adapting config|unrecognized (sub)?directive|Caddyfile\S*:\d+/,
    "Caddy refuses the Caddyfile and keeps the configuration it has: correct the line that is named",
  ],
  [
    /bind: address already in use/i,
    "Another program has a port that Caddy needs: sockstat -4 -6 -l -p 80,443 names it",
  ],
  [
    /Only \d+ bytes arrived|checksum of what arrived differs/,
    "The upload was damaged on its way: run this again",
  ],
  [
    /The supervisor of the app did not start/,
    "The app's log and the jail's console log, both in /var/log/alcaide, say why",
  ],
];
