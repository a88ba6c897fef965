import { assertEquals, assertStringIncludes } from "@std/assert";
import { importLine } from "../../../lib/commands/caddy/caddyfile.ts";
import { pfSubnets, pfText } from "../../../lib/commands/server/network.ts";
import type { UserConfig } from "../../../lib/config/field/types.ts";
import { planSetup } from "../../../lib/setup/plan.ts";
import { config, facts, setupFacts } from "../../fake/facts.ts";
import { type Given, plan, rc, without } from "./planning.ts";

Deno.test("planSetup() changes nothing where everything is there", () => {
  assertEquals(plan(), { changes: [], advice: [], dataset: undefined });
});

const changes: readonly (Given & { name: string; title: string; reason: string; does: string })[] = [
  {
    name: "files that only root can read",
    setup: { closed: ["/usr/local/etc/alcaide"] },
    title: "Let jails and Caddy read what is theirs",
    reason: "only root can read /usr/local/etc/alcaide, which was made under another umask",
    does: "chmod a+rX",
  },
  {
    name: "the interface",
    setup: { interfaces: ["vtnet0", "lo0"], rc: without("cloned_interfaces") },
    title: "Make the interface lo1",
    reason: "it is not there",
    does: "sysrc cloned_interfaces+=lo1",
  },
  {
    name: "the interface after a reboot",
    setup: { rc: { ...rc, cloned_interfaces: "bridge0 lo10" } },
    title: "Make the interface lo1",
    reason: "it would not be there after a reboot",
    does: "ifconfig lo1 create",
  },
  {
    name: "the base system",
    facts: { templates: ["13.5-RELEASE"] },
    title: "Download and unpack FreeBSD 14.3-RELEASE",
    reason: "/jails has no such base system",
    does: "from=https://download.freebsd.org/releases/amd64/amd64/14.3-RELEASE\n",
  },
  {
    name: "the base system that the configuration names",
    config: { jail: { freebsd: "13.5-RELEASE", basePath: "/zoo" } },
    title: "Download and unpack FreeBSD 13.5-RELEASE",
    reason: "/zoo has no such base system",
    does: "/amd64/13.5-RELEASE\n",
  },
  {
    name: "a way out for jails",
    setup: {
      rc: { ...without("pf_rules"), pf_enable: "NO" },
      pf: { adminFile: false, loaded: true, enabled: false, translates: false, available: true, ours: "" },
    },
    title: "Let jails reach the outside",
    reason: "there is no address translation for them",
    does: "nat on vtnet0 inet from 10.66.0.0/24",
  },
  {
    name: "a way out for jails, and the kernel's module for it",
    setup: {
      rc: { ...without("pf_rules"), pf_enable: "NO" },
      pf: { adminFile: false, loaded: false, enabled: false, translates: false, available: true, ours: "" },
    },
    title: "Let jails reach the outside",
    reason: "there is no address translation for them; the kernel module pf is loaded for it",
    does: "kldload -n pf && mkdir",
  },
  {
    name: "today's rules",
    setup: {
      pf: {
        adminFile: false,
        loaded: true,
        enabled: true,
        translates: true,
        available: true,
        ours: pfText("vtnet0", ["10.1.0.0/24"]),
      },
    },
    title: "Let jails reach the outside",
    reason: "pf's rules for them are not in force",
    does: "nat on vtnet0 inet from 10.66.0.0/24",
  },
  {
    name: "rules in force",
    setup: { pf: { ...setupFacts().pf, translates: false } },
    title: "Let jails reach the outside",
    reason: "pf's rules for them are not in force",
    does: "service pf start",
  },
  {
    name: "a firewall that runs",
    setup: { pf: { ...setupFacts().pf, enabled: false } },
    title: "Let jails reach the outside",
    reason: "pf's rules for them are not in force",
    does: "service pf start",
  },
  {
    name: "Caddy",
    facts: { caddy: { version: undefined, running: true, service: {} } },
    title: "Install Caddy",
    reason: "it is not installed",
    does: "pkg install -y caddy",
  },
  {
    name: "Caddy at boot",
    setup: { rc: { ...rc, caddy_enable: "NO" } },
    title: "Enable Caddy",
    reason: "it would not run after a reboot",
    does: "sysrc 'caddy_enable=YES'",
  },
  {
    name: "a running Caddy",
    setup: { listeners: [] },
    facts: { caddy: { version: "2.9.1", running: false, service: {} } },
    title: "Start Caddy",
    reason: "it does not run",
    does: "service caddy start",
  },
  {
    name: "the boot script",
    setup: { bootScript: "" },
    title: "Install the boot script",
    reason: "live jails would not start after a reboot",
    does: "/usr/local/etc/rc.d/alcaide",
  },
  {
    name: "today's boot script",
    setup: { bootScript: "#!/bin/sh\n# old\n" },
    title: "Install the boot script",
    reason: "it is of another version of Alcaide",
    does: "sysrc 'alcaide_enable=YES'",
  },
  {
    name: "the boot script enabled",
    setup: { rc: without("alcaide_enable") },
    title: "Install the boot script",
    reason: "live jails would not start after a reboot",
    does: "sysrc 'alcaide_enable=YES'",
  },
];

