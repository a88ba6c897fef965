// A part that fails ends the whole, wherever it stands: every maker's text runs with each of its parts failing in turn.

import { assertEquals } from "@std/assert";
import { searchPath } from "../../../lib/commands/app/app.ts";
import { standIn } from "../../stand_in.ts";
import { until } from "../transport/ssh/sshd.ts";
import { all } from "./every_command.ts";

/** Programs that run really; all others only write down that they ran. */
const real = "awk basename cat date dirname grep head ls mkdir sed sort tail tee tr uname wc".split(" ");
const known =
  `rm chmod chown chflags id install mv cp ln tar touch pw zfs kldload kldstat sysrc ifconfig pfctl service mount umount
  nc sockstat ps pgrep pkg openssl su psql pg_isready initdb postgres pg_restore pg_dump redis-cli caddy stat pwait df
  freebsd-version netstat route realpath find flock`.split(/\s+/);
/** Behind its options, lockf's file and jexec's jail: the command. */
const runsRest =
  `while :; do case $1 in -t | -U) shift 2 ;; -*) shift ;; *) break ;; esac; done; shift; exec "$@"`;
const programs: Readonly<Record<string, string>> = {
  ...Object.fromEntries(known.map((name) => [name, ""])),
  lockf: runsRest,
  jexec: runsRest,
  timeout: `[ "$1" != -k ] || shift 2; shift; exec "$@"`,
  env: `while :; do case $1 in *=*) shift ;; *) break ;; esac; done; exec "$@"`,
  jls: `[ -e "$ROOT/running" ]`,
  jail: `case " $* " in *" -c "*) : >"$ROOT/running" ;; *) /bin/rm -f "$ROOT/running" ;; esac`,
  mktemp: `echo "$ROOT/tmp/made"`,
  fetch: `while [ "$1" != -o ]; do shift; done; printf 'base.txz\\tabc\\n' >"$2"`,
  sha256: "echo abc",
};

/** These do more when a part fails: they clean up, try again, or have work in the background. The whole fails nevertheless. */
const goOn =
  /^(doWork|makeTemplate|applySite|trySite|addImport|buildInJail|stopBuild|makeImage|upgradeAccessory|configureAccessory \w+ again)\b/;

/** It tries, and goes on in any case. */
const inAnyCase = "deleteUnused";

const host = new URL("../../../.cache/testhost/", import.meta.url).pathname;

/** BusyBox, where the test host has been prepared. */
async function busybox(): Promise<string | undefined> {
  const systems = await Array.fromAsync(Deno.readDir(host)).catch(() => []);
  const paths = systems.map(({ name }) => `${host}${name}/bin/busybox`);
  const there = await Promise.all(paths.map((path) => Deno.stat(path).then(() => true, () => false)));
  return paths[there.indexOf(true)];
}

/** Ends of parts, as script() and inShell() write them. */
const ends = /\n([})] \|\| exit \$\?)/;

class Place {
  constructor(readonly root: string) {}

  static async make(shell: string): Promise<Place> {
    const root = await Deno.makeTempDir({ prefix: "alcaide-parts-" });
    await Deno.mkdir(`${root}/bin`);
    await Deno.symlink(shell, `${root}/bin/sh`);
    for (const name of real) {
      const path = [`/usr/bin/${name}`, `/bin/${name}`].find((path) => exists(path));
      if (path !== undefined) await Deno.symlink(path, `${root}/bin/${name}`);
    }
    for (const [name, text] of Object.entries(programs)) {
      await standIn(`${root}/bin/${name}`, `echo ${name} >>"$LOG"; ${text}`);
    }
    // Parts in the background call it, too: it says nothing.
    await standIn(`${root}/bin/sleep`, "");
    return new Place(root);
  }

