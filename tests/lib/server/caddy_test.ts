import { assertEquals } from "@std/assert";
import { caddy } from "../../../lib/server/caddy.ts";
import { applySite } from "../../../lib/commands/caddy/caddyfile.ts";
import { switchLive } from "../../../lib/commands/live.ts";
import { lockOnLinux, underHostLock } from "../../../lib/commands/lock.ts";
import { siteText } from "../../../lib/commands/caddy/site.ts";
import { script } from "../../../lib/core/script.ts";
import { listening } from "./listening.ts";

const site = {
  app: "shop",
  blue: "10.66.0.2:4000",
  green: "10.66.0.3:4000",
  domains: [],
  tls: { kind: "off" },
  token: "t",
  caddy: "2.9.1",
} as const;

const deeds = [
  {
    name: "caddy().apply() puts a site in force under the server's lock",
    run: (s: ReturnType<typeof listening>) => caddy(s.server).apply(site),
    script: script(lockOnLinux(), underHostLock(applySite("shop", siteText(site)))).text,
  },
  {
    name: "caddy().route() moves the traffic",
    run: (s: ReturnType<typeof listening>) => caddy(s.server).route("shop", { slot: "blue", release: "7-x" }),
    script: switchLive("shop", { slot: "blue", release: "7-x" }).text,
  },
];
for (const { name, run, script } of deeds) {
  Deno.test(name, async () => {
    const place = listening();
    await run(place);
    assertEquals(place.scripts, [script]);
  });
}

const answers = [
  {
    name: "the release of the app asked for",
    stdout: "blog /green-3-x\n\nshop /blue-7-1a2b3c4\n\n",
    live: { slot: "blue", release: "7-1a2b3c4" },
  },
  { name: "nothing when Caddy is silent", stdout: "shop \n", live: undefined },
  { name: "nothing when there is no such app", stdout: "shopping /blue-7-1a2b3c4\n", live: undefined },
];
for (const { name, stdout, live } of answers) {
  Deno.test(`caddy().live() is ${name}`, async () => {
    assertEquals<unknown>(await caddy(listening(stdout).server).live("shop"), live);
  });
}
