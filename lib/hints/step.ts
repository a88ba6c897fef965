// Why a step of a deploy failed on a server: from what the server said to a remedy.

import { overtaken } from "../commands/lock.ts";
import { CommandError, type Exit, TakenOverError } from "../core/error.ts";
import { appTraps } from "./check.ts";
import { commonFailures, type Known, remedy } from "./known.ts";

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
  return remedy(exit, stepFailures, commonFailures, appTraps);
}

const stepFailures: Known = {
  '"alcaide status" shows what is live; then run this again': /has the traffic, so it is left alone/,
  'The jails\' interface is gone: "alcaide setup" makes it again': /ifconfig: interface \S+ does not exist/,
  "Somebody else started this jail meanwhile: jls shows it; end it with jail -r, then run this again":
    /jail: "[^"]*" already exists/,
  "The jail ended right after its start: its console log in /var/log/alcaide says why":
    /jls: jail "[^"]*" not found/,
  "The jail does not end: jail -R NAME on the server ends it at once, then run this again":
    /rc\.shutdown jail: (failed|timed out)|Cannot stop jail/,
  "FreeBSD refuses the jail's file in /usr/local/etc/alcaide/jails: the line is named above":
    /jail: .*(unterminated string|unexpected EOF|syntax error|unknown parameter)/,
  "It has snapshots, or datasets that are not ours: zfs list -r -t all DATASET shows them; destroy them, then run this again":
    /filesystem has children/,
  "Other datasets were made from this one: zfs list -o name,origin shows them; remove or promote them first":
    /has dependent clones/,
  "A program still uses it: fstat -f DIRECTORY on the server shows which; end it, then run this again":
    /Cannot unmount|Device busy|dataset is busy/,
  "The new dataset isn't mounted: look at zfs get mounted,canmount,mountpoint": /is not mounted at/,
  "Alcaide deletes only what it made: look at that directory, and move it away":
    /has no mark of ours|is there already/,
  "A file is protected: chflags -R -x noschg takes that away; at a raised kern.securelevel only a reboot does":
    /Operation not permitted/,
  'The service caddy is not enabled: "alcaide setup" enables it': /Cannot '(re)?(start|load)' caddy/,
  'Run "alcaide setup", which adds the line': /lacks the line: import/,
  'Run "alcaide setup", which adds them': /lacks the lines: on_demand_tls/,
  "Global options of the Caddyfile such as acme_ca, key_type or local_certs hold for customers' domains, too: remove them, or tls from the Alcaidefile":
    /site block is also default\/catch-all policy/,
  "Caddy refuses the Caddyfile and keeps the configuration it has: correct the line that is named":
    /Error during parsing|adapting config|unrecognized (sub)?directive|Caddyfile\S*:\d+/,
  "Another program has a port that Caddy needs: sockstat -4 -6 -l -p 80,443 names it":
    /bind: address already in use/i,
  "It must be one directory below /app, and no link: tar -tf shows the names in a release's tarball":
    /^assets\.from: /m,
  "The upload was damaged on its way: run this again":
    /Only \d+ bytes arrived|checksum of what arrived differs/,
  "The app's log and the jail's console log, both in /var/log/alcaide, say why":
    /The supervisor of the app did not start/,
};
