// Accessories: a service of one's own, PostgreSQL and Redis in jails of their own, made, changed, rebooted, removed.

// @ts-types="../../types/std_assert.d.ts"
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { sh } from "../../lib/sh.ts";
import { postgresqlVersion } from "../host/ports.ts";
import { removeApp } from "./clean.ts";
import { makeProject } from "./project.ts";
import { scenario } from "./scenario.ts";

scenario("accessories are made, changed, rebooted and removed", async (place, part) => {
  await using project = await makeProject(place, "shop");
  const { server } = place;
  const version = await postgresqlVersion();
  const accessories = (settings = "{}", memory = "32mb") =>
    `{
    db: postgresql({ version: "${version}", volume: "/data/shop/db", password: "first secret", settings: ${settings} }),
    cache: redis({ volume: "/data/shop/cache", password: secret("it's \\"odd\\""), memory: "${memory}" }),
    echo: service({ start: 'nc -lk "$ADDRESS" "$PORT"', ports: [7007], env: { WORD: "a b" }, setup: ['[ "$WORD" = "a b" ]'] }),
  }`;
  const use = (code: string) => project.configure({}, "", { accessories: code });
  const alcaide = async (...args: string[]) => {
    const result = await project.alcaide(args);
    assertEquals(result.code, 0, result.stderr);
    return result.stdout;
  };

  await part("setup makes them", async () => {
    await use(accessories());
    console.log(await alcaide("setup"));
    console.log(
      await server.read(
        sh`jls -q name path ip4.addr; cat /etc/hosts /jails/shop_db/etc/hosts; ls -ln /data/shop; ls -l /var/db/alcaide/accessories; jexec shop_db ps ax; jexec shop_cache ps ax; jexec shop_echo ps ax; cat /var/db/alcaide/accessories/shop_db.json`,
      ),
    );
    console.log(await alcaide("setup"));
  });
  await removeApp(place, "shop");
});
