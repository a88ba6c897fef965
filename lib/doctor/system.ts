// Checks of a server's base system: versions, patches, clock, disk, programs.

import { list } from "../core/text.ts";
import { withoutPatch } from "../server/facts.ts";
import { behindServer, patchRemedy } from "../server/patches.ts";
import { clockProblem } from "../setup/advice.ts";
import { newer, setupRefusals, type Subject } from "../setup/refusals.ts";
import { type Check, error, note, refused, unknown, type Verdict, warning } from "./check.ts";
import { room } from "./room.ts";
import type { SeenServer } from "./seen.ts";
import { supportOf } from "./support.ts";

/** Looks for reasons of one subject for which setup refuses a server. */
export function refusalsOf(about: Subject): Check<SeenServer>["look"] {
  return ({ config, facts, setup }) => refused(setupRefusals(config, facts, setup)[about]);
}

/** The checks, in the order of the documentation. */
export const systemChecks: readonly Check<SeenServer>[] = [
  {
    id: "system",
    about: "FreeBSD 13.2 or later, on amd64 or arm64",
    fine: "FreeBSD and its machine are known",
    worst: "error",
    look: ({ facts: { release, machine } }) => [
      ...newer("13.2", release)
        ? [error(`It runs FreeBSD ${release}`, "Upgrade it to FreeBSD 13.2 or later")]
        : [],
      ...["amd64", "arm64"].includes(machine)
        ? []
        : [warning(`Nobody has tried Alcaide on ${machine}`, "Try a deploy on a server that nobody needs")],
    ],
  },
  {
    id: "support",
    about: "the end of support of FreeBSD's release, on the server and in jails",
    fine: "FreeBSD's release gets security patches",
    worst: "warning",
    look: ({ facts, now }) => [
      ...supportOf("It", facts.release, now),
      ...[...facts.versions].filter(([, version]) => withoutPatch(version) !== facts.release)
        .flatMap(([path, version]) => supportOf(path, version, now)),
    ],
  },
  {
    id: "reboot",
    about: "a reboot that is pending: the installed kernel is not the one that runs",
    fine: "The installed kernel runs",
    worst: "error",
    look: (seen) => {
      const { setup: { kernel }, more: { running } } = seen;
      if (running === "" || kernel === "") return [unknown("The kernel's versions could not be read")];
      const refusals = refusalsOf("reboot")(seen);
      return refusals.length > 0 || running === kernel ? refusals : [
        warning(
          `A reboot is pending: ${kernel} is installed, ${running} runs`,
          "Reboot the server when it suits: live jails start by themselves",
        ),
      ];
    },
  },
  {
    id: "upgrade",
    about: "an upgrade of FreeBSD that is half done: the base system is older than the kernel",
    fine: "Kernel and base system are of one release",
    worst: "warning",
    look: ({ facts: { userland }, setup: { kernel } }) => {
      if (userland === "") return [unknown("The base system's version could not be read")];
      return newer(kernel, userland)
        ? [
          warning(
            `The kernel is ${kernel}, the base system ${userland}`,
            "Finish the upgrade: freebsd-update install",
          ),
        ]
        : [];
    },
  },
  {
    id: "patches",
    about: "templates and jails behind the server's patches, or newer than its kernel",
    fine: "Templates and jails have the server's patch level",
    worst: "error",
    look: treePatches,
  },
  {
    id: "programs",
    about: "programs of the base system that a minimal installation lacks",
    fine: "All programs are there",
    worst: "error",
    look: refusalsOf("programs"),
  },
  {
    id: "rc.conf",
    about: "mistakes in `/etc/rc.conf`",
    fine: "/etc/rc.conf can be read",
    worst: "error",
    look: refusalsOf("rc.conf"),
  },
  {
    id: "base",
    about: "`jail.freebsd` beside the kernel, and a mirror that has the base system",
    fine: "The base system of jails is there or can be had",
    worst: "error",
    look: (seen) => [...refusalsOf("base")(seen), ...mirror(seen)],
  },
  {
    id: "disk",
    about: "space for the next release, measured by those that are there",
    fine: "There is room for several releases",
    worst: "error",
    look: (seen) => [...refusalsOf("disk")(seen), ...room(seen)],
  },
  {
    id: "inodes",
    about: "inodes for the next jail",
    fine: "There are inodes for several jails",
    worst: "error",
    look: ({ config, facts, more: { freeInodes } }) => {
      if (freeInodes === undefined) return [unknown("The free inodes could not be read")];
      const needed = facts.dataset === undefined ? 40_000 : 5_000;
      return freeInodes < needed
        ? [error(
          `${config.jail.basePath} has ${freeInodes} free inodes, a jail needs about ${needed}`,
          "Remove small files there, or set jail.basePath to another file system",
        )]
        : [];
    },
  },
  {
    id: "clock",
    about: "the clock beside this machine's, and what keeps it right",
    fine: "The clock is right, and kept so",
    worst: "warning",
    look: ({ facts, more, now }) => {
      if (!Number.isFinite(facts.now) || facts.now === 0) {
        return [unknown("The server's clock could not be read")];
      }
      const kept = more.daemons.some((name) => name !== "cron");
      return [
        ...refused(clockProblem(facts, now), warning),
        ...kept ? [] : [note("Neither ntpd nor chronyd runs", "sysrc ntpd_enable=YES; service ntpd start")],
      ];
    },
  },
  {
    id: "cron",
    about: "cron, which newsyslog needs to rotate logs, and `schedule` to run",
    fine: "cron runs",
    worst: "error",
    look: ({ config, more }) => {
      if (more.daemons.includes("cron")) return [];
      const remedy = "sysrc cron_enable=YES; service cron start";
      const logs = "cron does not run, so the apps' logs grow without end";
      const idle = Object.keys(config.schedule).length > 0;
      return [idle ? error(`${logs} and no schedule runs`, remedy) : warning(logs, remedy)];
    },
  },
  {
    id: "umask",
    about: "root's umask in `/etc/login.conf`",
    fine: "root's umask is 022",
    worst: "note",
    look: ({ more: { umask } }) =>
      umask === "022" ? [] : umask === "" ? [unknown("The umask in /etc/login.conf could not be read")] : [
        note(`root's umask is ${umask}: Alcaide makes its files under its own, programs of yours may not`),
      ],
  },
  {
    id: "secrets",
    about: "files with secrets on the server that others can read",
    fine: "Only root reads the secrets on the server",
    worst: "error",
    look: ({ more }) =>
      more.openSecrets.map((path) =>
        error(`Others can read ${path}, which holds secrets`, `chmod 600 ${path}`)
      ),
  },
];