  /** Runs a text from the same beginning, and gives its status and what it did, in order. */
  async run(text: string, running: boolean, failing = 0): Promise<{ code: number; did: string[] }> {
    const { root } = this;
    for (const { name } of Deno.readDirSync(root)) {
      if (name !== "bin") await removed(`${root}/${name}`);
    }
    for (const [path, content] of Object.entries(filesOf(running))) {
      await Deno.mkdir(`${root}${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.writeTextFile(`${root}${path}`, content);
    }
    for (const name of ["usr/sbin", "usr/local/bin"]) {
      await Deno.mkdir(`${root}/${name}`.replace(/\/[^/]*$/, ""), { recursive: true });
      await Deno.symlink(`${root}/bin`, `${root}/${name}`);
    }
    const { code } = await new Deno.Command(`${root}/bin/sh`, {
      args: ["-c", `${text}\n`],
      cwd: root,
      stdin: "null",
      stdout: "null",
      stderr: "null",
      clearEnv: true,
      env: { ROOT: root, LOG: `${root}/log`, PATH: `${root}/bin`, FAILING: String(failing) },
    }).output();
    return { code, did: Deno.readTextFileSync(`${root}/log`).split("\n").slice(0, -1) };
  }

  /** A text with our paths, which says where its parts end. Debian's shell does not know pipefail. */
  prepare(text: string): string {
    let count = 0;
    return text.replaceAll(searchPath, `${this.root}/bin`)
      .replaceAll(/(?<![\w.$}])\/(usr|var|etc|jails|data|tmp|app|build|x|it|bin\/sh)\b/g, `${this.root}$&`)
      .replaceAll("set -o pipefail\n", "")
      .replaceAll(new RegExp(ends, "g"), (_, end) => {
        count++;
        return `\nended=$?; echo "end ${count} $ended" >>"$LOG"; [ "$FAILING" != ${count} ] && [ $ended -eq 0 ]\n${end}`;
      });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await removed(this.root);
  }
}

/** Removes a tree; what a text has left in the background may still write there. */
async function removed(path: string): Promise<void> {
  const attempt = () =>
    Deno.remove(path, { recursive: true }).then(() => true, (error) => error instanceof Deno.errors.NotFound);
  await until(attempt, `${path} is removed`);
}

/** A server on which jails run, or none does yet. */
function filesOf(running: boolean): Record<string, string> {
  return {
    "/log": "",
    "/tmp/made": "",
    "/var/db/alcaide/apps/shop/fence": "7\n",
    "/var/db/alcaide/apps/shop/releases/7-1a2b3c4/env": "A='1'\n",
    "/etc/resolv.conf": "nameserver 9.9.9.9\n",
    "/app/x": "",
    "/build/source/x": "",
    "/usr/local/etc/alcaide/env": "A='1'\n",
    ...running
      ? { "/running": "", "/usr/local/etc/alcaide/live/other/blue-1-a": "" }
      : { "/jails/shop_blue/.alcaide": "shop_blue\n" },
  };
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** One of each maker, and those that have more parts than its first. */
const chosen = new Set([
  ...new Map(all.toReversed().map(([name]) => [name.split(" ")[0], name])).values(),
  "configureAccessory service again",
  "makeTemplate on ZFS",
  "copyTemplate on ZFS",
  "deleteTree on ZFS",
]);

for (const [program, shell] of [["sh", "/bin/sh"], ["BusyBox", await busybox()]] as const) {
  Deno.test({
    name: `a script ends at each part that fails, in ${program}`,
    ignore: shell === undefined,
    fn: async (context) => {
      await using place = await Place.make(shell ?? "");
      for (const [name, command] of all) {
        if (!ends.test(command.text) || !chosen.has(name) || name === inAnyCase) continue;
        await context.step(name, () => failEach(place, name, place.prepare(command.text)));
      }
    },
  });
}

async function failEach(place: Place, name: string, text: string): Promise<void> {
  const tried = new Set<number>();
  for (const running of [false, true]) {
    const { did } = await place.run(text, running);
    const parts = did.flatMap((one) => (one.startsWith("end ") ? [Number(one.split(" ")[1])] : []));
    for (const part of new Set(parts)) {
      if (tried.has(part)) continue;
      tried.add(part);
      const failed = await place.run(text, running, part);
      const at = failed.did.findIndex((one) => one.startsWith(`end ${part} `));
      // The parts that it is in end with it, and fail.
      const after = failed.did.slice(at + 1).filter((one) => !/^end \d+ [1-9]/.test(one));
      const wrong = failed.code === 0 || (after.length > 0 && !goOn.test(name));
      assertEquals(wrong ? { part, after, code: failed.code, text } : "ends", "ends");
    }
  }
}
