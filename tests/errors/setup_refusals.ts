/** Servers that `setup` must refuse before it changes anything. */

import type { Trouble } from "./trouble.ts";

const refused = /^Error: Cannot set up [\d.]+: /m;

/** Each with its remedy. */
export const setupRefusals: readonly Trouble[] = [
  {
    rows: [1],
    name: "a server that isn't FreeBSD",
    faults: [{ program: "uname", args: "^-s$", effect: "fail", stderr: "Linux" }],
    says: [/^Error: Cannot work on [\d.]+: it runs Linux$/m],
    hint: /Alcaide deploys to FreeBSD 13\.2 and later/,
  },
  {
    rows: [3],
    name: "a base newer than the kernel",
    config: () => ({ jail: { freebsd: "15.1-RELEASE" } }),
    says: [refused, /jail\.freebsd 15\.1-RELEASE is newer than its kernel, 15\.0-RELEASE/],
    hint: /Set jail\.freebsd to 15\.0-RELEASE or older, or upgrade the server/,
  },
  {
    rows: [4],
    name: "a reboot that is pending",
    before: "echo 15.1-RELEASE-p1 >/etc/testhost-kernel",
    after: "rm /etc/testhost-kernel",
    says: [refused, /a reboot is pending: 15\.1-RELEASE-p1 is installed, 15\.0-RELEASE runs/],
    hint: /Reboot the server first/,
  },
  {
    rows: [5],
    name: "a base system without some of its programs",
    before: "mv /usr/sbin/sysrc /usr/sbin/sysrc.away; mv /usr/sbin/jail /usr/sbin/jail.away",
    after: "mv /usr/sbin/sysrc.away /usr/sbin/sysrc; mv /usr/sbin/jail.away /usr/sbin/jail",
    says: [refused, /it lacks jail and sysrc/],
    hint: /pkg install -r FreeBSD-base FreeBSD-jail FreeBSD-bsdconfig FreeBSD-pf/,
  },
  {
    rows: [9],
    name: "a broken rc.conf",
    before: `cp -p /etc/rc.conf /etc/rc.conf.away; echo 'ifconfig_em0="DHCP' >>/etc/rc.conf`,
    after: "mv /etc/rc.conf.away /etc/rc.conf",
    says: [refused, /\/etc\/rc\.conf can't be read \(.*rc\.conf.*\)/],
    hint: /sh -n \/etc\/rc\.conf shows where/,
  },
  {
    rows: [11],
    name: "too little room for the base system",
    faults: [{
      program: "df",
      args: "^-k ",
      effect: "fail",
      stderr: "/dev/vtbd0p2    12180864 11005480    200000    98%    /",
    }],
    says: [refused, /\/jails has 205 MB free, the base system needs 1\.5 GB/],
    hint: /Make room, or set jail\.basePath to a larger disk/,
  },
  {
    rows: [22],
    name: "a network that the provider uses",
    before: "ifconfig vtnet0 inet 10.66.0.9/24 alias",
    after: "ifconfig vtnet0 inet 10.66.0.9 -alias",
    says: [
      refused,
      /the network 10\.66\.0\.0\/24 is in use: it has a route to 10\.66\.0\.\d+\/\d+ through vtnet0/,
    ],
    hint: /Set jail\.subnet to a private network that nothing else uses/,
  },
  {
    rows: [41],
    name: "port 80 taken by another program",
    before:
      "nc -l 80 >/dev/null 2>&1 & until sockstat -4 -l -q -P tcp -p 80 | grep -q nc; do sleep 0.1; done",
    after: "kill $(sockstat -4 -l -q -P tcp -p 80 | awk '{ print $3 }')",
    says: [refused, /port 80 is taken by \S*nc/],
    hint: /Stop \S*nc, or let it listen elsewhere: Caddy needs this port/,
  },
];