function treePatches({ config, facts }: SeenServer): Verdict[] {
  const { release, userland, versions } = facts;
  const unread = [...facts.trees.keys()].filter((path) => !versions.has(path));
  const ahead = [...versions].filter(([, version]) => newer(version, release));
  const behind = behindServer(facts, config.jail.basePath);
  return [
    ...ahead.map(([path, version]) =>
      error(
        `${path} is FreeBSD ${version}, newer than the kernel, ${release}`,
        "Upgrade the server, or set jail.freebsd and deploy",
      )
    ),
    ...behind.length === 0 ? [] : [
      warning(
        `${list(behind.map(({ path, version }) => `${path} (${version})`))} ${
          behind.length === 1 ? "is" : "are"
        } behind the server's ${userland}`,
        `Run ${patchRemedy(behind, facts)}`,
      ),
    ],
    ...unread.length === 0 ? [] : [unknown(`The version of ${list(unread)} could not be read`)],
  ];
}

/** A mirror that nobody needs today is only worth a note. */
function mirror({ config, facts, more }: SeenServer): Verdict[] {
  const version = config.jail.freebsd ?? facts.release;
  if (more.mirror === "found") return [];
  const says = `${config.jail.mirror} gives the server no FreeBSD ${version}`;
  const why = more.mirror === "" ? "" : ` (${more.mirror})`;
  const remedy =
    "Look at the server's resolvers and its way to the network; versions that are no longer supported are elsewhere: set jail.mirror";
  return facts.templates.includes(version)
    ? [note(`${says}${why}; it has that base system already`, remedy)]
    : [error(`${says}${why}`, remedy)];
}
