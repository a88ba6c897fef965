import { assertEquals } from "@std/assert";
import { installLoopback, installPf, pfAdvice, pfText } from "../../../../lib/commands/server/network.ts";
import { pfFile } from "../../../../lib/commands/paths.ts";
import { type Playground, playground } from "../../../playground.ts";

async function server(valid = true, loads = true): Promise<Playground> {
  const place = await playground();
  for (const name of ["sysrc", "service"]) {
    await place.program(name, `echo "${name} $*" >>${place.at("/calls")}`);
  }
  await place.program("ifconfig", `echo "ifconfig $*" >>${place.at("/calls")}; [ "$2" = create ]`);
  // As on 15.0: without the module pfctl doesn't even check a file.
  await place.program("kldload", `[ "$*" = "-n pf" ] && : >${place.at("/loaded")}`);
  await place.program(
    "pfctl",
    `[ -e ${
      place.at("/loaded")
    } ] || { echo 'pfctl: Failed to open netlink: Bad file descriptor' >&2; exit 1; }
case $1 in -nf) exit ${valid ? 0 : 1} ;; -s) [ $2 = info ] && echo 'Status: Enabled' || ${
      loads ? "echo 'nat on vtnet0 inet'" : ":"
    } ;; esac`,
  );
  return place;
}

async function calls(place: Playground): Promise<string[]> {
  return (await place.read("/calls") ?? "").replaceAll(place.root, "").trim().split("\n");
}

Deno.test("installLoopback() makes the interface for good and now", async () => {
  await using place = await server();
  assertEquals((await place.run(installLoopback())).code, 0);
  assertEquals(await calls(place), ["sysrc cloned_interfaces+=lo1", "ifconfig lo1", "ifconfig lo1 create"]);
});

for (const loaded of [false, true]) {
  Deno.test(`installPf() writes, enables and starts rules, the module loaded before: ${loaded}`, async () => {
    await using place = await server();
    if (loaded) await place.write("/loaded", "");
    const { code, stderr } = await place.run(installPf("vtnet0", ["10.66.0.0/24"]));
    assertEquals([code, stderr], [0, ""]);
    assertEquals([await place.read(pfFile), await calls(place)], [pfText("vtnet0", ["10.66.0.0/24"]), [
      `sysrc pf_enable=YES pf_rules=${pfFile}`,
      "service pf start",
    ]]);
  });
}

Deno.test("installPf() changes nothing where the kernel has no pf", async () => {
  await using place = await server();
  await place.program("kldload", `echo "kldload: can't load pf: No such file or directory" >&2; exit 1`);
  const { code, stderr } = await place.run(installPf("vtnet0", ["10.66.0.0/24"]));
  assertEquals([code, stderr], [1, "kldload: can't load pf: No such file or directory\n"]);
  assertEquals([await place.read(pfFile), await calls(place)], [undefined, [""]]);
});

Deno.test("installPf() fails when pf runs without the rules", async () => {
  await using place = await server(true, false);
  assertEquals((await place.run(installPf("vtnet0", ["10.66.0.0/24"]))).code, 1);
});

Deno.test("installPf() changes nothing when pf doesn't take the rules", async () => {
  await using place = await server(false);
  assertEquals((await place.run(installPf("vtnet0", ["10.66.0.0/24"]))).code, 1);
  assertEquals([await place.names("/usr/local/etc/alcaide"), await calls(place)], [[], [""]]);
});

Deno.test("pfText() filters nothing: it only translates what our network asks", () => {
  const rules = pfText("em0", ["10.0.0.0/24"]).split("\n").filter((row) =>
    row !== "" && !row.startsWith("#")
  );
  assertEquals(rules, ["set skip on lo", pfAdvice("em0", "10.0.0.0/24")]);
});