for (const { name, title, reason, does, ...given } of changes) {
  Deno.test(`planSetup() adds only ${name}`, () => {
    const { changes: made, advice } = plan(given);
    assertEquals([made.map((one) => [one.title, one.reason]), advice], [[[title, reason]], []]);
    assertStringIncludes(made[0]?.command.text ?? "", does);
  });
}

Deno.test("planSetup() says who has to start again before it reads what was closed to it", () => {
  const { changes: made, advice } = plan({
    setup: { closed: ["/jails/shop_db", "/jails/shop_db/usr/local"] },
  });
  assertStringIncludes(
    made[0]?.reason ?? "",
    "only root can read /jails/shop_db and 1 other path, which were",
  );
  assertEquals(advice.length, 1);
  assertStringIncludes(advice[0] ?? "", '"alcaide accessory restart NAME" lets an accessory read its own');
});

Deno.test("planSetup() adds its line to the Caddyfile and brings it in force", () => {
  const { changes: made } = plan({ setup: { caddyfile: "a.example {\n}\n" } });
  assertEquals(made.map(({ title }) => title), [
    "Add one line to /usr/local/etc/caddy/Caddyfile",
    "Reload Caddy",
  ]);
  assertEquals(made[0]?.hint, `Add this line yourself, outside of any block: ${importLine}`);
});

Deno.test("planSetup() orders the changes of a bare server so that each finds what it needs", () => {
  const bare = setupFacts({
    rc: {},
    interfaces: ["vtnet0", "lo0"],
    listeners: [],
    pf: { adminFile: false, loaded: true, enabled: false, translates: false, available: true, ours: "" },
    bootScript: "",
    caddyfile: "",
  });
  const { changes: made } = planSetup(
    config(),
    facts({ templates: [], caddy: { version: undefined, running: false, service: {} }, setup: bare }),
    "web",
  );
  assertEquals(made.map(({ title }) => title), [
    "Make the interface lo1",
    "Download and unpack FreeBSD 14.3-RELEASE",
    "Let jails reach the outside",
    "Install Caddy",
    "Enable Caddy",
    "Add one line to /usr/local/etc/caddy/Caddyfile",
    "Start Caddy",
    "Install the boot script",
  ]);
});

Deno.test("planSetup() leaves jails of another network their way out, whichever app is set up last", () => {
  const nets = (config: Partial<UserConfig>, ours: readonly string[]) => {
    const pf = {
      adminFile: false,
      loaded: true,
      enabled: true,
      translates: true,
      available: true,
      ours: pfText("vtnet0", ours),
    };
    return plan({ config, setup: { pf } }).changes.map(({ command }) => pfSubnets(command.text));
  };
  const other = { jail: { subnet: "10.77.0.0/24" } };
  assertEquals(nets(other, ["10.66.0.0/24"]), [["10.66.0.0/24", "10.77.0.0/24"]]);
  assertEquals(nets(other, ["10.66.0.0/24", "10.77.0.0/24"]), []);
  assertEquals(nets({}, ["10.66.0.0/24", "10.77.0.0/24"]), []);
});

Deno.test("planSetup() makes the base system a dataset where the base path is one", () => {
  const setup = { rc: { ...rc, zfs_enable: "YES" } };
  const { changes: made } = plan({ setup, facts: { templates: [], dataset: "zroot/jails" } });
  assertStringIncludes(made[0]?.command.text ?? "", "zroot/jails/alcaide_template_14.3-RELEASE@alcaide");
});
