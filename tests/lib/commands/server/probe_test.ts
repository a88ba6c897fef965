import { assertEquals, assertStringIncludes } from "@std/assert";
import { bootText } from "../../../../lib/commands/server/boot.ts";
import { rotationText } from "../../../../lib/commands/server/rotation.ts";
import { jailConf } from "../../../../lib/commands/jail/jail.ts";
import { importLine } from "../../../../lib/commands/caddy/caddyfile.ts";
import {
  bootScript,
  caddyfile,
  hostFile,
  jailsDir,
  liveDir,
  pfFile,
  rotationFile,
  sitesDir,
  stateDir,
} from "../../../../lib/commands/paths.ts";
import { askLive, probe } from "../../../../lib/commands/server/probe.ts";
import type { Facts } from "../../../../lib/server/facts.ts";
import { parseFacts } from "../../../../lib/server/parse_facts.ts";
import { place as given, release, siteOf } from "../../../fake/facts.ts";
import { type Playground, playground } from "../../../playground.ts";

const live = { slot: "blue", release: "7-1a2b3c4" } as const;
const jail = { name: "shop_blue", path: "/jails/shop_blue", ip4: "10.66.0.2" };

/** Files that the probe reads. */
const files: Readonly<Record<string, string>> = {
  "/jails/.templates/14.3-RELEASE/.alcaide": "template 14.3-RELEASE\n",
  "/jails/shop_blue/.alcaide": "shop_blue\n",
  "/jails/foreign/file": "",
  [hostFile]: `${JSON.stringify({ version: 1, apps: { shop: given } })}\n`,
  [`${jailsDir}/shop_blue.conf`]: jailConf({ ...jail, release: "7-1a2b3c4" }),
  [`${liveDir("shop")}/blue-7-1a2b3c4`]: "",
  [`${jailsDir}/shop_blue.fstab`]: "",
  [`${stateDir}/apps/shop/releases/7-1a2b3c4/release.json`]: `${JSON.stringify(release("7-1a2b3c4"))}\n`,
  [`${sitesDir}/shop.caddy`]: siteOf(),
  [caddyfile]: `${importLine}\n`,
  [bootScript]: bootText(),
  [pfFile]: "nat on x\n",
  "/etc/rc.conf": 'a="b"\n',
  [rotationFile]: rotationText(),
};

/** A place with what the probe asks, as far as this machine lacks it. */
async function server(): Promise<Playground> {
  const place = await playground();
  const asked = place.at("/asked");
  const says: Record<string, string> = {
    uname: "case $1 in -s) echo FreeBSD ;; -r) echo 14.3-RELEASE-p5 ;; *) echo amd64 ;; esac",
    jls: "echo shop_blue /jails/shop_blue 10.66.0.2 false",
    mount: "printf '/dev/vtbd0p2\\t/\\tufs\\trw\\t1 1\\n'",
    kldstat: "exit 1",
    zfs: `: >${place.at("/asked-zfs")}; printf 'zroot/jails\\t/jails\\n'`,
    "freebsd-version": "echo 14.3-RELEASE-p5",
    sysrc: "echo cloned_interfaces: lo1; echo caddy_enable: YES",
    ifconfig: "echo vtnet0 lo0 lo1",
    netstat: "echo 'default 203.0.113.1 UGS vtnet0'",
    route: "echo '  interface: vtnet0'",
    sockstat: "echo 'root caddy 812 6 tcp46 *:80 *:*'",
    pfctl: "echo 'Status: Enabled for 0 days'",
    pgrep: `[ "$*" = "-j none -x caddy" ] && echo 812`,
    nc: `cat >>${asked}; printf 'HTTP/1.1 204 No\\r\\nX-Alcaide-Release: /blue-7-1a2b3c4\\r\\n\\r\\n'`,
  };
  for (const [name, text] of Object.entries(says)) await place.program(name, text);
  for (const name of ["jail", "jexec", "service", "fetch", "daemon", "pw"]) await place.program(name, "");
  await place.write("/usr/local/bin/caddy", "#!/bin/sh\necho v2.9.1 h1:x\n", 0o755);
  for (const [path, text] of Object.entries(files)) await place.write(path, text);
  return place;
}

