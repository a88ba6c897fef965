/**
 * The recorded commands that a test host answers in other words, each with its reason; the status must be equal even so.
 * The contract test fails when a command is neither here nor equal, and when one stands here without need.
 */

import type { Recording } from "./contract_rows.ts";

/** A command whose words are not compared. */
export interface LeftOut {
  /** The recordings that it stands in. */
  readonly recordings: readonly Recording[];
  /** Its number among the recorded commands. */
  readonly row: number;
  /** How the command begins, so that the number cannot go wrong unseen. */
  readonly cmd: string;
  /** Why the answers differ, in words that several may share. */
  readonly reason: string;
}

/** The 423 commands that were run on both machines. */
const both = ["13.2", "15.0"] as const;

/** Reasons, the recordings and the commands that each is for. */
const byReason: readonly (readonly [
  reason: string,
  recordings: readonly Recording[],
  ...commands: readonly (readonly [row: number, cmd: string])[],
])[] = [
  [
    "the shell is BusyBox's: it names the script before a file that the script reads",
    both,
    [64, "service netif cloneup"],
    [188, "jexec -l my_app_blue service my_app status"],
    [189, "service -j my_app_blue my_app status"],
    [193, "jexec -l my_app_blue service my_app stop"],
    [194, "jexec -l my_app_blue service my_app status"],
  ],
  [
    "the shell is BusyBox's: its command -v takes more than one name without a word",
    both,
    [24, "command -v doas sudo mdo"],
  ],
  [
    "the kernel is Linux: no jail's server can listen on a port where one of the host listens at all addresses",
    ["13.2"],
    [306, "sockstat -4 -l -q -p 22"],
    [309, "netstat -an -p tcp"],
  ],
  [
    "the machine had one processor, other memory and other accounts",
    ["15.0"],
    [8, "sysctl -n hw.ncpu"],
    [9, "sysctl -n hw.physmem"],
    [16, "stat -f '%Sp %Su %Sg %z %N' /etc/master.passwd"],
  ],
  [
    "all processes of the machine are shown, and it has others",
    ["15.0"],
    [100, "ps ax -o pid,jid,command -J"],
    [187, "ps axww -o pid,ppid,jid,user,command -J"],
    [246, "ps axww -o pid,user,command -J"],
  ],
  [
    "the machine's base had the locale that top wanted, and the test host's top shows nothing",
    ["15.0"],
    [342, "top -b -d 1 2"],
  ],
  [
    "the archiver is Debian's, which ends some complaints with an empty line as 13.2's did",
    ["15.0"],
    [357, "tar --no-fflags -xpf"],
  ],
  [
    "the jail whose dataset had been taken from under it lost its last process meanwhile",
    ["15.0"],
    [371, "jls -q name"],
    [376, "jls -q name"],
    [378, "jls -q name"],
    [381, "jls -q name"],
    [387, "jls -q name ip4.addr"],
    [391, "jls -q name"],
    [394, "jls -q name"],
    [395, "jail -R my_app_green; true"],
  ],
  [
    "the packages are Debian's programs in Debian's versions, and there are others",
    ["15.0-more"],
    [24, "pkg update"],
    [25, "pkg rquery %n-%v"],
    [28, "pkg install -y caddy"],
    [30, "pkg query %n-%v caddy"],
    [31, "pkg info -l caddy"],
    [32, "ls -la /usr/local/etc/caddy"],
    [35, "env ASSUME_ALWAYS_YES=yes pkg -r /jails/pk install"],
    [39, "tar -tvf /jails/pk/var/cache/pkg/redis"],
    [41, "pkg -r /jails/pk query '%n %Fp' redis"],
    [60, "caddy version"],
  ],
  [
    "pkg's figures of sizes and its own upkeep are not told",
    ["15.0-more"],
    [27, "pkg install -y nosuch"],
    [42, "pkg -r /jails/pk delete -y redis"],
  ],
  [
    "Caddy is Debian's 2.6: it has a port for its administration, no socket, and words of its own",
    ["15.0-more"],
    [51, "ls -la /var/run/caddy"],
    [52, "sockstat -4 -6 -l -q | grep caddy"],
    [53, "service caddy reload"],
    [54, "printf 'garbage {"],
    [56, "service caddy configtest"],
    [57, "printf ':8088 {"],
  ],
  [
    "a jail of another recording was running, with its services",
    ["15.0-more"],
    [64, "sockstat -4 -l -q -s"],
    [77, "daemon -f -r -P /var/run/t.pid"],
  ],
  [
    "two programs wrote to one stream at once, and chance mixed their words",
    both,
    [359, "set -o pipefail; tar -C /nosuch"],
  ],
];

const leftOut: readonly LeftOut[] = byReason.flatMap(([reason, recordings, ...commands]) =>
  commands.map(([row, cmd]) => ({ recordings, row, cmd, reason }))
);

/** The commands of a recording whose words are not compared. */
export function leftOutOf(recording: Recording): LeftOut[] {
  return leftOut.filter(({ recordings }) => recordings.includes(recording));
}

/** Behaviour that no recorded command covers: the test host does something there, but nothing proves it. */
export const unverified: readonly string[] = [
  "Caddy newer than Debian's: its socket for administration and its words",
  "PostgreSQL's and Redis's packages: what they print, their rc scripts, System V IPC in jails",
  "Go's, Python's and Ruby's packages: where their files lie; Python lacks SQLite as its port says",
  "freebsd-update: its words as its source has them, its servers are a file",
  "cron's tables and runs, as its source has them; no tables of users, no mail",
  "doas and its configuration",
  "pf's filtering of real packets",
  "zfs in a jail, quotas, send and receive; the datasets that FreeBSD's installer makes",
  "rctl limits in force",
  "everything on 14",
];
