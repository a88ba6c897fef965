// Servers whose base system has something wrong, one thing each, and the findings.

import type { Case } from "./seeing.ts";

const rc = "cloned_interfaces: lo1\ncaddy_enable: YES\nalcaide_enable: YES\npf_enable: YES\n";

/** The cases. */
export const systemCases: readonly Case[] = [
  {
    name: "limits that the kernel does not count for",
    config: { limits: { cpu: 100 } },
    finds: [
      "error limits: Limits can't be in force, for the server's kernel does not count what jails use | Add the line kern.racct.enable=1 to /boot/loader.conf on the server and reboot it, or leave limits out",
    ],
  },
  {
    name: "an old FreeBSD",
    sections: {
      system: "FreeBSD\npowerpc\npowerpc64\n12.4-RELEASE\n12.4-RELEASE\n",
      kernel: "12.4-RELEASE\n",
      latest: "12.4-RELEASE 0\n",
    },
    finds: [
      "error system: It runs FreeBSD 12.4-RELEASE | Upgrade it to FreeBSD 13.2 or later",
      "error patches: /jails/.templates/14.3-RELEASE is FreeBSD 14.3-RELEASE-p5, newer than the kernel, 12.4-RELEASE | Upgrade the server, or set jail.freebsd and deploy",
      "error patches: /jails/shop_blue is FreeBSD 14.3-RELEASE-p5, newer than the kernel, 12.4-RELEASE | Upgrade the server, or set jail.freebsd and deploy",
      "warning system: Nobody has tried Alcaide on powerpc | Try a deploy on a server that nobody needs",
      'warning setup: setup would "Download and unpack FreeBSD 12.4-RELEASE": /jails has no such base system | alcaide setup',
      "unknown support: It runs FreeBSD 12.4-RELEASE, of which this Alcaide knows no end of support | See https://www.freebsd.org/security/",
    ],
  },
  {
    name: "a FreeBSD, and a jail, without support",
    sections: {
      system: "FreeBSD\namd64\namd64\n14.2-RELEASE\n14.2-RELEASE\n",
      kernel: "14.2-RELEASE\n",
      latest: "14.2-RELEASE 0\n",
      templates: "/jails/.templates/14.2-RELEASE template 14.2-RELEASE\n",
      versions: "/jails/.templates/14.2-RELEASE 14.2-RELEASE\n/jails/shop_blue 13.2-RELEASE-p1\n",
    },
    finds: [
      'warning support: It runs FreeBSD 14.2, which gets no security patches since 2025-09-30 | Upgrade to a later 14.x: freebsd-update upgrade, then "alcaide setup" and "alcaide deploy"',
      'warning support: /jails/shop_blue runs FreeBSD 13.2, which gets no security patches since 2024-06-30 | Upgrade to a later 13.x: freebsd-update upgrade, then "alcaide setup" and "alcaide deploy"',
    ],
  },
  {
    name: "a kernel that was patched and does not run",
    sections: { kernel: "14.3-RELEASE-p6\n" },
    finds: [
      "warning reboot: A reboot is pending: 14.3-RELEASE-p6 is installed, 14.3-RELEASE-p5 runs | Reboot the server when it suits: live jails start by themselves",
    ],
  },
  {
    name: "a new release that does not run, and whose base system is not installed",
    sections: { kernel: "14.4-RELEASE\n" },
    finds: [
      "error reboot: A reboot is pending: 14.4-RELEASE is installed, 14.3-RELEASE runs | Reboot the server first",
      "warning upgrade: The kernel is 14.4-RELEASE, the base system 14.3-RELEASE-p5 | Finish the upgrade: freebsd-update install",
      "unknown setup: setup refuses the server as it is, so what it lacks is not known",
    ],
  },
  {
    name: "versions that could not be read",
    sections: {
      system: "FreeBSD\namd64\namd64\n14.3-RELEASE-p5\n",
      kernel: "",
      versions: "/jails/.templates/14.3-RELEASE 14.3-RELEASE-p5\n",
    },
    finds: [
      "unknown reboot: The kernel's versions could not be read",
      "unknown upgrade: The base system's version could not be read",
      "unknown patches: The version of /jails/shop_blue could not be read",
    ],
  },
  {
    name: "patches that the server lacks",
    sections: { latest: "14.3-RELEASE 7\n" },
    finds: [
      'warning updates: FreeBSD has 14.3-RELEASE-p7, the server is at 14.3-RELEASE-p5 | freebsd-update fetch install; where the kernel is among them a reboot; then "alcaide setup" and "alcaide deploy"',
    ],
  },
  {
    name: "update servers that nobody could ask",
    sections: { latest: "" },
    finds: [
      "unknown updates: FreeBSD's update servers did not tell the latest patches of 14.3-RELEASE | On a server of packages pkg upgrade -n shows them, else freebsd-update fetch",
    ],
  },
  {
    name: "little memory for a build, and a program that the kernel ended",
    config: { build: { jail: { commands: ["make"], result: "out" } } },
    sections: {
      resources: "hw.physmem: 1040000000\nvm.swap_total: 0\nkern.openfiles: 90000\nkern.maxfiles: 101862\n",
      killed: "pid 812 (beam.smp), jid 4, uid 60000, was killed: failed to reclaim memory\n",
    },
    finds: [
      "warning memory: The server has 1 GB of memory and no swap, and a build needs about 2 GB | Add swap (https://docs.freebsd.org/en/books/handbook/config/#adding-swap-space), or build elsewhere",
      "warning memory: The kernel ended a program since its start: pid 812 (beam.smp), jid 4, uid 60000, was killed: failed to reclaim memory | Add memory or swap, or set limits.memory, so that an app can't take it from the others",
      "warning files: 90000 of 101862 files are open | Look for leaks with fstat, or raise kern.maxfiles: sysctl, and /etc/sysctl.conf for the next boot",
    ],
  },
  {
    name: "swap that makes up for memory, as far as is known",
    config: { build: { jail: { commands: ["make"], result: "out" } } },
    sections: { resources: "hw.physmem: 1040000000\nvm.swap_total: 2147483648\n" },
    finds: ["unknown files: The number of open files could not be read"],
  },
  {
    name: "memory that could not be read, where a build needs it",
    config: { build: { jail: { commands: ["make"], result: "out" } } },
    sections: { resources: "kern.openfiles: 1\nkern.maxfiles: 101862\n" },
    finds: ["unknown memory: The server's memory could not be read"],
  },
  {
    name: "a shutdown that is shorter than an app may take to end",
    config: { stopTimeout: 300 },
    finds: [
      "warning shutdown: A shutdown of the server ends after 120 s, and stopTimeout is 300 s: programs that need longer are killed | Let it wait: sysrc rcshutdown_timeout=340; sysctl kern.init_shutdown_timeout=370, and the latter in /etc/sysctl.conf, too",
    ],
  },
  {
    name: "jails behind the server's patches",
    sections: {
      system: "FreeBSD\namd64\namd64\n14.3-RELEASE-p5\n14.3-RELEASE-p5\n",
      versions:
        "/jails/.templates/14.3-RELEASE 14.3-RELEASE-p5\n/jails/shop_blue 14.3-RELEASE-p2\n/jails/shop_db 14.3-RELEASE\n",
    },
    finds: [
      `warning patches: /jails/shop_blue (14.3-RELEASE-p2) is behind the server's 14.3-RELEASE-p5 | Run "alcaide deploy"`,
    ],
  },
  {
    name: "missing programs, and an rc.conf that can't be read",
    sections: {
      programs: "sysrc\njail\n",
      "rc.conf": "/etc/rc.conf: 3: Syntax error: Unterminated quoted string\n",
    },
    finds: [
      "error programs: It lacks sysrc and jail | On a system of packages: pkg install -r FreeBSD-base FreeBSD-jail FreeBSD-bsdconfig FreeBSD-pf",
      "error rc.conf: /etc/rc.conf can't be read (/etc/rc.conf: 3: Syntax error: Unterminated quoted string) | Correct it: sh -n /etc/rc.conf shows where",
      "unknown setup: setup refuses the server as it is, so what it lacks is not known",
    ],
  },
  {
    name: "a mirror out of reach, though the base system is there",
    sections: { mirror: "fetch: https://mirror/MANIFEST: No address record\n" },
    finds: [
      "note base: https://download.freebsd.org/releases gives the server no FreeBSD 14.3-RELEASE (fetch: https://mirror/MANIFEST: No address record); it has that base system already | Look at the server's resolvers and its way to the network; versions that are no longer supported are elsewhere: set jail.mirror",
    ],
  },
  {
    name: "a base system that is newer than the kernel, and that no mirror has",
    config: { jail: { freebsd: "15.0-RELEASE" } },
    sections: { mirror: "" },
    finds: [
      "error base: jail.freebsd 15.0-RELEASE is newer than its kernel, 14.3-RELEASE | Set jail.freebsd to 14.3-RELEASE or older, or upgrade the server",
      "error base: https://download.freebsd.org/releases gives the server no FreeBSD 15.0-RELEASE | Look at the server's resolvers and its way to the network; versions that are no longer supported are elsewhere: set jail.mirror",
      "unknown setup: setup refuses the server as it is, so what it lacks is not known",
    ],
  },
  {
    name: "a disk with room for one more jail",
    sections: { disk: "/dev/vtbd0p2 99999999 1 2000000 98% /\n" },
    finds: [
      "warning disk: /jails has 2 GB free, the next release needs about 1.5 GB | Make room: du -shx /jails/* shows where it went; a smaller keep drops releases",
    ],
  },
  {
    name: "a disk without room, and another one for artifacts without room",
    sections: {
      disk: "/dev/vtbd0p2 99999999 1 1000000 99% /\n",
      "state disk": "/dev/vtbd1p1 99999999 1 30000 99% /var\n",
    },
    finds: [
      "error disk: /jails has 1 GB free, the next release needs about 1.5 GB | Make room: du -shx /jails/* shows where it went; a smaller keep drops releases",
      "error disk: /var/db/alcaide has 31 MB free, the next release needs about 36 MB | Make room: du -shx /var/db/alcaide/* shows where it went; a smaller keep drops releases",
    ],
  },
  {
    name: "clones, which need little, on a disk with little",
    sections: {
      dataset: "zroot/jails\t/jails\n",
      disk: "zroot/jails 99999999 1 2000000 98% /jails\n",
      zfs:
        "zroot/jails\t/jails\tyes\ton\toff\toff\nzroot/jails/alcaide_template_14.3-RELEASE\t/jails/.templates/14.3-RELEASE\tyes\ton\toff\toff\n",
      sysrc: `${rc}pf_rules: /usr/local/etc/alcaide/pf.conf\nzfs_enable: YES\n`,
    },
    finds: [],
  },
  {
    name: "disks that could not be read",
    sections: { disk: "", inodes: "df: no such file\n" },
    finds: [
      "unknown disk: The free space at /jails could not be read",
      "unknown inodes: The free inodes could not be read",
    ],
  },
  {
    name: "too few inodes",
    sections: { inodes: "/dev/vtbd0p2 10143484 513840 8818168 6% 1353037 1313 100% /\n" },
    finds: [
      "error inodes: /jails has 1313 free inodes, a jail needs about 40000 | Remove small files there, or set jail.basePath to another file system",
    ],
  },
  {
    name: "a clock that is wrong, with nothing that keeps it right, and no cron",
    sections: { now: `${Date.parse("2026-01-02T12:10:00Z") / 1000}\n`, daemons: "" },
    finds: [
      "warning clock: The server's clock is 10 min ahead of this machine's | If the server's is the wrong one: sysrc ntpd_enable=YES ntpd_sync_on_start=YES; service ntpd restart",
      "warning cron: cron does not run, so the apps' logs grow without end | sysrc cron_enable=YES; service cron start",
      "note clock: Neither ntpd nor chronyd runs | sysrc ntpd_enable=YES; service ntpd start",
    ],
  },
  {
    name: "schedules without cron",
    sections: { daemons: "ntpd\n" },
    config: { schedule: { cleanup: { at: "@daily", run: "bin/shop cleanup" } } },
    finds: [
      "error cron: cron does not run, so the apps' logs grow without end and no schedule runs | sysrc cron_enable=YES; service cron start",
    ],
  },
  {
    name: "a clock that could not be read, and no umask",
    sections: { now: "date: not found\n", umask: "" },
    finds: [
      "unknown clock: The server's clock could not be read",
      "unknown umask: The umask in /etc/login.conf could not be read",
    ],
  },
  {
    name: "a umask of root's own",
    sections: { umask: "027\n" },
    finds: [
      "note umask: root's umask is 027: Alcaide makes its files under its own, programs of yours may not",
    ],
  },
  {
    name: "secrets that others can read",
    sections: { "open secrets": "/var/db/alcaide/apps/shop/releases/1/env\n" },
    finds: [
      "error secrets: Others can read /var/db/alcaide/apps/shop/releases/1/env, which holds secrets | chmod 600 /var/db/alcaide/apps/shop/releases/1/env",
    ],
  },
  {
    name: "an image of thirty days",
    sections: {
      trees:
        "/jails/shop_blue shop_blue\n/jails/alcaide_image_shop.copy-0011223344556677.20251203T120000 shop__image\n",
    },
    finds: [
      `warning image: The image of the app's jails is 30 days old, and so are its packages | "alcaide deploy --rebuild" installs the newest`,
    ],
  },
];
