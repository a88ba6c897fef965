// The facts that only `doctor` asks for, read for real.

import { assertEquals } from "@std/assert";
import { askUpdates, doctorProbe } from "../../../../lib/commands/server/doctor.ts";
import { parseSections } from "../../../../lib/commands/server/probe.ts";
import { parseDoctor } from "../../../../lib/doctor/seen.ts";
import { parseFacts } from "../../../../lib/server/parse_facts.ts";
import { raw } from "../../../../lib/core/sh.ts";
import { playground } from "../../../playground.ts";

const says: Readonly<Record<string, string>> = {
  uname: "case $1 in -s) echo FreeBSD ;; -r) echo 14.3-RELEASE-p5 ;; *) echo amd64 ;; esac",
  ifconfig: String
    .raw`[ "$1" != -a ] || printf 'vtnet0: flags=8863<UP>\n\tinet 203.0.113.7 netmask 0xffffff00\n\tinet6 2001:db8::7 prefixlen 64\nlo0:\n\tinet 127.0.0.1\n\tinet6 fe80::1%%lo0\n'`,
  pgrep: 'case "$*" in *ntpd | *cron) echo 7 ;; *) exit 1 ;; esac',
  pfctl: `case "$*" in '-s nat') echo 'nat on vtnet0' ;; -nf*) echo "$2:3: syntax error" >&2; exit 1 ;; esac`,
  kldstat: '[ "$3" = pf ]',
  du: `case "$*" in "-skx "*/app) echo "90 x" ;; *) echo "1200 x" ;; esac`,
  stat: '[ "$*" != "-f %z"* ] || shift 2; for f; do wc -c <"$f"; done',
  df: `case $1 in -i) echo '/dev/a 10 5 5 6% 13 1313 1% /' ;; *) echo '/dev/a 1024 512 256 1% /' ;; esac`,
  openssl: `case $1 in s_client) echo cert ;; *) echo 'notAfter=Jan 11 12:00:00 2026 GMT' ;; esac`,
  fetch: `echo "fetch: $6: Not Found" >&2; exit 1`,
  ps: "echo 0",
  "freebsd-version": "echo 14.3-RELEASE-p6",
  sysctl: "[ $# -ne 4 ] || printf '%s: 7\\n' \"$@\"",
  dmesg:
    "printf 'em0: up\\n<3>pid 7 (a b), jid 4, uid 1, was killed: x\\npid 8 (c), jid 4, uid 1, was killed: y\\n'",
};

Deno.test("doctorProbe() runs for real, and parseDoctor() understands it", async () => {
  await using place = await playground();
  for (const [name, text] of Object.entries(says)) await place.program(name, text);
  await place.program("sysrc", `echo ${place.at("/etc/pf.conf")}`);
  await place.write("/etc/pf.conf", "nonsense\n");
  await place.write("/etc/login.conf", "default:\\\n\t:umask=027:\\\n\t:lang=C.UTF-8:\n");
  await place.write("/usr/local/bin/caddy", "#!/bin/sh\necho 'Error: Caddyfile:1 - no' >&2; exit 1\n", 0o755);
  await place.write("/usr/local/etc/caddy/Caddyfile", "nonsense\n");
  const version = 'USERLAND_VERSION="14.3-RELEASE-p2"\n';
  for (const tree of ["/jails/.templates/14.3-RELEASE", "/jails/shop_blue"]) {
    await place.write(`${tree}/.alcaide`, "mark\n");
    await place.write(
      `${tree}/bin/freebsd-version`,
      `#!/bin/sh\n${version}touch ${place.at("/was-run")}\n`,
      0o755,
    );
  }
  await place.write("/jails/shop_blue/etc/resolv.conf", "search x\nnameserver 9.9.9.9\nnameserver ::1\n");
  await place.write("/jails/shop_blue/app/file", "");
  await place.write("/jails/foreign/bin/freebsd-version", version);
  const release = "/var/db/alcaide/apps/shop/releases/1";
  await place.write(`${release}/artifact`, "12345");
  await place.write(`${release}/env`, "SECRET=1\n", 0o644);
  await place.write("/var/db/alcaide/apps/shop/releases/2/env", "SECRET=1\n", 0o600);
  const names = ["shop.example.com"];
  const spec = {
    basePath: "/jails",
    app: "shop",
    mirror: "https://mirror/releases",
    freebsd: undefined,
    names,
  };
  const { stdout } = await place.run(doctorProbe(spec));
  const sections = parseSections(stdout.replaceAll(place.root, ""));
  assertEquals(parseDoctor((name) => sections.get(name) ?? ""), {
    running: "14.3-RELEASE-p5",
    addresses: ["203.0.113.7", "2001:db8::7"],
    daemons: ["ntpd", "cron"],
    umask: "027",
    nat: ["nat on vtnet0"],
    pfCheck: ["checked", "/etc/pf.conf:3: syntax error"],
    resolvers: new Map([["/jails/shop_blue", ["9.9.9.9", "::1"]]]),
    openSecrets: [`${release}/env`],
    sizes: new Map([["/jails/shop_blue", 1200 * 1024], ["/jails/shop_blue/app", 90 * 1024]]),
    artifact: 5,
    freeInodes: 1313,
    stateDisk: { device: "/dev/a", free: 256 * 1024 },
    caddyfileProblem: "Error: Caddyfile:1 - no",
    caddyUser: "0",
    certificates: new Map([["shop.example.com", Date.parse("2026-01-11T12:00:00Z")]]),
    mirror: "fetch: https://mirror/releases/MANIFEST: Not Found",
    latest: undefined,
    memory: 7,
    swap: 7,
    openFiles: 7,
    mostFiles: 7,
    killed: "pid 8 (c), jid 4, uid 1, was killed: y",
  });
  assertEquals(
    [...parseFacts(stdout.replaceAll(place.root, ""), "/jails").versions],
    ["/jails/.templates/14.3-RELEASE", "/jails/shop_blue"].map((path) => [path, "14.3-RELEASE-p2"]),
  );
  // A program in a jail is its root's.
  assertEquals(await place.read("/was-run"), undefined);
});

