// Problems of the app's jail, its build and its scripts, and of what follows them.

import { assertEquals } from "@std/assert";
import { secret } from "../../../lib/core/secret.ts";
import { complaints } from "./base.ts";

/** A change of a good configuration, and its message. */
const cases: readonly (readonly [changes: Record<string, unknown>, ...said: string[]])[] = [
  [{ jail: 3 }, "jail: it is 3 (Give a record such as { port: 4000 })"],
  [
    { jail: { address: 1, port: 4000 } },
    "jail.address: there is no such field (Known: basePath, freebsd, kind, mirror, nameservers, packages, port and subnet)",
  ],
  [
    { jail: { basePath: "jails" } },
    'jail.basePath: "jails" is not an absolute path (Give a path that begins with "/")',
  ],
  [{ jail: { basePath: "/a/../b/" } }, 'jail.basePath: "/a/../b/" isn\'t written plainly (Write "/b")'],
  [
    { jail: { basePath: "/my jails" } },
    'jail.basePath: "/my jails" has the character " ", which jail.conf or fstab can\'t hold (Use letters, digits and / _ . @ + = , -)',
  ],
  [
    { jail: { basePath: `/${"a".repeat(200)}` } },
    "jail.basePath: it is longer than 200 characters (Use a shorter path)",
  ],
  [
    { jail: { basePath: "/usr/local/etc/x" } },
    "jail.basePath: /usr/local/etc belongs to the system (Choose a directory of its own, such as /jails)",
  ],
  [
    { jail: { basePath: "/tmp/jails" } },
    "jail.basePath: /tmp may be emptied at any boot (Choose a directory of its own, such as /jails)",
  ],
  [{ jail: { freebsd: "14.3" } }, 'jail.freebsd: "14.3" isn\'t written in full (Write "14.3-RELEASE")'],
  [
    { jail: { freebsd: "14.3-RELEASE-p2" } },
    `jail.freebsd: "14.3-RELEASE-p2" names a patch level (Write "14.3-RELEASE": setup brings jails to the server's patch level)`,
  ],
  [{ jail: { freebsd: "new" } }, 'jail.freebsd: "new" is not a version (Give one such as "14.3-RELEASE")'],
  [{ jail: { port: "4000" } }, 'jail.port: it is "4000" (Give a whole number from 1 to 65535)'],
  [
    { jail: { subnet: "8.8.8.0/24" } },
    "jail.subnet: 8.8.8.0/24 isn't private (Give a private IPv4 network from /16 to /28, such as 10.66.0.0/24)",
  ],
  [
    { jail: { subnet: "10.0.0.5/24" } },
    "jail.subnet: 10.0.0.5/24 isn't the network's first address (Write 10.0.0.0/24)",
  ],
  [
    { jail: { subnet: "10.0.0.0/30" } },
    "jail.subnet: /30 isn't from /16 to /28 (Give a private IPv4 network from /16 to /28, such as 10.66.0.0/24)",
  ],
  [
    { jail: { subnet: "10.0.0.300/24" } },
    'jail.subnet: "10.0.0.300/24" is not an IPv4 network (Give a private IPv4 network from /16 to /28, such as 10.66.0.0/24)',
  ],
  [
    { jail: { packages: "openssl" } },
    'jail.packages: it is "openssl" (Give a list of names such as ["openssl"])',
  ],
  [
    { jail: { packages: ["a b", "-x"] } },
    'jail.packages[0]: "a b" is not a package (Give its name as pkg search prints it, one per text)',
    'jail.packages[1]: "-x" is not a package (Give its name as pkg search prints it, one per text)',
  ],
  [{ jail: { packages: ["a", "a"] } }, "jail.packages[1]: it is the same as jail.packages[0] (Name it once)"],
  [
    { jail: { mirror: "nowhere" } },
    'jail.mirror: "nowhere" is not a URL (Give a URL that begins with "https://" or "http://")',
  ],
  [
    { jail: { mirror: "https://me:pw@a.org" } },
    "jail.mirror: it holds a user or password (Leave out the part before the @)",
  ],
  [
    { jail: { mirror: "https://a.org/?x" } },
    'jail.mirror: "https://a.org/?x" has a query or fragment (Leave out the part after ? or #)',
  ],
  [
    { jail: { mirror: "https://a.org/'" } },
    `jail.mirror: "https://a.org/'" has the character "'" (Write it as %XX)`,
  ],
  [
    { build: {} },
    'build: it has neither prebuilt nor command nor jail (Give { prebuilt: "dist" }, { command: "make", result: "dist" } or phoenix())',
  ],
  [
    { build: { command: "make" } },
    'build.result: it is missing (Give a path such as "dist" or "dist/shop.tar.gz")',
  ],
  [
    { build: { prebuilt: "a", command: "b" } },
    "build.command: it has no meaning beside prebuilt (Give one or the other)",
  ],
  [
    { build: { jail: { commands: ["make"] } } },
    'build.jail.result: it is missing (Give a path such as "dist")',
  ],
  [
    { build: { jail: { result: "../dist", caches: ["a/../b", "x//y"], timeout: 0 } } },
    'build.jail.result: "../dist" isn\'t below the source (Give a path such as "dist")',
    'build.jail.caches[0]: "a/../b" isn\'t below the source (Give a path such as "dist")',
    'build.jail.caches[1]: "x//y" isn\'t written plainly (Give a path such as "deps")',
    "build.jail.timeout: it is 0 (Give a whole number of seconds from 1 to 86400)",
  ],
  [
    { build: { jail: { result: "/etc", comands: [] } } },
    'build.jail.comands: there is no such field (Did you mean "commands"?)',
    'build.jail.result: "/etc" isn\'t below the source (Give a path such as "dist")',
  ],
  [
    { build: { jail: { result: "dist" }, prebuilt: "a", result: "b" } },
    "build.jail: it has no meaning beside prebuilt (Give one or the other)",
    "build.result: it has no meaning beside prebuilt (Give one or the other)",
  ],
  [
    { build: { command: "make", result: "dist", defaults: {} } },
    "build.defaults: it has no meaning beside command (Give one or the other)",
  ],
  [
    { build: { jail: { result: "dist" }, erlang: { node: "a b", module: "shop" }, defaults: { start: 1 } } },
    'build.erlang.node: "a b" can\'t name a node (Use letters, digits and underscores)',
    'build.erlang.module: "shop" is not a module (Give one such as "Shop.Release")',
    'build.defaults.start: it is 1 (Give a command such as "bin/shop start")',
  ],
  [
    {
      build: () => {
        throw new Error("no idea");
      },
    },
    "build: its function failed: no idea",
  ],
  [
    { build: { prebuilt: "a.zip" } },
    'build.prebuilt: "a.zip" is neither a directory nor a tarball (Use a directory, or a file that ends in .tar, .tar.gz, .tgz, .tar.xz or .tar.zst)',
  ],
  [
    { build: { prebuilt: "a\nb" } },
    "build.prebuilt: it has a control character (Give the path of a directory or tarball)",
  ],
  [{ start: "  " }, "start: it is blank (Give a command or leave it out)"],
  [{ start: ["a"] }, 'start: it is a list (Give a command such as "bin/shop start")'],
  [
    { migrate: "a\nb" },
    "migrate: it has more than one line (Join the commands with && or put them into a script)",
  ],
  [{ migrate: "a\0" }, "migrate: it has a NUL character (Remove it)"],
  [{ beforeStart: "a" }, 'beforeStart: it is "a" (Give a list of commands)'],
  [{ beforeStart: ["a", ""] }, 'beforeStart[1]: it is empty (Give a command such as "bin/shop start")'],
  [{ env: "A=1" }, 'env: it is a text (Give a record such as { PHX_HOST: "shop.example.com" })'],
  [
    { env: { "1A": "x" } },
    'env["1A"]: its name isn\'t one for a variable (Use letters, digits and underscores, no digit first)',
  ],
  [{ env: { A: true } }, 'env.A: it is true or false (Write it as text: "true")'],
  [
    { env: { A: undefined } },
    'env.A: it is undefined (Give it a value, such as Deno.env.get("NAME") ?? "default")',
  ],
  [{ env: { A: ["x"] } }, "env.A: it is a list (Give a text, a number or a secret)"],
  [{ env: { A: NaN } }, "env.A: it is a number (Give a text, a number or a secret)"],
  [{ env: { A: "\0" } }, "env.A: it has a NUL character (No variable can hold one)"],
  [
    { env: { PORT: "80" } },
    "env.PORT: it isn't jail.port, which is 4000 (Leave PORT out: it is set from jail.port)",
  ],
  [
    { env: { PORT: secret("4000") } },
    "env.PORT: it is a secret (Leave it out: it is set from jail.port)",
  ],
  [{ health: "/up" }, 'health: it is "/up" (Give a record such as { path: "/health" })'],
  [{ health: { path: "up" } }, 'health.path: "up" isn\'t absolute (Give a path that begins with "/")'],
  [
    { health: { path: "/a b" } },
    'health.path: "/a b" has a character that no request can hold (Write blanks and the like as %XX)',
  ],
  [
    { health: { status: [300, 200] } },
    "health.status: 300 is more than 200 (Give a status from 100 to 599, or a range such as [200, 399])",
  ],
  [
    { health: { status: "200" } },
    'health.status: it is "200" (Give a status from 100 to 599, or a range such as [200, 399])',
  ],
  [{ health: { timeout: 0 } }, "health.timeout: it is 0 (Give a number of seconds from 1 to 3600)"],
  [
    { health: { timeout: 5, interval: 6 } },
    "health.interval: it is longer than health.timeout, 5 (Use a smaller number)",
  ],
  [{ drain: -1 }, "drain: it is -1 (Give a number of seconds from 0 to 86400)"],
  [{ drain: "30" }, 'drain: it is "30" (Give a number of seconds from 0 to 86400)'],
  [{ drain: { sockets: "5m" } }, 'drain.sockets: it is "5m" (Give a number of seconds from 0 to 86400)'],
  [{ drain: { socket: 5 } }, 'drain.socket: there is no such field (Did you mean "sockets"?)'],
  [{ keep: { history: 5 } }, "keep.history: it is 5 (Give a whole number of records from 10 to 10000)"],
  [{ keep: { release: 5 } }, 'keep.release: there is no such field (Did you mean "releases"?)'],
  [{ keep: 1.5 }, "keep: it is 1.5 (Give a whole number of releases from 2 to 1000)"],
  [{ volumes: {} }, 'volumes: it is a record (Give a list of texts such as "/var/db/shop:/app/uploads")'],
  [
    { volumes: ["/data"] },
    'volumes[0]: it is "/data" (Give a host directory and one in the jail, such as "/var/db/shop:/app/uploads")',
  ],
  [
    { volumes: ["/a:/b:ro"] },
    'volumes[0]: "/a:/b:ro" has 3 parts (Give a host directory and one in the jail, such as "/var/db/shop:/app/uploads")',
  ],
  [
    { volumes: ["/jails/x:/data"] },
    "volumes[0]: the host directory /jails/x and the jails in /jails overlap (Choose a directory of its own, such as /var/db/shop)",
  ],
  [
    { volumes: ["/:/data"] },
    "volumes[0]: the host directory / and the jails in /jails overlap (Choose a directory of its own, such as /var/db/shop)",
  ],
  [
    { volumes: ["/var/db/alcaide/x:/data"] },
    "volumes[0]: /var/db/alcaide belongs to the system (Choose a directory of its own, such as /var/db/shop)",
  ],
  [
    { volumes: ["/tmp/x:/data"] },
    "volumes[0]: /tmp may be emptied at any boot (Choose a directory of its own, such as /var/db/shop)",
  ],
  [
    { volumes: ["/x:/app"] },
    "volumes[0]: in the jail /app holds the release itself (Choose another directory in the jail, such as /app/uploads or /data)",
  ],
  [
    { volumes: ["/x:/usr"] },
    "volumes[0]: in the jail /usr belongs to the system (Choose another directory in the jail, such as /app/uploads or /data)",
  ],
  [{ secretEnv: "A" }, 'secretEnv: it is "A" (Give a list of names such as ["DATABASE_URL"])'],
  [
    { secretEnv: ["A", "a.b", "A"] },
    'secretEnv[1]: "a.b" isn\'t a name for a variable (Use letters, digits and underscores, no digit first)',
    "secretEnv[2]: it is the same as secretEnv[0] (Name it once)",
  ],
  [
    { keyCommand: "a\nb" },
    "keyCommand: it has more than one line (Join the commands with && or put them into a script)",
  ],
  [
    { volumes: ["/x:/tmp"] },
    "volumes[0]: in the jail /tmp belongs to the system (Choose another directory in the jail, such as /app/uploads or /data)",
  ],
  [
    { volumes: ["/x:/data", "/y:/data/z"] },
    "volumes[1]: in the jail /data/z and /data overlap (Give each volume a directory of its own)",
  ],
];

for (const [changes, ...said] of cases) {
  Deno.test(`resolveConfig() refuses ${Deno.inspect(changes, { breakLength: Infinity, strAbbreviateSize: 60 })}`, () => {
    assertEquals(complaints(changes), said);
  });
}

Deno.test("resolveConfig() takes a field, not its neighbour, for wrong", () => {
  assertEquals(complaints({ volumes: ["/x:/data", "/y:/database", "/z:/app/data"] }), []);
});
