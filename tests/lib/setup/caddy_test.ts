import { assertEquals, assertThrows } from "@std/assert";
import { askLines } from "../../../lib/commands/caddy/ask.ts";
import { importLine } from "../../../lib/commands/caddy/caddyfile.ts";
import { AlcaideError } from "../../../lib/core/error.ts";
import { refuseService } from "../../../lib/setup/caddy.ts";
import { planSetup } from "../../../lib/setup/plan.ts";
import { config, facts, setupFacts } from "../../fake/facts.ts";

const caddy = (service: Record<string, string>) => ({ version: "2.11.9", running: true, service });
const move = (variable: string) =>
  `Put the configuration into /usr/local/etc/caddy/Caddyfile (it may import other files), then: sysrc -x ${variable}`;

const refused: readonly (readonly [Record<string, string>, problem: string, hint: string])[] = [
  [
    { config: "/srv/Caddyfile", adapter: "caddyfile" },
    "caddy_config in rc.conf is /srv/Caddyfile, not /usr/local/etc/caddy/Caddyfile",
    move("caddy_config"),
  ],
  [{ adapter: "json5" }, "caddy_adapter in rc.conf is json5, not caddyfile", move("caddy_adapter")],
  [
    { "extra_flags": "--watch --config=/srv/x.json" },
    "caddy_extra_flags in rc.conf has --config",
    move("caddy_extra_flags"),
  ],
  [
    { admin: "off" },
    "caddy_admin in rc.conf is off",
    "Caddy takes new sites through its admin address only: sysrc -x caddy_admin",
  ],
];
for (const [service, problem, hint] of refused) {
  Deno.test(`refuseService() refuses, and setup with it: ${problem}`, () => {
    assertEquals(refuseService(caddy(service)), { problem, hint });
    const known = facts({ caddy: caddy(service), setup: setupFacts() });
    assertThrows(() => planSetup(config(), known, "web"), AlcaideError, `Cannot set up web: ${problem}`);
  });
}

Deno.test("refuseService() takes what changes nothing about the Caddyfile", () => {
  const usual = {
    config: "/usr/local/etc/caddy/Caddyfile",
    adapter: "caddyfile",
    admin: "unix//var/run/caddy/caddy.sock",
  };
  assertEquals(refuseService(caddy({ ...usual, extra_flags: "--watch --configs" })), undefined);
  assertEquals(refuseService(caddy({})), undefined);
});

Deno.test("planSetup() doesn't take a jail's Caddy on port 80 for the server's, which doesn't run", () => {
  const known = facts({ caddy: { ...caddy({}), running: false }, setup: setupFacts() });
  assertThrows(() => planSetup(config(), known, "web"), AlcaideError, "port 80 is taken by caddy");
});

Deno.test("planSetup() lets Caddy ask about customers' domains, once", () => {
  const domain = ["shop.example.com", { ask: "http://app/allowed" }];
  const titles = (caddyfile: string) =>
    planSetup(config({ domain }), facts({ setup: setupFacts({ caddyfile }) }), "web").changes.map((
      { title, reason },
    ) => [
      title,
      reason,
    ]);
  assertEquals(titles(`${importLine}\n`), [
    [
      "Add on_demand_tls to /usr/local/etc/caddy/Caddyfile",
      "it does not ask for certificates of customers' domains",
    ],
    ["Reload Caddy", "its configuration changed"],
  ]);
  assertEquals(titles(["{", ...askLines, "}", importLine, ""].join("\n")), []);
});
