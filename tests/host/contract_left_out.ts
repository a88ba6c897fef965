/**
 * The recorded commands that a test host answers differently, each with its reason. The contract test fails when a
 * command is neither here nor equal, and when one stands here without need.
 */

/** A command that is not compared. */
export interface LeftOut {
  /** Its number among the recorded commands. */
  readonly row: number;
  /** How the command begins, so that the number cannot go wrong unseen. */
  readonly cmd: string;
  /** Why the answers differ, in words that several may share. */
  readonly reason: string;
}

/** All that are not compared. */
export const leftOut: readonly LeftOut[] = [
  {
    row: 359,
    cmd: "set -o pipefail; tar -C /nosuch",
    reason: "two programs wrote to one stream at once, and chance mixed their words",
  },
  ...[
    { row: 306, cmd: "sockstat -4 -l -q -p 22" },
    { row: 309, cmd: "netstat -an -p tcp" },
  ].map((entry) => ({
    ...entry,
    reason: "on Linux no jail's server can listen on a port where one of the host listens at all addresses",
  })),
];

/** What no recorded command covers: the test host does something there, but nothing proves it. */
export const unverified: readonly string[] = [
  "Caddy's rc script and its service commands",
  "pkg once it is bootstrapped: update, install, info, delete",
  "doas and its configuration",
  "pf in force: translation and filtering of real packets",
  "zfs in a jail, quotas, send and receive",
  "rctl limits in force",
];
