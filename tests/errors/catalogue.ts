/** What is known to go wrong on FreeBSD servers, and which test shows what the program says then. */

/** One known trouble: shown by a test, or left out with the reason. */
export type Row =
  & {
    readonly number: number;
    readonly title: string;
  }
  & (
    | {
      /** How it is brought about here. */
      readonly how: string;
      /** The file below `tests/` that has the test's name, and the name. */
      readonly shown: readonly [file: string, name: string];
    }
    | {
      /** Why it isn't shown. */
      readonly why: string;
    }
  );

const refusals = "errors/setup_refusals.ts";
const setup = "errors/setup_failures.ts";
const deploy = "errors/deploy_failures.ts";
const deployTest = "e2e/errors_deploy_test.ts";
const setupTest = "e2e/errors_setup_test.ts";
const said = "errors/said.ts";
const bad = "e2e/bad_release_test.ts";
const check = "tasks/explain_check_test.ts";
const cleared = "row 28, 30, 31, 33, 62: what an older jail left behind is cleared away";
const inUse = "row 23, 24, 44, 57: an address in use is passed over, a stale one is no harm";
const busy = "row 32, 34: what is in use is neither unmounted nor deleted";

/** All of them. */
export const catalogue: readonly Row[] = [
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
    how: "jail.freebsd 14.3 on 13.2; the kernel's words recorded",
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
    why: "the words of doas are shown, but the hint names the rule only, not owner and mode",
  },
  {
    number: 8,
    title: "csh as login shell",
    how: "root's shell is csh, and so is a stranger to our scripts",
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
    why: "the server's clock is read but not compared; what follows from it, row 14, names the clock",
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
    how: "a pf.conf of one's own",
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
    shown: [deployTest, inUse],
  },
  {
    number: 24,
    title: "a stale alias",
    how: "an address on lo1 without a jail",
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
    shown: [deployTest, cleared],
  },
  { number: 31, title: "a mount stacked twice", how: "devfs upon devfs", shown: [deployTest, cleared] },
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
  {
    number: 35,
    title: "ZFS busy, clones",
    how: "words of zfs recorded",
    shown: [said, "a snapshot with clones"],
  },
  {
    number: 36,
    title: "a base path that is no dataset although there is a pool",
    how: "zfs names the file system above, so trees are copied",
    shown: ["lib/facts_test.ts", "a dataset that is mounted above"],
  },
  {
    number: 37,
    title: "pkg locked",
    how: "pkg fails with its words",
    shown: [setup, "another pkg at work"],
  },
  {
    number: 38,
    title: "pkg not there yet",
    how: "a fresh host",
    shown: [setupTest, "row 38: pkg, which is not there yet, is brought in"],
  },
  {
    number: 39,
    title: "a package missing or renamed",
    how: "words of pkg recorded",
    shown: [said, "a package of another name"],
  },
  {
    number: 40,
    title: "packages for another FreeBSD",
    how: "pkg fails with its words",
    shown: [setup, "packages for a newer FreeBSD"],
  },
  {
    number: 41,
    title: "port 80 or 443 taken",
    how: "nc listens",
    shown: [refusals, "port 80 taken by another program"],
  },
  {
    number: 42,
    title: "a Caddyfile that Caddy refuses",
    how: "an unknown directive",
    shown: [deployTest, "row 42: a Caddyfile that Caddy does not take is left as it was"],
  },
  {
    number: 43,
    title: "Caddy's admin address out of reach",
    how: "caddy reload fails with its words",
    shown: [deployTest, "row 43: Caddy's admin address does not answer"],
  },
  {
    number: 44,
    title: "a directive that an older Caddy refuses",
    how: "Caddy 2.6 on the host, and the site file without it",
    shown: [deployTest, inUse],
  },
  {
    number: 45,
    title: "a certificate that is not issued",
    how: "a name that does not lead here, an authority on the host",
    shown: ["e2e/tls_test.ts", "a name that doesn't lead here is a warning, and the release is live"],
  },
  {
    number: 46,
    title: "a release built for another platform",
    how: "the words of FreeBSD's kernel and linker recorded: Linux has others",
    shown: [said, "a release for another system"],
  },
  {
    number: 47,
    title: "another OpenSSL",
    how: "words of Erlang recorded",
    shown: [said, "another OpenSSL"],
  },
  {
    number: 48,
    title: "an app that binds IPv6 only",
    how: "the test app does",
    shown: [bad, "binds IPv6 only"],
  },
  {
    number: 49,
    title: "an app that ends again and again",
    how: "the test app does",
    shown: [bad, "exits at once"],
  },
  {
    number: 50,
    title: "a variable that is missing",
    how: "the test app says so",
    shown: [bad, "misses a variable"],
  },
  {
    number: 51,
    title: "a check that is well by mistake",
    how: "an answer of another process",
    shown: [check, "a program of the server"],
  },
  {
    number: 52,
    title: "a migration that fails",
    how: "its command ends with 1",
    shown: [bad, "a failing migration stops the deploy with the old release serving"],
  },
  {
    number: 53,
    title: "a database out of reach",
    how: "a migration is refused; words of PostgreSQL recorded",
    shown: [deploy, "a database that refuses"],
  },
  {
    number: 54,
    title: "initdb without shared memory",
    how: "words of PostgreSQL recorded",
    shown: [said, "a database without shared memory"],
  },
  {
    number: 55,
    title: "a volume's wrong owner",
    how: "words of PostgreSQL recorded",
    shown: [said, "a volume of somebody else"],
  },
  {
    number: 56,
    title: "/tmp without exec",
    why: "the test host mounts nothing noexec; scripts are fed on standard input and never lie in /tmp",
  },
  {
    number: 57,
    title: "/tmp or the logs' directory missing",
    how: "both are removed before a deploy",
    shown: [deployTest, inUse],
  },
  {
    number: 58,
    title: "a connection that is lost",
    how: "the session is killed in the middle of a step",
    shown: [deployTest, "row 58: a connection that is lost in the middle"],
  },
  {
    number: 59,
    title: "two deploys at once",
    how: "both are started",
    shown: ["e2e/interrupted_test.ts", "a second deploy at the same time is told who deploys"],
  },
  {
    number: 60,
    title: "a host key unknown or changed",
    how: "known_hosts says something else",
    shown: [
      "lib/transport/ssh_trust_test.ts",
      "a changed key is refused with file and line, and nobody is asked",
    ],
  },
  {
    number: 61,
    title: "a rollback's target gone",
    how: "a release that is not kept is named",
    shown: ["e2e/rollback_test.ts", "a release that isn't kept is refused by name"],
  },
  {
    number: 62,
    title: "both slots run",
    how: "the retired jail is started by hand",
    shown: [deployTest, cleared],
  },
  {
    number: 63,
    title: "a reboot in the middle",
    how: "the power is cut during a deploy",
    shown: ["e2e/boot_test.ts", "a reboot at any moment brings the live release back"],
  },
  {
    number: 64,
    title: "no memory",
    how: "a program is killed",
    shown: [deploy, "a server without memory, which kills a program"],
  },
  {
    number: 65,
    title: "too many open files",
    how: "words of the system and of Erlang recorded",
    shown: [said, "too many open files"],
  },
];
