/** Failures of packages, Caddy and apps, and on the way there: rows 35 to 65. */

import type { Row } from "./catalogue.ts";

const refusals = "errors/setup_refusals.ts";
const setup = "errors/setup_failures.ts";
const deploy = "errors/deploy_failures.ts";
const deployTest = "e2e/errors_deploy_test.ts";
const setupTest = "e2e/errors_setup_test.ts";
const said = "errors/said.ts";
const bad = "e2e/bad_release_test.ts";
const check = "lib/hints/check_test.ts";
const cleared = "row 28, 30, 31, 33, 62: what an older jail left behind is cleared away";
const inUse = "row 23, 24, 44, 57: an address in use is passed over, a stale one is no harm";

/** All of them. */
export const appRows: readonly Row[] = [{
  number: 35,
  title: "ZFS busy, clones",
  how: "words of zfs recorded",
  shown: [said, "a snapshot with clones"],
}, {
  number: 36,
  title: "a base path that is no dataset although there is a pool",
  how: "a host as the installer makes it, with root on ZFS",
  healed: true,
  shown: ["e2e/zfs_root_test.ts", "setup makes it, marked, outside of the boot environment, and once"],
}, {
  number: 37,
  title: "pkg locked",
  how: "pkg fails with its words",
  shown: [setup, "another pkg at work"],
}, {
  number: 38,
  title: "pkg not there yet",
  how: "a fresh host",
  healed: true,
  shown: [setupTest, "row 38: pkg, which is not there yet, is brought in"],
}, {
  number: 39,
  title: "a package missing or renamed",
  how: "words of pkg recorded",
  shown: [said, "a package of another name"],
}, {
  number: 40,
  title: "packages for another FreeBSD",
  how: "pkg fails with its words",
  shown: [setup, "packages for a newer FreeBSD"],
}, {
  number: 41,
  title: "port 80 or 443 taken",
  how: "nc listens",
  shown: [refusals, "port 80 taken by another program"],
}, {
  number: 42,
  title: "a Caddyfile that Caddy refuses",
  how: "an unknown directive",
  shown: [deployTest, "row 42: a Caddyfile that Caddy does not take is left as it was"],
}, {
  number: 43,
  title: "Caddy's admin address out of reach",
  how: "caddy reload fails with its words",
  shown: [deployTest, "row 43: Caddy's admin address does not answer"],
}, {
  number: 44,
  title: "a directive that an older Caddy refuses",
  how: "Caddy 2.6 on the host, and the site file without it",
  shown: [deployTest, inUse],
}, {
  number: 45,
  title: "a certificate that is not issued",
  how: "a name that does not lead here, an authority on the host",
  shown: ["e2e/tls_test.ts", "a name that doesn't lead here is a warning, and the release is live"],
}, {
  number: 46,
  title: "a release built for another platform",
  how: "the words of FreeBSD's kernel and linker recorded: Linux has others",
  shown: [said, "a release for another system"],
}, {
  number: 47,
  title: "another OpenSSL",
  how: "words of Erlang recorded",
  shown: [said, "another OpenSSL"],
}, {
  number: 48,
  title: "an app that binds IPv6 only",
  how: "the test app does",
  shown: [bad, "binds IPv6 only"],
}, {
  number: 49,
  title: "an app that ends again and again",
  how: "the test app does",
  shown: [bad, "exits at once"],
}, {
  number: 50,
  title: "a variable that is missing",
  how: "the test app says so",
  shown: [bad, "misses a variable"],
}, {
  number: 51,
  title: "a check that is well by mistake",
  how: "an answer of another process",
  shown: [check, "a program of the server"],
}, {
  number: 52,
  title: "a migration that fails",
  how: "its command ends with 1",
  shown: [bad, "a failing migration stops the deploy with the old release serving"],
}, {
  number: 53,
  title: "a database out of reach",
  how: "a migration is refused; words of PostgreSQL recorded",
  shown: [deploy, "a database that refuses"],
}, {
  number: 54,
  title: "initdb without shared memory",
  how: "words of PostgreSQL recorded",
  shown: [said, "a database without shared memory"],
}, {
  number: 55,
  title: "a volume's wrong owner",
  how: "words of PostgreSQL recorded",
  shown: [said, "a volume of somebody else"],
}, {
  number: 56,
  title: "/tmp without exec",
  why: "the test host mounts nothing noexec; scripts are fed on standard input and never lie in /tmp",
}, {
  number: 57,
  title: "/tmp or the logs' directory missing",
  how: "both are removed before a deploy",
  healed: true,
  shown: [deployTest, inUse],
}, {
  number: 58,
  title: "a connection that is lost",
  how: "the session is killed in the middle of a step",
  shown: [deployTest, "row 58: a connection that is lost in the middle"],
}, {
  number: 59,
  title: "two deploys at once",
  how: "both are started",
  shown: ["e2e/interrupted_test.ts", "a second deploy at the same time is told who deploys"],
}, {
  number: 60,
  title: "a host key unknown or changed",
  how: "known_hosts says something else",
  shown: [
    "lib/transport/ssh/trust_test.ts",
    "a changed key is refused with file and line, and nobody is asked",
  ],
}, {
  number: 61,
  title: "a rollback's target gone",
  how: "a release that is not kept is named",
  shown: ["e2e/rollback_test.ts", "a release that isn't kept is refused by name"],
}, {
  number: 62,
  title: "both slots run",
  how: "the retired jail is started by hand",
  healed: true,
  shown: [deployTest, cleared],
}, {
  number: 63,
  title: "a reboot in the middle",
  how: "the power is cut during a deploy",
  shown: ["e2e/boot_test.ts", "a reboot at any moment brings the live release back"],
}, {
  number: 64,
  title: "no memory",
  how: "a program is killed",
  shown: [deploy, "a server without memory, which kills a program"],
}, {
  number: 65,
  title: "too many open files",
  how: "words of the system and of Erlang recorded",
  shown: [said, "too many open files"],
}];
