/** Failures while `setup` changes something. The first ones keep the changes of later ones away. */

import { hurry, repeated, type Trouble } from "./trouble.ts";

const download = /"Download and unpack FreeBSD 15\.0-RELEASE" failed/;
const caddy = /"Install Caddy" failed/;
const pauses = hurry("^[12]$", 2);

/** Failures of the download: no base system is there afterwards. */
export const downloadFailures: readonly Trouble[] = [
  {
    rows: [2],
    name: "a release that the mirror has no more",
    config: (place) => ({ jail: { freebsd: "12.4-RELEASE", mirror: place.mirror } }),
    faults: pauses,
    says: [
      /"Download and unpack FreeBSD 12\.4-RELEASE" failed/,
      /fetch: .*12\.4-RELEASE\/MANIFEST: Not Found/,
    ],
    hint:
      /The mirror has no such file: look at jail\.freebsd, and at jail\.mirror for versions no longer supported/,
  },
  {
    rows: [11],
    name: "a disk that fills up while the base system is unpacked",
    faults: [{
      program: "tar",
      args: "base.txz",
      effect: "fail",
      stderr: "tar: ./usr/lib/libc.a: Write failed\ntar: Error exit delayed from previous errors.",
    }],
    says: [download, /Write failed/],
    hint: /disk is full \(df -k\), or has no more inodes \(df -i\): make room/,
  },
  {
    rows: [13],
    name: "a download that is cut short every time",
    config: (place) => ({ jail: { mirror: `${place.mirror}/truncated` } }),
    faults: pauses,
    says: [download, /base\.txz appears to be truncated/],
    hint: /The download is damaged: run setup again, or use another jail\.mirror/,
  },
  {
    rows: [13],
    name: "a download with another checksum",
    config: (place) => ({ jail: { mirror: `${place.mirror}/corrupt` } }),
    says: [download, /base\.txz differs from the checksum in MANIFEST/],
    hint: /The download is damaged: run setup again, or use another jail\.mirror/,
  },
  {
    rows: [14],
    name: "a mirror whose certificate can't be verified",
    faults: [
      ...repeated({
        program: "fetch",
        effect: "fail",
        stderr: "Certificate verification failed for /CN=download.freebsd.org\n" +
          "fetch: https://download.freebsd.org/releases/amd64/amd64/15.0-RELEASE/MANIFEST: Authentication error",
      }, 3),
      ...pauses,
    ],
    says: [download, /Authentication error/],
    hint: /can't verify the mirror's certificate: look at its clock \(date\) first/,
  },
  {
    rows: [16],
    name: "a server that can't resolve names",
    config: () => ({ jail: { mirror: "http://nosuch.invalid" } }),
    faults: pauses,
    says: [download, /fetch: http:\/\/nosuch\.invalid\/.*: Host does not resolve/],
    hint: /The server can't resolve names: look at \/etc\/resolv\.conf/,
  },
];

/** Failures once the base system is there, in the order of the changes. */
export const laterFailures: readonly Trouble[] = [
  {
    rows: [19],
    name: "rules that pf does not take",
    faults: [{
      program: "pfctl",
      args: "^-nf ",
      effect: "fail",
      stderr:
        "/usr/local/etc/alcaide/pf.conf.check:3: Rules must be in order: options, normalization, queueing, translation, filtering",
    }],
    says: [/"Let jails reach the outside" failed/, /Rules must be in order/],
    hint: /none was loaded: add the translation to a pf\.conf of your own/,
  },
  {
    rows: [37],
    name: "another pkg at work",
    faults: [{
      program: "pkg",
      args: "^install ",
      effect: "fail",
      stderr: "pkg: Cannot get an advisory lock on a database, it is locked by another process",
    }],
    says: [caddy, /advisory lock/],
    hint: /Another pkg is at work on the server: try again when it is done/,
  },
  {
    rows: [40],
    name: "packages for a newer FreeBSD",
    faults: [{
      program: "pkg",
      args: "^install ",
      effect: "fail",
      stderr: "Newer FreeBSD version for package caddy:\nTo ignore this error set IGNORE_OSVERSION=yes\n" +
        "- package: 1303001\n- running kernel: 1302001",
    }],
    says: [caddy, /Newer FreeBSD version for package caddy/],
    hint: /packages are for a newer FreeBSD than this server's: upgrade it/,
  },
];
