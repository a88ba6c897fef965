/** Failures of servers and jails: rows 1 to 34. */

import type { Row } from "./catalogue.ts";

const refusals = "errors/setup_refusals.ts";
const setup = "errors/setup_failures.ts";
const deploy = "errors/deploy_failures.ts";
const deployTest = "e2e/errors_deploy_test.ts";
const setupTest = "e2e/errors_setup_test.ts";
const cleared = "row 28, 30, 31, 33, 62: what an older jail left behind is cleared away";
const inUse = "row 23, 24, 44, 57: an address in use is passed over, a stale one is no harm";
const busy = "row 32, 34: what is in use is neither unmounted nor deleted";

/** All of them. */
export const serverRows: readonly Row[] = [
  {
    number: 1,
    title: "not FreeBSD",
    how: "uname answers Linux",
    shown: [refusals, "a server that isn't FreeBSD"],
  },
  {
    number: 2,
    title: "a release that is no longer supported",
    how: "the mirror has no 12.4-RELEASE",
    shown: [setup, "a release that the mirror has no more"],
  },
  {
    number: 3,
    title: "a base newer than the kernel",
    how: "jail.freebsd 15.1 on 15.0; the kernel's words recorded",
    shown: [refusals, "a base newer than the kernel"],
  },
  {
    number: 4,
    title: "a reboot pending",
    how: "another kernel is installed than the one that runs",
    shown: [refusals, "a reboot that is pending"],
  },
  {
    number: 5,
    title: "base tools missing",
    how: "jail and sysrc are moved away",
    shown: [refusals, "a base system without some of its programs"],
  },
  {
    number: 6,
    title: "no rule for doas or sudo",
    how: "a user whom doas refuses",
    shown: [
      "e2e/any_user_test.ts",
      "a user without a rule is told which line to add, and nothing is changed",
    ],
  },
  {
    number: 7,
    title: "doas.conf writable by others, or unparsable",
    how: "a rule that is none; a file that anybody may write to",
    shown: [
      "lib/transport/ssh/become_test.ts",
      "a doas.conf with a mistake is named, with what shows the line",
    ],
  },
  {
    number: 8,
    title: "csh as login shell",
    how: "root's shell is csh, and so is a stranger to our scripts",
    healed: true,
    shown: [setupTest, "row 8: csh as login shell understands none of our scripts, and need not"],
  },
  {
    number: 9,
    title: "a mistake in rc.conf",
    how: "a quote that never ends",
    shown: [refusals, "a broken rc.conf"],
  },
  {
    number: 10,
    title: "a service that is disabled",
    how: "caddy_enable=NO at the first deploy",
    shown: [deployTest, "row 10: a disabled service, whose script says so with status 0"],
  },
  {
    number: 11,
    title: "a full disk",
    how: "df tells of too little; tar fails in setup and in a deploy",
    shown: [deploy, "a disk that fills up while the jail is copied"],
  },
  {
    number: 12,
    title: "a full quota, no more inodes",
    how: "tar fails with the words of a quota",
    shown: [deploy, "a quota that is used up"],
  },
  {
    number: 13,
    title: "a damaged download",
    how: "the mirror cuts it short, or changes a byte",
    shown: [setup, "a download with another checksum"],
  },
  {
    number: 14,
    title: "a certificate that can't be verified",
    how: "fetch fails with its words",
    shown: [setup, "a mirror whose certificate can't be verified"],
  },
  {
    number: 15,
    title: "a clock that is wrong",
    how: "a server whose clock is two hours behind ours",
    shown: ["tasks/setup_test.ts", "setup() says when a server's clock is far from ours"],
  },
  {
    number: 16,
    title: "no names on the host",
    how: "the host's resolver knows none",
    shown: [setup, "a server that can't resolve names"],
  },
  {
    number: 17,
    title: "no names in the jail",
    how: "a migration asks for a name; an app's words recorded",
    shown: [deploy, "names that can't be resolved in the jail"],
  },
  {
    number: 18,
    title: "no way out of the jail",
    how: "pf is switched off, so nothing translates",
    shown: [deploy, "a jail that does not reach the outside"],
  },
  {
    number: 19,
    title: "rules that pf refuses",
    how: "pfctl -n fails with its words",
    shown: [setup, "rules that pf does not take"],
  },
  {
    number: 20,
    title: "a firewall of the admin's",
    how: "your own pf.conf",
    shown: [setupTest, "row 20: a firewall of the admin's is left alone, and the line to add is named"],
  },
  {
    number: 21,
    title: "the interface lo1 absent",
    how: "it is destroyed before a deploy",
    shown: [deploy, "the jails' interface gone"],
  },
  {
    number: 22,
    title: "a network that is in use",
    how: "the external interface has an address in it",
    shown: [refusals, "a network that the provider uses"],
  },
  {
    number: 23,
    title: "an address that is in use",
    how: "a jail of the admin's has the first one",
    healed: true,
    shown: [deployTest, inUse],
  },
  {
    number: 24,
    title: "a stale alias",
    how: "an address on lo1 without a jail",
    healed: true,
    shown: [deployTest, inUse],
  },
  {
    number: 25,
    title: "a jail that exists already",
    how: "jail -c fails with its words",
    shown: [deploy, "a jail that exists already"],
  },
  {
    number: 26,
    title: "a dying jail",
    why: "only a FreeBSD kernel keeps a jail that is dying",
  },
  {
    number: 27,
    title: "exec.stop fails or hangs",
    how: "jail -r fails with its words, the jail stays",
    shown: [deployTest, "row 27: a jail that does not end by itself is ended"],
  },
  {
    number: 28,
    title: "service jail start ends with 0 whatever happens",
    how: "it is never called; the words of a bad jail's file recorded",
    shown: [deployTest, cleared],
  },
  {
    number: 29,
    title: "a jail that vanishes after its start",
    how: "jail -c ends well and makes none",
    shown: [deploy, "a jail that vanishes after its start"],
  },
  {
    number: 30,
    title: "a mount left behind",
    how: "a directory is mounted in the old jail's tree",
    healed: true,
    shown: [deployTest, cleared],
  },
  {
    number: 31,
    title: "a mount stacked twice",
    how: "devfs upon devfs",
    healed: true,
    shown: [deployTest, cleared],
  },
  {
    number: 32,
    title: "a mount that is busy",
    how: "a process has its directory there",
    shown: [deployTest, busy],
  },
  {
    number: 33,
    title: "immutable files",
    how: "schg on a file of the old jail",
    shown: [deployTest, cleared],
  },
  {
    number: 34,
    title: "a volume still mounted at a delete",
    how: "the busy mount holds a file of the admin's",
    shown: [deployTest, busy],
  },
];