async function read(place: Playground, setup = true): Promise<Facts> {
  const { stdout, code } = await place.run(probe({ basePath: "/jails", setup }));
  assertEquals(code, 0);
  return parseFacts(stdout.replaceAll(place.root, ""), "/jails");
}

Deno.test("probe() runs for real, and parseFacts() understands it", async () => {
  await using place = await server();
  const facts = await read(place);
  const { os, release: version, templates, jailFiles, base, caddy, dataset } = facts;
  assertEquals([os, version, templates, jailFiles, caddy, dataset], [
    "FreeBSD",
    "14.3-RELEASE",
    ["14.3-RELEASE"],
    new Map([["shop_blue", "7-1a2b3c4"]]),
    { version: "2.9.1", running: true, service: { config: "", adapter: "", admin: "", extra_flags: "" } },
    undefined,
  ]);
  assertEquals(base.toSorted(), [".templates", "foreign", "shop_blue"]);
  assertEquals(facts.trees, new Map([["/jails/shop_blue", "shop_blue"]]));
  assertEquals(facts.sites, new Map([["shop", siteOf()]]));
  assertEquals(facts.routed, new Map([["shop", live]]));
  assertEquals([facts.live, facts.journal, facts.host.apps], [
    new Map([["shop", live]]),
    [release("7-1a2b3c4")],
    { shop: given },
  ]);
});

Deno.test("probe() reads for setup what stands in files", async () => {
  await using place = await server();
  const setup = (await read(place)).setup;
  assertEquals([setup?.bootScript, setup?.caddyfile, setup?.rotation, setup?.pf.ours, setup?.rcConfError], [
    bootText(),
    `${importLine}\n`,
    rotationText(),
    "nat on x\n",
    "",
  ]);
});

Deno.test("probe() asks nothing for setup unless told", async () => {
  await using place = await server();
  assertEquals((await read(place, false)).setup, undefined);
});

for (const file of [hostFile, pfFile, bootScript, caddyfile, rotationFile]) {
  Deno.test(`probe() keeps its sections apart when ${file} lacks its last line break`, async () => {
    await using place = await server();
    await place.write(file, (await place.read(file) ?? "").trimEnd());
    const setup = (await read(place)).setup;
    assertEquals([
      setup?.pf.ours.trim(),
      setup?.bootScript.trim(),
      setup?.caddyfile.trim(),
      setup?.rotation.trim(),
    ], [
      "nat on x",
      bootText().trim(),
      importLine,
      rotationText().trim(),
    ]);
  });
}

for (const file of [`${sitesDir}/shop.caddy`, `${stateDir}/apps/shop/releases/7-1a2b3c4/release.json`]) {
  Deno.test(`probe() keeps its sections apart when ${file.split("/").at(-1)} lacks its last line break`, async () => {
    await using place = await server();
    await place.write(file, (await place.read(file) ?? "").trimEnd());
    const facts = await read(place);
    assertEquals([facts.journal.length, facts.sites.size, facts.live.get("shop")?.release], [
      1,
      1,
      "7-1a2b3c4",
    ]);
  });
}

Deno.test("probe() tells what is wrong with rc.conf", async () => {
  await using place = await server();
  await place.write("/etc/rc.conf", 'a="b\n');
  assertStringIncludes((await read(place)).setup?.rcConfError ?? "", "rc.conf");
});

Deno.test("probe() names programs that are missing", async () => {
  await using place = await server();
  await Deno.remove(place.at("/bin/lockf"));
  await Deno.remove(place.at("/bin/sockstat"));
  assertEquals((await read(place)).setup?.missingPrograms, ["lockf", "sockstat"]);
});

Deno.test("probe() answers on a server where there is nothing yet", async () => {
  await using place = await server();
  for (const path of ["/jails", "/usr", "/var", "/etc"]) {
    await Deno.remove(place.at(path), { recursive: true });
  }
  await place.program("pgrep", "exit 1");
  const facts = await read(place);
  assertEquals([facts.base, facts.templates, facts.journal, [...facts.sites], facts.caddy], [[], [], [], [], {
    version: undefined,
    running: false,
    service: { config: "", adapter: "", admin: "", extra_flags: "" },
  }]);
});

