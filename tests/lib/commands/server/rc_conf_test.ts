import { assertEquals } from "@std/assert";
import { setRc, unsetRc } from "../../../../lib/commands/server/rc_conf.ts";
import { playground } from "../../../playground.ts";

const file = "/etc/rc.conf";

for (
  const [name, before, after] of [
    ["as it is", 'hostname="a"\n', 'hostname="a"\n'],
    ["with an end for its last line", 'hostname="a"', 'hostname="a"\n'],
    ["absent", undefined, undefined],
  ] as const
) {
  Deno.test(`setRc() has sysrc change rc.conf: ${name}`, async () => {
    await using place = await playground();
    await place.write("/etc/fstab", "");
    if (before !== undefined) await place.write(file, before);
    await place.program("sysrc", `printf '%s,' "$@" >${place.at("/seen")}`);
    const { code, stderr } = await place.run(setRc("a=1", "b+=2"));
    assertEquals([code, stderr, await place.read("/seen"), await place.read(file)], [
      0,
      "",
      "a=1,b+=2,",
      after,
    ]);
    assertEquals((await place.names("/etc")).filter((name) => name.startsWith("rc.conf.")), []);
  });
}

for (const [name, command] of [["setRc", setRc("a=1")], ["unsetRc", unsetRc("a")]] as const) {
  Deno.test(`${name}() does not call sysrc where there is no room for another rc.conf`, async () => {
    await using place = await playground();
    await place.write(file, 'hostname="a"\n');
    await place.program("cp", "exit 1");
    await place.program("sysrc", `: >${place.at("/seen")}`);
    const { code } = await place.run(command);
    assertEquals([code, await place.read("/seen"), await place.read(file)], [1, undefined, 'hostname="a"\n']);
  });
}

Deno.test("unsetRc() takes a variable out, and leaves one that has a default alone", async () => {
  await using place = await playground();
  await place.program(
    "sysrc",
    `echo "$*" >>${place.at("/seen")}; case $1 in -i) echo NO ;; *) exit 1 ;; esac`,
  );
  assertEquals([(await place.run(unsetRc("a"))).code, await place.read("/seen")], [0, "-i -n a\n-x a\n"]);
});
