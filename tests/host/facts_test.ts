/**
 * What FreeBSD's manual pages and sources say and no recorded command shows: programs refuse what only Linux's know, and
 * fail with their own statuses and words.
 */
import { assertEquals } from "@std/assert";
import { hostUnavailable, startHost, type TestHost } from "./mod.ts";

/** A script, its exit status, and what its two outputs hold between them. */
type Fact = readonly [script: string, code: number, text: string];

const linuxOnly: readonly Fact[] = [
  ["stat -c %a /etc", 1, "stat: illegal option -- c"],
  ["date -d @0", 1, "date: illegal option -- d"],
  ["grep -P x /etc/hosts", 2, "usage: grep"],
  ["find /etc -printf %p", 1, "find: -printf: unknown primary or operator"],
  ["find /etc -perm /111", 1, "illegal mode string"],
  ["mktemp --suffix=.x", 1, "mktemp: illegal option -- -"],
  ["realpath -m /x/y", 1, "realpath: illegal option -- m"],
  ["readlink -e /etc", 1, "readlink: illegal option -- e"],
  ["ls --group-directories-first", 1, "ls: illegal option -- -"],
  ["cut --complement -c1 /etc/hosts", 1, "cut: illegal option -- -"],
  ["mkdir --parents /tmp/x", 64, "mkdir: illegal option -- -"],
  ["install --directory /tmp/x", 64, "install: illegal option -- -"],
  ["timeout --nosuch 1 true", 125, "usage: timeout"],
  ["head --lines=1 /etc/hosts", 1, "head: illegal option -- -"],
  ["sort --nosuch", 2, "sort: unrecognized option `--nosuch'"],
  ["which curl wget rsync jq", 1, ""],
  ["sha256sum --check /dev/null", 1, "sha256sum: illegal option -- -"],
];

const statuses: readonly Fact[] = [
  ["timeout 5 /nosuch", 127, "No such file or directory"],
  ["timeout 5 /etc/hosts", 126, "Permission denied"],
  // It waits for all that its command started, unless told not to.
  ["timeout 0.3 sh -c 'sleep 9 >/dev/null 2>&1 &'", 124, ""],
  ["timeout --foreground 5 sh -c 'sleep 1 >/dev/null 2>&1 &'", 0, ""],
  ["lockf -n -t 0 /tmp/none true", 69, "No such file or directory"],
  ["sha256 -c 00 /etc/hosts", 2, "[ Failed ]"],
  ["sysctl nosuch.name", 1, "sysctl: unknown oid 'nosuch.name'"],
  ["sysctl -n kern.init_shutdown_timeout", 0, "120"],
  ["sysctl net.inet.ip.forwarding=1", 0, "net.inet.ip.forwarding: 0 -> 1"],
  ["kldload nosuch", 1, "kldload: can't load nosuch: No such file or directory"],
  ["kldstat -q -m nosuch", 1, ""],
  ["pw groupshow nosuch", 65, "pw: unknown group `nosuch'"],
  ["freebsd-update --nosuch", 0, "usage: freebsd-update [options] command ..."],
  ["freebsd-update fetch </dev/null", 1, "freebsd-update fetch should not be run non-interactively."],
  [
    "freebsd-update -d /nosuch --not-running-from-cron fetch",
    1,
    "Directory does not exist or is not writable: /nosuch",
  ],
  [
    "mkdir /tmp/u; freebsd-update -d /tmp/u --not-running-from-cron fetch",
    1,
    "No mirrors remaining, giving up.",
  ],
  ["mkdir -p /tmp/u; freebsd-update -d /tmp/u install", 2, "No updates are available to install."],
  ["zfs create x/y", 1, "cannot create 'x/y': no such pool 'x'"],
  ["zfs list x", 1, "cannot open 'x': dataset does not exist"],
  ["zfs nosuch", 2, "unrecognized command 'nosuch'"],
  ["echo x > /tmp/f; mv /tmp/f /nosuch/f", 1, "mv: rename /tmp/f to /nosuch/f: No such file or directory"],
  ["install -o nosuch /etc/hosts /tmp/i", 64, "install: unknown user nosuch"],
];

const fetching: readonly Fact[] = [
  [
    "fetch -qo /nosuch/x http://10.0.2.2:8000/base.txz",
    1,
    "fetch: /nosuch/x: open(): No such file or directory",
  ],
  ["fetch -qo /tmp/t http://10.0.2.2:8000/truncated/base.txz", 1, "/tmp/t appears to be truncated"],
  ["fetch -q http://10.0.2.2:8000/error/base.txz", 1, "Internal Server Error"],
  ["fetch -T 1 -qo /tmp/s http://10.0.2.2:8000/stall/base.txz", 1, "fetch: transfer timed out"],
  ["fetch --no-verify -q http://10.0.2.2:8000/", 1, "fetch: unrecognized option `--no-verify'"],
];

Deno.test({
  name: "a test host's programs are as strict as FreeBSD's",
  ignore: hostUnavailable() !== undefined,
  async fn(t) {
    await using host = await startHost();
    await t.step("options of Linux are refused", () => check(host, linuxOnly));
    await t.step("failures have FreeBSD's statuses and words", () => check(host, statuses));
    await t.step("fetch tells what went wrong", () => check(host, fetching));
  },
});

async function check(host: TestHost, facts: readonly Fact[]): Promise<void> {
  const wrong: string[] = [];
  for (const [script, code, text] of facts) {
    const result = await host.shell(script);
    const said = result.stdout + result.stderr;
    const right = text === "" ? said === "" : said.includes(text);
    if (result.code !== code || !right) wrong.push(`${script}: ${result.code} ${said.trim()}`);
  }
  assertEquals(wrong, []);
}
