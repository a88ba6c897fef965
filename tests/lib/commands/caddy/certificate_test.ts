import { assertEquals, assertFalse, assertMatch, assertNotEquals } from "@std/assert";
import {
  certificateFiles,
  dropCertificates,
  writeCertificate,
} from "../../../../lib/commands/caddy/certificate.ts";
import { tlsDir } from "../../../../lib/commands/paths.ts";
import type { OwnCertificate } from "../../../../lib/config/field/types.ts";
import { secret } from "../../../../lib/core/secret.ts";
import { type Playground, playground } from "../../../playground.ts";

function own(cert: string, key = "key"): OwnCertificate {
  return { kind: "own", cert: secret(`${cert}\n`), key: secret(`${key}\n`) };
}

/** A place where Caddy runs as a user; what is given to whom is noted. */
async function withCaddyAs(uid: number | undefined): Promise<Playground> {
  const place = await playground();
  await place.program("pgrep", `[ "$1 $2" = "-j none" ] || echo 812; echo 700; echo 701`);
  await place.program("ps", uid === undefined ? "exit 1" : `[ "$4" = 700 ] && echo '  ${uid}'`);
  await place.program("chown", `echo "$@" >>${place.at("/owners")}`);
  return place;
}

Deno.test("certificateFiles() gives another certificate other names, another key the same", () => {
  const [one, other] = [certificateFiles("shop", own("one")), certificateFiles("shop", own("other"))];
  assertMatch(one.cert, /^\/usr\/local\/etc\/alcaide\/tls\/shop\/[0-9a-f]{16}\.crt$/);
  assertNotEquals(one.cert, other.cert);
  assertEquals(certificateFiles("shop", own("one", "another key")), one);
});

Deno.test("writeCertificate() lets only Caddy's user read, twice as well as once", async () => {
  await using place = await withCaddyAs(80);
  const { cert, key } = certificateFiles("shop", own("one"));
  for (let i = 0; i < 2; i++) assertEquals((await place.run(writeCertificate("shop", own("one")))).code, 0);
  const mode = async (path: string) => ((await Deno.stat(place.at(path))).mode ?? 0) & 0o777;
  assertEquals([await place.read(cert), await place.read(key)], ["one\n", "key\n"]);
  assertEquals([await mode(tlsDir("shop")), await mode(cert), await mode(key)], [0o700, 0o600, 0o600]);
  const owners = (await place.read("/owners"))?.replaceAll(place.root, "").split("\n").slice(0, 2);
  assertEquals(owners, [`80 ${tlsDir("shop")}`, `80 ${cert} ${key}.check`]);
});

Deno.test("writeCertificate() leaves all to root where no Caddy runs", async () => {
  await using place = await withCaddyAs(undefined);
  assertEquals((await place.run(writeCertificate("shop", own("one")))).code, 0);
  assertMatch((await place.read("/owners")) ?? "", /^0 /);
});

Deno.test("writeCertificate() never puts another certificate's key in place of the right one", async () => {
  await using place = await withCaddyAs(0);
  // A certificate and a key belong together when both say the same.
  await place.program("openssl", 'cat "$3"');
  const { cert, key } = certificateFiles("shop", own("one"));
  assertEquals((await place.run(writeCertificate("shop", own("one", "one")))).code, 0);
  const { code, stderr } = await place.run(writeCertificate("shop", own("one", "other")));
  assertEquals([code, stderr], [1, "tls.key: private key does not match public key of tls.cert\n"]);
  assertEquals([await place.read(cert), await place.read(key)], ["one\n", "one\n"]);
  assertEquals((await place.names(tlsDir("shop"))).length, 2);
});

Deno.test("writeCertificate() shows neither", () => {
  const { shown } = writeCertificate("shop", own("the certificate", "the key"));
  assertFalse(/the (certificate|key)/.test(shown));
});

Deno.test("dropCertificates() keeps the one in use and removes all others", async () => {
  await using place = await withCaddyAs(0);
  for (const name of ["one", "two"]) await place.run(writeCertificate("shop", own(name)));
  assertEquals((await place.names(tlsDir("shop"))).length, 4);
  const { code } = await place.run(dropCertificates("shop", own("two")));
  const { cert, key } = certificateFiles("shop", own("two"));
  assertEquals([code, await place.names(tlsDir("shop"))], [
    0,
    [cert, key].map((path) => path.slice(tlsDir("shop").length + 1)),
  ]);
});

Deno.test("dropCertificates() leaves nothing without one, and other apps alone", async () => {
  await using place = await withCaddyAs(0);
  for (const app of ["shop", "shop_two"]) await place.run(writeCertificate(app, own("one")));
  assertEquals((await place.run(dropCertificates("shop"))).code, 0);
  assertEquals(await place.names("/usr/local/etc/alcaide/tls"), ["shop_two"]);
});
