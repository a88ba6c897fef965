// Advice of setup about limits, and about the time that a shutdown takes.

import { assertEquals } from "@std/assert";
import { type Given, plan } from "./planning.ts";

const limits = { limits: { memory: "512M" } };
const counting = "Limits can't be in force, for the server's kernel does not count what jails use. " +
  "Add the line kern.racct.enable=1 to /boot/loader.conf on the server and reboot it, or leave limits out";
const waiting = (shutdown: number, stop: number, rc: number) =>
  `A shutdown of the server ends after ${shutdown} s, and stopTimeout is ${stop} s: programs that need longer are killed. ` +
  `Let it wait: sysrc rcshutdown_timeout=${rc}; sysctl kern.init_shutdown_timeout=${
    rc + 30
  }, and the latter in ` +
  "/etc/sysctl.conf, too";
const cache = { start: "x", stopTimeout: 600, ports: [1], packages: [] };
const advice: readonly (Given & { name: string; advice: string[] })[] = [
  { name: "limits where the kernel does not count", config: limits, advice: [counting] },
  { name: "limits where it does", config: limits, facts: { counts: true }, advice: [] },
  {
    name: "limits of an accessory",
    server: "203.0.113.7",
    config: { accessories: { a: { ...cache, stopTimeout: 1, ...limits } } },
    advice: [counting],
  },
  { name: "a stop of 50 s", config: { stopTimeout: 50 }, advice: [] },
  { name: "a stop of 51 s", config: { stopTimeout: 51 }, advice: [waiting(90, 51, 91)] },
  {
    name: "a stop of 15 min",
    config: { stopTimeout: 900 },
    setup: { shutdown: 120 },
    advice: [waiting(120, 900, 940)],
  },
  {
    name: "a stop of 15 min, waited for",
    config: { stopTimeout: 900 },
    setup: { shutdown: 940 },
    advice: [],
  },
  {
    name: "an accessory's stop",
    server: "203.0.113.7",
    config: { accessories: { a: cache } },
    advice: [waiting(90, 600, 650)],
  },
];

for (const { name, advice: expected, ...given } of advice) {
  Deno.test(`planSetup() advises about ${name}`, () => assertEquals(plan(given).advice, expected));
}
