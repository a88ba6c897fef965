import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  askDisk,
  hostName,
  jailConf,
  jailFstab,
  type JailSpec,
  removeJailFiles,
  startJail,
  stopJail,
  unmountBelow,
  writeJailFiles,
} from "../../../../lib/commands/jail/jail.ts";
import { jailsDir } from "../../../../lib/commands/paths.ts";
import { type Playground, playground } from "../../../playground.ts";

const spec: JailSpec = {
  name: "shop_blue",
  path: "/jails/shop_blue",
  ip4: "10.66.0.2",
  mounts: [{ host: "/var/log/alcaide/shop", jail: "/var/log/alcaide" }, {
    host: "/data/shop",
    jail: "/data",
  }],
};

/** A place where jls knows a jail while the file `running` is there, and jail -c and -r make and remove it. */
async function server(running: boolean): Promise<Playground> {
  const place = await playground();
  const flag = place.at("/running");
  if (running) await place.write("/running", "");
  await place.program(
    "jls",
    `case "$*" in -q*) echo 10.66.0.9 ;; *path) echo ${
      place.at("/jails/shop_blue")
    } ;; *) [ -e ${flag} ] ;; esac`,
  );
  await place.program(
    "jail",
    `echo "$@" >>${place.at("/calls")}; case "$*" in *" -c "*) : >${flag} ;; *) rm -f ${flag} ;; esac`,
  );
  await place.program("mount", "exit 0");
  await place.program("sleep", "exit 0");
  await place.program(
    "ifconfig",
    `case $# in 1) echo "	inet 10.66.0.2 netmask 0xffffffff" ;; *) echo "ifconfig $*" >>${
      place.at("/calls")
    } ;; esac`,
  );
  await place.write(`${jailsDir}/shop_blue.conf`, "");
  return place;
}

async function calls(place: Playground): Promise<string> {
  return (await place.read("/calls") ?? "").replaceAll(place.root, "");
}

const start = { ...spec, mounts: [] };
const file = `${jailsDir}/shop_blue.conf`;

Deno.test("jailConf() holds what a jail needs", () => {
  assertEquals(
    jailConf({ ...spec, parameters: ["sysvshm = new;"], stopTimeout: 90 }),
    `# Made by alcaide. Changes are overwritten.
shop_blue {
  path = "/jails/shop_blue";
  host.hostname = "shop-blue";
  ip4.addr = "lo1|10.66.0.2/32";
  persist;
  mount.devfs;
  devfs_ruleset = 4;
  mount.fstab = "/usr/local/etc/alcaide/jails/shop_blue.fstab";
  exec.clean;
  exec.start = "/bin/sh /etc/rc";
  exec.stop = "/bin/sh /etc/rc.shutdown jail";
  exec.consolelog = "/var/log/alcaide/shop_blue.console.log";
  exec.timeout = 120;
  stop.timeout = 90;
  sysvshm = new;
}
`,
  );
});

Deno.test("jailFstab() mounts each directory below the jail's root", () => {
  assertEquals(
    jailFstab(spec),
    "/var/log/alcaide/shop /jails/shop_blue/var/log/alcaide nullfs rw 0 0\n/data/shop /jails/shop_blue/data nullfs rw 0 0\n",
  );
});

Deno.test("jailFstab() of a jail without mounts is empty", () => assertEquals(jailFstab(start), ""));
Deno.test("hostName() is fit for DNS", () => assertEquals(hostName("my_app_blue"), "my-app-blue"));

Deno.test("writeJailFiles() and removeJailFiles() take each other back", async () => {
  await using place = await playground();
  await place.run(writeJailFiles(spec));
  const written = await place.names(jailsDir);
  await place.run(removeJailFiles("shop_blue"));
  assertEquals([written, await place.names(jailsDir)], [["shop_blue.conf", "shop_blue.fstab"], []]);
});

Deno.test("startJail() starts a jail from its own file", async () => {
  await using place = await server(false);
  const { code } = await place.run(startJail(start));
  assertEquals([code, await calls(place)], [0, `-f ${file} -c shop_blue\n`]);
});

Deno.test("startJail() leaves a running jail alone", async () => {
  await using place = await server(true);
  assertEquals([(await place.run(startJail(start))).code, await calls(place)], [0, ""]);
});

Deno.test("startJail() fails when jail(8) says that it worked and no jail is there", async () => {
  await using place = await server(false);
  await place.program("jail", "exit 0");
  assertEquals((await place.run(startJail(start))).code, 1);
});

Deno.test("startJail() starts nothing and makes no directory where a volume is gone", async () => {
  await using place = await server(false);
  const volume = place.at("/data/shop");
  const wanted = { ...start, mounts: [{ host: volume, jail: "/data" }] };
  await place.write(`${start.path}/.alcaide`, "");
  await place.run(writeJailFiles(wanted));
  const { code, stderr } = await place.run(startJail(wanted));
  assertEquals([code, stderr, await calls(place), await Deno.stat(volume).catch(() => "none")], [
    1,
    `Cannot start jail shop_blue: ${volume} is not there. ${askDisk}\n`,
    "",
    "none",
  ]);
  await Deno.mkdir(volume, { recursive: true });
  assertEquals((await place.run(startJail(wanted))).code, 0);
});

