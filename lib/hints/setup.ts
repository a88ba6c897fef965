// Why a change of `setup` failed: from what the server said to a remedy.

import { AlcaideError, CommandError } from "../core/error.ts";
import { commonFailures, type Known, remedy } from "./known.ts";

/** Says which change failed, and what can be done about it; errors that aren't a command's pass unchanged. */
export function explainSetup(
  server: string,
  title: string,
  hint: string | undefined,
  cause: unknown,
): unknown {
  if (!(cause instanceof CommandError)) return cause;
  const advice = remedy(cause.exit, setupFailures, commonFailures, downloadFailures) ?? hint;
  return new AlcaideError(`Cannot set up ${server}: "${title}" failed`, {
    cause,
    ...(advice === undefined ? {} : { hint: advice }),
  });
}

const setupFailures: Known = {
  "The server's package repository has no such package: pkg search lists packages and versions":
    /No packages available to install matching/,
  "Its jail has no shared memory: add the parameters sysvshm = new and sysvsem = new":
    /could not create shared memory segment/,
  "The volume holds data of another version: give the accessory that version, or another volume":
    /holds data of PostgreSQL/,
  "The volume's directory is there without its data: mount the file system that holds it, then run setup again":
    /is gone: is the volume mounted/,
  "Give it to that user id with chown -R if the files are the accessory's own, or choose another volume":
    /has files in it and belongs to another user id/,
  'The packages in its jail don\'t have this extension: add the one that does to packages, such as "postgresql17-pgvector"':
    /extension "[^"]*" is not available|could not open extension control file/,
  "Correct the setting that is named; the accessory goes on with what it had":
    /invalid value for parameter|unrecognized configuration parameter|out of range for parameter/,
  'Its last output is above, the rest in its log: "alcaide accessory logs NAME"': /is not well after \d+ s/,
  "The server can't resolve names: look at /etc/resolv.conf and its way to the network":
    /does not resolve|No address record|Address resolution failed/i,
  "A mistake in /etc/rc.conf stops every service: sh -n /etc/rc.conf shows where":
    /sysrc: .*syntax error|Exiting due to previous syntax errors/,
  "pf refuses these rules, so none was loaded: add the translation to a pf.conf of your own, and setup leaves pf alone":
    /Rules must be in order|pf\.conf\S*:\d+: |pfctl: Syntax error/i,
  'The kernel has no module pf, or its securelevel lets none be loaded: put pf_load="YES" into /boot/loader.conf, and reboot':
    /kldload: can't load pf/,
  "Caddy refuses the Caddyfile, so it was left as it is: correct the line that is named, then run setup again":
    /Error during parsing|adapting config|Caddyfile\S*:\d+/,
  "Another program has a port that Caddy needs: sockstat -4 -6 -l -p 80,443 names it":
    /bind: address already in use/i,
};

const downloadFailures: Known = {
  "The server can't verify the mirror's certificate: look at its clock (date) first":
    /Authentication error|certificate/i,
  "The server can't reach the download: look at its network and at jail.mirror":
    /Network is unreachable|No route to host|Connection refused|timed out/i,
  "The mirror has no such file: look at jail.freebsd, and at jail.mirror for versions no longer supported":
    /fetch:.*Not Found/i,
  "The download is damaged: run setup again, or use another jail.mirror":
    /differs from the checksum|appears to be truncated|does not name base\.txz/i,
};
