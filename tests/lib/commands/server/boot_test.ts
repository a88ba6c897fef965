import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { bootText, installBootScript } from "../../../../lib/commands/server/boot.ts";
import {
  accessoryFile,
  accessoryHealth,
  bootScript,
  fstabFile,
  jailFile,
  jailsDir,
  liveDir,
  liveRoot,
} from "../../../../lib/commands/paths.ts";
import { askDisk } from "../../../../lib/commands/jail/jail.ts";
import { raw } from "../../../../lib/core/sh.ts";
import { type Playground, playground } from "../../../playground.ts";
import { bashisms, syntaxError } from "../../../shell.ts";

/** The boot script in a place where shop is live in green and blog in blue, which runs already. */
async function server(): Promise<Playground> {
  const place = await playground();
  await place.write(`${liveDir("shop")}/green-7-1a2b3c4`, "");
  await place.write(`${liveDir("blog")}/blue-1-1a2b3c4`, "");
  await place.program("jls", `[ "$2" = blog_blue ] || grep -q -- "-c $2$" ${place.at("/calls")} 2>/dev/null`);
  await place.program("jail", `echo "$@" >>${place.at("/calls")}`);
  await place.program("ifconfig", "exit 0");
  return place;
}

async function service(place: Playground, verb: string, rc = ":") {
  const text = bootText()
    .replace(". /etc/rc.subr", `load_rc_config() { ${rc || ":"}; }; warn() { echo "WARNING: $*" >&2; }`)
    .replace('run_rc_command "$1"', `alcaide_${verb}`);
  const ended = await place.run(raw(text));
  return { ...ended, calls: (await place.read("/calls") ?? "").replaceAll(place.root, "") };
}

Deno.test("bootText() is a script for sh", async () => {
  assertEquals([await syntaxError(bootText()), bashisms(bootText())], ["", []]);
});

Deno.test("bootText() starts the jails that have traffic and don't run", async () => {
  await using place = await server();
  assertEquals((await service(place, "start")).calls, `-f ${jailsDir}/shop_green.conf -c shop_green\n`);
});

Deno.test("bootText() starts jails that make files which others can read, whoever starts them", async () => {
  await using place = await server();
  await place.program("jail", `umask >>${place.at("/calls")}`);
  const before = Deno.umask(0o077);
  try {
    assertEquals((await service(place, "start")).calls, "0022\n");
  } finally {
    Deno.umask(before);
  }
});

Deno.test("bootText() starts accessories first, waits until they are well, and stops them last", async () => {
  await using place = await server();
  for (const name of ["shop_db", "blog_db"]) {
    await place.write(accessoryFile(name), "{}");
    // Well at the second look.
    await place.write(
      accessoryHealth(name),
      `echo look ${name} >>${place.at("/calls")}; [ -f ${place.at("/well")} ] || { : >${
        place.at("/well")
      }; exit 1; }`,
    );
  }
  assertEquals((await service(place, "start")).calls.split("\n"), [
    `-f ${jailsDir}/blog_db.conf -c blog_db`,
    `-f ${jailsDir}/shop_db.conf -c shop_db`,
    "look blog_db",
    "look blog_db",
    "look shop_db",
    `-f ${jailsDir}/shop_green.conf -c shop_green`,
    "",
  ]);
  await place.program("jls", "exit 0");
  await Deno.remove(place.at("/calls"));
  const stopped = (await service(place, "stop")).calls.match(/-r \S+/g) ?? [];
  // Side by side, so their order is free.
  const sorted = [stopped.slice(0, 2).sort(), stopped.slice(2).sort()];
  assertEquals(sorted, [["-r blog_blue", "-r shop_green"], ["-r blog_db", "-r shop_db"]]);
});

for (
  const [rc, init, apps, accessories] of [
    ["", "echo 120", 80, 110],
    ["rcshutdown_timeout=90", "echo 120", 50, 80],
    ["rcshutdown_timeout=900", "echo 120", 80, 110],
    ["rcshutdown_timeout=900", "echo 960", 860, 890],
    ["rcshutdown_timeout=90", "exit 1", 50, 80],
    ["rcshutdown_timeout=20", "echo 120", 1, 10],
  ] as const
) {
  Deno.test(`bootText() ends in time for a shutdown: ${rc || "no limit of rc's"}, init's ${init}`, async () => {
    await using place = await server();
    await place.write(accessoryFile("shop_db"), "{}");
    await place.program("jls", '[ "$2" = blog_blue ] || [ "$2" = shop_db ]');
    await place.program("sysctl", init);
    await place.program("date", "echo 1000");
    await place.program("timeout", `echo "$1" >>${place.at("/calls")}`);
    assertEquals((await service(place, "stop", rc)).calls, `${apps}\n${accessories}\n`);
  });
}

Deno.test("bootText() starts the apps although an accessory never says how it is", async () => {
  await using place = await server();
  await place.write(accessoryFile("shop_db"), "{}");
  await place.write(accessoryHealth("shop_db"), "exec sleep 20");
  // A wait with a limit takes a moment.
  await place.program(
    "timeout",
    `while [ "\${1#-}" != "$1" ]; do shift 2; done; shift
"$@" & child=$!; sleep 0.1; kill "$child"; exit 124`,
  );
  const began = Date.now();
  assertEquals((await service(place, "start")).calls.split("\n"), [
    `-f ${jailsDir}/shop_db.conf -c shop_db`,
    `-f ${jailsDir}/shop_green.conf -c shop_green`,
    "",
  ]);
  assert(Date.now() - began < 15_000);
});