const told = (level: number) => `freebsd-update|amd64|14.3-RELEASE|${level}|${"0".repeat(64)}|1800000000\n`;
const updates: readonly { name: string; tag: string; print?: string; says: string }[] = [
  { name: "the latest level of the server's release", tag: told(7), says: "14.3-RELEASE 7\n" },
  { name: "nothing of another release", tag: told(7).replace("14.3", "14.2"), says: "" },
  { name: "nothing where the key is not the trusted one", tag: told(7), print: "0".repeat(64), says: "" },
];
for (const { name, tag, print, says } of updates) {
  Deno.test(`askUpdates reads ${name} from a signed answer, and leaves nothing`, async () => {
    await using place = await playground();
    await place.write("/tag", tag);
    await place.write("/tmp/empty", "");
    await place.write("/made/14.3-RELEASE/amd64/x", "");
    const made = place.at("/made/14.3-RELEASE/amd64");
    const { stdout: hash, stderr } = await place.run(
      raw(
        `cd ${made} && openssl genrsa -out key 1024 2>/dev/null && openssl rsa -in key -pubout -out pub.ssl 2>/dev/null &&
openssl rsautl -sign -inkey key -in ${place.at("/tag")} -out latest.ssl 2>/dev/null && sha256 -q pub.ssl`,
      ),
    );
    await place.write(
      "/etc/freebsd-update.conf",
      `KeyPrint ${print ?? hash.trim()}\nServerName update.example.org\n`,
    );
    await place.program("uname", "echo amd64");
    await place.program("freebsd-version", "echo 14.3-RELEASE-p6");
    await place.program("mktemp", `exec /bin/mktemp -d ${place.at("/tmp/x.XXXX")}`);
    await place.program(
      "fetch",
      `cp "${place.at("/made")}\${4#http://update.example.org}" . && echo "$4" >>${place.at("/asked")}`,
    );
    const { stdout } = await place.run(askUpdates);
    assertEquals([stderr, stdout, await place.names("/tmp")], ["", says, ["empty"]]);
  });
}

Deno.test("askUpdates believes no answer that is not signed, and says nothing where nobody answers", async () => {
  await using place = await playground();
  await place.write("/etc/freebsd-update.conf", "KeyPrint x\nServerName update.example.org\n");
  await place.program("freebsd-version", "echo 14.3-RELEASE-p6");
  await place.program("sha256", "echo x");
  await place.program("fetch", `printf '%s' '${told(9)}' >"\${4##*/}"`);
  assertEquals((await place.run(askUpdates)).stdout, "");
  await place.program("fetch", "exit 1");
  assertEquals((await place.run(askUpdates)).stdout, "");
  await Deno.remove(place.at("/etc/freebsd-update.conf"));
  assertEquals((await place.run(askUpdates)).stdout, "");
});
