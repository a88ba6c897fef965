import { assertEquals, assertMatch } from "@std/assert";
import { addImport, importLine } from "../../../../lib/commands/caddy/caddyfile.ts";
import { askService, caddyUser } from "../../../../lib/commands/caddy/service.ts";
import { writeCertificate } from "../../../../lib/commands/caddy/certificate.ts";
import { caddyfile } from "../../../../lib/commands/paths.ts";
import { secret } from "../../../../lib/core/secret.ts";
import { type Playground, playground } from "../../../playground.ts";

/** A place with Caddy's service, of which rc.conf says this; nothing runs. */
async function withService(rc: string): Promise<Playground> {
  const place = await playground();
  await place.write(
    "/etc/rc.subr",
    `load_rc_config() { [ "$1" = caddy ] || exit 1; . ${place.at("/etc/rc.conf")}; }\n`,
  );
  await place.write("/etc/rc.conf", rc);
  await place.write(
    "/usr/local/etc/rc.d/caddy",
    '. /etc/rc.subr\nname=caddy\n: ${caddy_config:="/usr/local/etc/caddy/Caddyfile"}\n: ${caddy_adapter:="caddyfile"}\n' +
      ': ${caddy_admin:="unix//var/run/${name}/${name}.sock"}\n: ${caddy_user:="nobody"}\n' +
      'caddy_flags="--config ${caddy_config}"\nexit 9\n',
  );
  await place.program("pgrep", "exit 1");
  await place.program("ps", "exit 1");
  await place.program(
    "id",
    `case "$*" in "-u www" | "-un 80") [ "$1" = -u ] && echo 80 || echo www ;; "-u nobody") echo 65534 ;; esac`,
  );
  await place.program("su", `echo "$2 $XDG_DATA_HOME $MAIL" >>${place.at("/became")}; exec /bin/sh -c "$4"`);
  await place.program("install", `echo "$*" >>${place.at("/made")}`);
  await place.write("/usr/local/bin/caddy", `#!/bin/sh\necho "$@" >>${place.at("/validated")}\n`, 0o755);
  return place;
}

Deno.test("askService() prints what rc.conf says, else the script's own defaults", async () => {
  await using place = await withService(
    "caddy_config=/srv/Caddyfile\ncaddy_extra_flags='--watch  --resume'\n",
  );
  assertEquals(
    (await place.run(askService)).stdout,
    "config /srv/Caddyfile\nadapter caddyfile\nadmin unix//var/run/caddy/caddy.sock\nextra_flags --watch  --resume\n",
  );
});

Deno.test("askService() says nothing of a system without rc.subr", async () => {
  await using place = await playground();
  assertEquals((await place.run(askService)).stdout, "config \nadapter \nadmin \nextra_flags \n");
});

for (const [rc, uid] of [["caddy_user=www\n", "80\n"], ["", "65534\n"]] as const) {
  Deno.test(`caddyUser() names the user of a Caddy that doesn't run: ${rc.trim() || "the script's default"}`, async () => {
    await using place = await withService(rc);
    assertEquals((await place.run(caddyUser)).stdout, uid);
  });
}

Deno.test("addImport() validates as the user that rc.conf names, with its variables, though Caddy doesn't run", async () => {
  await using place = await withService(
    'caddy_user=www\ncaddy_directory=/srv/caddy\ncaddy_env="MAIL=a@b.c"\n',
  );
  await place.write(caddyfile, "a.example {\n}\n", 0o640);
  const { code, stderr } = await place.run(addImport());
  assertEquals([code, stderr, await place.read("/became")], [0, "", "www /srv/caddy/data a@b.c\n"]);
  assertMatch(await place.read("/validated") ?? "", /^validate --config /);
  assertMatch(await place.read("/made") ?? "", /^-d -m 755 -o 80 \/srv\/caddy\n/);
  assertEquals(await place.read(caddyfile), `${importLine}\na.example {\n}\n`);
  assertEquals((await Deno.stat(place.at(caddyfile))).mode! & 0o777, 0o640);
});

Deno.test("writeCertificate() gives the key to the user that rc.conf names, though Caddy doesn't run", async () => {
  await using place = await withService("caddy_user=www\n");
  await place.program("chown", `echo "$1" >>${place.at("/owners")}`);
  await place.run(writeCertificate("shop", { kind: "own", cert: secret("cert\n"), key: secret("key\n") }));
  assertEquals(await place.read("/owners"), "80\n80\n");
});
