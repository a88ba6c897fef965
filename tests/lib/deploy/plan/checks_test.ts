import { assertEquals, assertThrows } from "@std/assert";
import { AlcaideError } from "../../../../lib/core/error.ts";
import { checkServer } from "../../../../lib/deploy/plan/checks.ts";
import { config, facts } from "../../../fake/facts.ts";
import { fakeServer } from "../../../fake/server.ts";

const cases: readonly (readonly [service: Record<string, string>, problem: string])[] = [
  [
    { config: "/srv/Caddyfile" },
    "caddy_config in rc.conf is /srv/Caddyfile, not /usr/local/etc/caddy/Caddyfile",
  ],
  [{ adapter: "json5" }, "caddy_adapter in rc.conf is json5, not caddyfile"],
  [{ "extra_flags": "--config=/srv/x.json" }, "caddy_extra_flags in rc.conf has --config"],
  [{ admin: "off" }, "caddy_admin in rc.conf is off"],
];
for (const [service, problem] of cases) {
  Deno.test(`checkServer() refuses a deploy before anything is changed: ${problem}`, () => {
    const { remote } = fakeServer({ name: "web" });
    const usual = facts();
    const known = { ...usual, caddy: { ...usual.caddy, service } };
    const [freebsd = ""] = known.templates;
    checkServer(config(), remote, usual, freebsd);
    const error = assertThrows(() => checkServer(config(), remote, known, freebsd), AlcaideError);
    assertEquals(error.message, `Cannot use web: ${problem}`);
    assertEquals(error.hint?.includes("sysrc -x caddy_"), true);
  });
}
