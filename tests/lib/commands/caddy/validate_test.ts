import { assertEquals, assertStringIncludes } from "@std/assert";
import { importLine, trySite } from "../../../../lib/commands/caddy/caddyfile.ts";
import { caddyfile, sitesDir } from "../../../../lib/commands/paths.ts";
import { playground } from "../../../playground.ts";

for (const refused of [false, true]) {
  Deno.test(`trySite() has Caddy read all sites, changes nothing, and ${refused ? "hands on its words" : "says nothing"}`, async () => {
    await using place = await playground();
    await place.write(caddyfile, `${importLine}\n`);
    await place.write(`${sitesDir}/shop.caddy`, "# old\n");
    const look = `echo "$1 $(cat ${place.at(sitesDir)}/.check/shop.caddy)" >${place.at("/seen")}`;
    const end = refused ? "echo 'Error: adapting config: bad' >&2; exit 1" : "echo '{}'";
    await place.write("/usr/local/bin/caddy", `#!/bin/sh\n${look}\n${end}\n`, 0o755);
    const { code, stdout, stderr } = await place.run(trySite("shop", "# new\n"));
    assertEquals([code, stdout, await place.read("/seen")], [refused ? 1 : 0, "", "adapt # new\n"]);
    assertStringIncludes(stderr, refused ? "adapting config: bad" : "");
    assertEquals([await place.names(sitesDir), await place.read(`${sitesDir}/shop.caddy`)], [
      ["shop.caddy"],
      "# old\n",
    ]);
    assertEquals(await place.names("/usr/local/etc/caddy"), ["Caddyfile", "conf.d"]);
  });
}