Deno.test("startJail() fails when jail(8) does", async () => {
  await using place = await server(false);
  await place.program("jail", "exit 1");
  assertEquals((await place.run(startJail(start))).code, 1);
});

Deno.test("stopJail() stops a jail by its file and takes its address away", async () => {
  await using place = await server(true);
  const { code } = await place.run(stopJail(spec));
  assertEquals([code, await calls(place)], [
    0,
    `-q -f ${file} -r shop_blue\nifconfig lo1 inet 10.66.0.2 -alias\n`,
  ]);
});

Deno.test("stopJail() is content with a jail that doesn't run, but clears what it left", async () => {
  await using place = await server(false);
  assertEquals([(await place.run(stopJail(spec))).code, await calls(place)], [
    0,
    "ifconfig lo1 inet 10.66.0.2 -alias\n",
  ]);
});

Deno.test("stopJail() leaves an address alone that a running jail has", async () => {
  await using place = await server(false);
  await place.program("jls", "case $1 in -q) echo 10.66.0.7,10.66.0.2 ;; *) exit 1 ;; esac");
  await place.run(stopJail(spec));
  assertEquals(await calls(place), "");
});

Deno.test("stopJail() takes no address for another that begins alike", async () => {
  await using place = await server(false);
  await place.program(
    "ifconfig",
    `case $# in 1) echo "	inet 10.66.0.25 netmask" ;; *) echo no >>${place.at("/calls")} ;; esac`,
  );
  await place.run(stopJail(spec));
  assertEquals(await calls(place), "");
});

Deno.test("stopJail() removes a jail without a file by force", async () => {
  await using place = await server(true);
  await Deno.remove(place.at(file));
  assertEquals([(await place.run(stopJail(spec))).code, (await calls(place)).split("\n")[0]], [
    0,
    "-R shop_blue",
  ]);
});

Deno.test("stopJail() forces a jail whose exec.stop fails", async () => {
  await using place = await server(true);
  await place.program(
    "jail",
    `echo "$@" >>${place.at("/calls")}; case $1 in -R) rm ${place.at("/running")} ;; *) exit 1 ;; esac`,
  );
  const { code } = await place.run(stopJail(spec));
  assertEquals([code, (await calls(place)).split("\n").slice(0, 2)], [0, [
    `-q -f ${file} -r shop_blue`,
    "-R shop_blue",
  ]]);
});

Deno.test("stopJail() fails when the jail stays", async () => {
  await using place = await server(true);
  await place.program("jail", "exit 1");
  const { code, stderr } = await place.run(stopJail(spec));
  assertEquals([code, stderr], [1, "Cannot stop jail shop_blue\n"]);
});

Deno.test("stopJail() leaves a jail of the same name with another root alone", async () => {
  await using place = await server(true);
  await place.program("jls", 'case "$*" in *path) echo /usr/jails/old ;; esac');
  const { code, stderr } = await place.run(stopJail(spec));
  assertEquals([code, stderr, await calls(place)], [
    1,
    "Jail shop_blue runs in /usr/jails/old, and alcaide did not make it, so it is left alone\n",
    "",
  ]);
});

Deno.test("unmountBelow() leaves what a jail of ours never mounts, and names it", async () => {
  await using place = await server(false);
  await place.program("mount", "echo '/dev/da1p1 /j/data ufs rw 0 0'; echo 'devfs /j/dev devfs rw 0 0'");
  await place.program("umount", `echo "$1" >>${place.at("/calls")}`);
  const { code, stderr } = await place.run(unmountBelow("/j"));
  assertEquals([code, stderr], [1, "Cannot unmount /j/dev /j/data \n"]);
  assert(!(await calls(place)).includes("/j/data"));
});

Deno.test("unmountBelow() follows a link on the way to the directory", async () => {
  await using place = await server(false);
  await Deno.mkdir(place.at("/usr/jails/shop_blue"), { recursive: true });
  await Deno.symlink(place.at("/usr/jails"), place.at("/jails"));
  await place.program("mount", `echo 'devfs ${place.at("/usr/jails/shop_blue/dev")} devfs rw 0 0'`);
  const { code, stderr } = await place.run(unmountBelow("/jails/shop_blue"));
  assertEquals(code, 1);
  assertStringIncludes(stderr, "/usr/jails/shop_blue/dev");
});

Deno.test("unmountBelow() fails and names what stays mounted", async () => {
  await using place = await server(false);
  await place.program("mount", "echo 'devfs /j/dev devfs rw 0 0'");
  await place.program("umount", "exit 1");
  const { code, stderr } = await place.run(unmountBelow("/j"));
  assertEquals(code, 1);
  assertStringIncludes(stderr, "Cannot unmount /j/dev");
});

Deno.test("unmountBelow() leaves the directory itself and its neighbours mounted", async () => {
  await using place = await server(false);
  await place.program("mount", "echo 'a /j zfs rw 0 0'; echo 'b /jx/dev devfs rw 0 0'");
  await place.program("umount", `echo "$1" >>${place.at("/calls")}`);
  assertEquals([(await place.run(unmountBelow("/j"))).code, await calls(place)], [0, ""]);
});
