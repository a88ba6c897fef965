import { assertEquals, assertStringIncludes } from "@std/assert";
import { compareSync } from "bcryptjs";
import { ruleLines, type Rules } from "../../../../lib/commands/caddy/rules.ts";
import { siteText } from "../../../../lib/commands/caddy/site.ts";
import { secret } from "../../../../lib/core/secret.ts";
import { resolve } from "../../config/base.ts";
import { spec } from "./sites.ts";

const none = resolve().proxy;
const lines = (proxy: Partial<Rules>, changes: { token?: string; caddy?: string } = {}) =>
  ruleLines({ ...spec, ...changes, proxy: { ...none, ...proxy } });

Deno.test("siteText() is the same without a rule as before there were rules", () => {
  assertEquals(siteText({ ...spec, proxy: none }), siteText(spec));
});

Deno.test("ruleLines() hashes a password: the same each time, another one for each server and user", () => {
  const basicAuth = { ann: secret("hunter2"), bob: secret("hunter2") };
  const hashes = (token = spec.token) =>
    lines({ basicAuth }, { token }).flatMap((line) => /\$2b\$10\$\S{53}$/.exec(line)?.[0] ?? []);
  const [ann = "", bob = ""] = hashes();
  assertEquals([compareSync("hunter2", ann), compareSync("hunter3", ann), ann === bob], [true, false, false]);
  assertEquals(hashes(), [ann, bob]);
  assertEquals(hashes("another").some((hash) => [ann, bob].includes(hash)), false);
  assertEquals(lines({ basicAuth }).join().includes("hunter2"), false);
});

Deno.test("ruleLines() asks for passwords by the word that Caddy has for it", () => {
  const word = (caddy?: string) =>
    lines({ basicAuth: { a: secret("b") } }, caddy === undefined ? {} : { caddy }).some((line) =>
      line.startsWith("basic_auth ")
    );
  assertEquals([word("2.7.6"), word("2.8.0")], [false, true]);
});

Deno.test("ruleLines() refuses addresses before it asks for a password, and lets requests of ours pass", () => {
  const all = lines({ allow: ["203.0.113.7", "::1"], basicAuth: { a: secret("b") } });
  const [denied, asked] = [
    all.indexOf("respond @alcaide_shop_denied 403"),
    all.indexOf("@alcaide_shop_asked {"),
  ];
  assertEquals(denied > 0 && denied < asked, true);
  assertEquals(all.slice(0, 6), [
    "@alcaide_shop_denied {",
    "\tnot remote_ip 203.0.113.7 ::1",
    "\tnot {",
    `\t\theader X-Alcaide-Probe ${spec.token}`,
    "\t\tremote_ip 127.0.0.1",
    "\t}",
  ]);
});

Deno.test("siteText() has the rules for the way to the app in one place", () => {
  const proxy = { ...none, trustedProxies: ["10.0.0.0/8"], timeouts: { dial: 3, read: undefined, write: 9 } };
  const text = siteText({ ...spec, sockets: true, proxy });
  assertStringIncludes(
    text,
    `(alcaide_shop-way) {
	trusted_proxies 10.0.0.0/8
	transport http {
		keepalive 500ms
		keepalive_idle_conns_per_host 32
		dial_timeout 3s
		write_timeout 9s
	}
}
`,
  );
  assertEquals([text.split("import alcaide_shop-way\n").length, text.split("transport http").length], [5, 2]);
});