/** The files of a jail with one mount. */
async function jailFiles(place: Playground, name: string, host: string): Promise<void> {
  await place.write(jailFile(name), `${name} {\n  path = "${place.at(`/jails/${name}`)}";\n}\n`);
  await place.write(fstabFile(name), `${place.at(host)} /jails/${name}/data nullfs rw 0 0\n`);
  await place.write(`/jails/${name}/.alcaide`, name);
}

Deno.test("bootText() starts the apps although an accessory's jail does not start, and names it", async () => {
  await using place = await server();
  await place.write(accessoryFile("shop_db"), "{}");
  await place.write(accessoryHealth("shop_db"), `echo asked >>${place.at("/calls")}; exit 1`);
  await place.program("jail", `case $4 in shop_db) exit 1 ;; esac; echo "$@" >>${place.at("/calls")}`);
  const { calls, stderr } = await service(place, "start");
  assertEquals(calls, `-f ${jailsDir}/shop_green.conf -c shop_green\n`);
  assertStringIncludes(stderr, "WARNING: jail shop_db does not start: see ");
});

for (
  const [what, lost, said] of [
    ["its tree is gone", "/jails/shop_green", "/jails/shop_green is not there"],
    ["its volume is gone", "/data/shop", "/data/shop is not there"],
  ] as const
) {
  Deno.test(`bootText() starts no jail and makes no directory where ${what}, until it is back`, async () => {
    await using place = await server();
    await jailFiles(place, "shop_green", "/data/shop");
    await Deno.mkdir(place.at("/data/shop"), { recursive: true });
    await Deno.rename(place.at(lost), place.at("/elsewhere"));
    const { calls, stderr } = await service(place, "start");
    assertEquals([calls, await Deno.stat(place.at(lost)).catch(() => "none")], ["", "none"]);
    assertEquals(
      stderr.replaceAll(place.root, ""),
      `WARNING: jail shop_green does not start: ${said}. ${askDisk} Then run: service alcaide start\n`,
    );
    await Deno.rename(place.at("/elsewhere"), place.at(lost));
    assertMatch((await service(place, "start")).calls, /-c shop_green\n$/);
  });
}

Deno.test("bootText() starts no accessory on an empty directory of root's: its disk belongs there", async () => {
  await using place = await server();
  await jailFiles(place, "shop_db", "/data/db");
  await place.write(accessoryFile("shop_db"), "{}");
  await place.write(accessoryHealth("shop_db"), "exit 0");
  await Deno.mkdir(place.at("/data/db"), { recursive: true });
  const { calls, stderr } = await service(place, "start");
  assertEquals(calls, `-f ${jailsDir}/shop_green.conf -c shop_green\n`);
  assertStringIncludes(stderr, "/data/db is empty. Is its disk mounted");
  await place.write("/data/db/PG_VERSION", "17");
  assertMatch((await service(place, "start")).calls, /-c shop_db\n$/);
});

for (
  const [what, mounted, file, starts] of [
    ["no app on the empty place of a disk that fstab names and that is not mounted", "/", "", false],
    ["an app whose disk is mounted, and empty", "/data", "", true],
    ["an app whose volume holds files, mounted or not", "/", "file", true],
  ] as const
) {
  Deno.test(`bootText() starts ${what}`, async () => {
    await using place = await server();
    await jailFiles(place, "shop_green", "/data/shop");
    await Deno.mkdir(place.at("/data/shop"), { recursive: true });
    if (file !== "") await place.write(`/data/shop/${file}`, "");
    await place.write("/etc/fstab", `# disks\n/dev/ada1p1 ${place.at("/data")} ufs rw,failok 2 2\n`);
    await place.program("mount", `echo "/dev/ada1p1 ${place.at(mounted)} ufs rw 0 0"`);
    const { calls, stderr } = await service(place, "start");
    assertEquals(calls, starts ? `-f ${jailsDir}/shop_green.conf -c shop_green\n` : "");
    const said = starts ? "" : "/data/shop is empty, and its file system is not mounted. Is its disk mounted";
    assertStringIncludes(stderr.replaceAll(place.root, ""), said);
  });
}

Deno.test("bootText() comes after file systems and pools, in rc's order", () => {
  assertMatch(bootText(), /^# REQUIRE: .*\bLOGIN FILESYSTEMS\b/m);
});

Deno.test("bootText() starts nothing where nothing is live", async () => {
  await using place = await server();
  await Deno.remove(place.at(liveRoot), { recursive: true });
  assertEquals((await service(place, "start")).calls, "");
});

Deno.test("bootText() stops the live jails that run", async () => {
  await using place = await server();
  assertEquals((await service(place, "stop")).calls, `-f ${jailsDir}/blog_blue.conf -r blog_blue\n`);
});

Deno.test("bootText() says which live jails run", async () => {
  await using place = await server();
  assertEquals((await service(place, "status")).stdout, "blog_blue is running\nshop_green is not running\n");
});

Deno.test("bootText() defaults to starting nothing", () => {
  assertMatch(bootText(), /^: \$\{alcaide_enable:=NO\}$/m);
});

Deno.test("installBootScript() writes the script, enables it, and once more changes nothing", async () => {
  await using place = await playground();
  await place.program("sysrc", `echo "$@" >>${place.at("/calls")}`);
  await place.run(installBootScript());
  const { code } = await place.run(installBootScript());
  const written = (await place.read(bootScript))?.replaceAll(place.root, "");
  assertEquals([code, written, await place.read("/calls")], [
    0,
    bootText(),
    "alcaide_enable=YES\nalcaide_enable=YES\n",
  ]);
});