Deno.test("probe() finds the dataset of the base path", async () => {
  await using place = await server();
  await place.program("kldstat", '[ "$*" = "-q -m zfs" ]');
  const dataset = (await read(place)).dataset;
  assertEquals(dataset, "zroot/jails");
});

Deno.test("probe() doesn't ask zfs where the kernel has none: asking would load it", async () => {
  await using place = await server();
  assertEquals([(await read(place)).dataset, await place.read("/asked-zfs")], [undefined, undefined]);
});

Deno.test("probe() doesn't take a jail's Caddy for the server's", async () => {
  await using place = await server();
  await place.program("pgrep", '[ "$*" = "-j none -x caddy" ] && exit 1; echo 600');
  assertEquals((await read(place)).caddy.running, false);
});

Deno.test("probe() finds the disk of a base path that isn't there yet", async () => {
  await using place = await server();
  await Deno.remove(place.at("/jails"), { recursive: true });
  assertEquals((await read(place)).free > 0, true);
});

/** The counts of programs that the probe for `shop` starts and of its requests over the network, beside so many other apps. */
async function started(others: number): Promise<{ programs: number; asked: number; facts: Facts }> {
  await using place = await server();
  for (let i = 0; i < others; i++) {
    const app = `other${i}`;
    await place.write(`${sitesDir}/${app}.caddy`, siteOf(app));
    await place.write(`/usr/local/etc/alcaide/accessories/${app}_db.health`, "nc\n");
    await place.write(
      `${jailsDir}/${app}_blue.conf`,
      jailConf({ ...jail, name: `${app}_blue`, release: "1-a" }),
    );
    await place.write(`/jails/${app}_blue/.alcaide`, `${app}_blue\n`);
    await place.write(`${stateDir}/apps/${app}/builds/key/digest`, "1 00\n");
    for (const id of ["1-a", "2-b"]) {
      const record = `${JSON.stringify({ ...release(id), app })}\n`;
      await place.write(`${stateDir}/apps/${app}/releases/${id}/release.json`, record);
    }
  }
  for (const name of ["awk", "sed", "cat", "basename", "head", "tr", "ls", "nc", "timeout", "jls"]) {
    const own = await place.read(`/bin/${name}.text`) ?? `exec /usr/bin/${name} "$@"`;
    await place.program(name, `echo ${name} >>${place.at("/started")}\n${own}`);
  }
  const { stdout } = await place.run(probe({ basePath: "/jails", health: true, app: "shop" }));
  const all = (await place.read("/started") ?? "").trim().split("\n");
  const facts = parseFacts(stdout.replaceAll(place.root, ""), "/jails");
  return { programs: all.length, asked: all.filter((name) => name === "nc").length, facts };
}

Deno.test("probe() starts no more programs for twenty other apps than for none", async () => {
  const [alone, among] = [await started(0), await started(20)];
  assertEquals([among.programs, among.asked], [alone.programs, 1]);
  assertEquals([among.facts.journal.length, among.facts.sites.size, among.facts.builds.size], [41, 21, 20]);
  assertEquals([among.facts.jailFiles.get("other3_blue"), among.facts.trees.size], ["1-a", 21]);
});

Deno.test("probe() names files that are empty", async () => {
  await using place = await server();
  await place.write(`${sitesDir}/blog.caddy`, "");
  assertEquals((await read(place)).sites.get("blog"), "");
});

Deno.test("askLive() asks with each site's token", async () => {
  await using place = await server();
  await place.run(askLive());
  const asked = await place.read("/asked") ?? "";
  assertStringIncludes(asked, `Host: shop.alcaide.internal\r\nX-Alcaide-Probe: ${given.token}\r\n`);
});

Deno.test("askLive() gives an app without an answer its line", async () => {
  await using place = await server();
  await place.program("nc", "exit 1");
  assertEquals((await place.run(askLive())).stdout.trimEnd(), "shop");
});
