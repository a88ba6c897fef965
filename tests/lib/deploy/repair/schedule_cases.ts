// Schedules on a server that are not those of its live release.

import { place, release, setupFacts } from "../../../fake/facts.ts";
import type { Facts } from "../../../../lib/server/facts.ts";
import type { ScheduleFact } from "../../../../lib/server/remains.ts";
import { type Case, remains, well } from "./scene.ts";

const at = "0 3 * * *";
const there: ScheduleFact = {
  name: "cleanup",
  at,
  release: "6-a",
  listed: true,
  running: false,
  last: undefined,
};

/** A server whose live release has schedules, and those that are there. */
function scheduled(names: readonly string[], schedules: readonly ScheduleFact[]): Facts {
  const known = remains({ schedules });
  const wanted = names.map((name) => ({ name, at, run: "bin/shop cleanup" }));
  const { config } = release("6-a");
  const journal = known.journal.map((one) =>
    one.id === "6-a" && names.length > 0 ? { ...one, config: { ...config, schedules: wanted } } : one
  );
  return { ...known, journal };
}

const install = "schedule: the schedules on the server are not those of 6-a > Install the schedules of 6-a";

/** Schedules. */
export const scheduleCases: readonly Case[] = [
  { name: "schedules as they should be", facts: scheduled(["cleanup"], [there]), found: [] },
  { name: "schedules that are gone", facts: scheduled(["cleanup"], []), found: [install] },
  {
    name: "schedules that cron's file lacks",
    facts: scheduled(["cleanup"], [{ ...there, listed: false }]),
    found: [install],
  },
  {
    name: "schedules of another release",
    facts: scheduled(["cleanup"], [{ ...there, release: "5-a" }]),
    found: [install],
  },
  {
    name: "a schedule of another time",
    facts: scheduled(["cleanup"], [{ ...there, at: "* * * * *" }]),
    found: [install],
  },
  { name: "one too many", facts: scheduled([], [there]), found: [install] },
  {
    name: "schedules of an app of which nothing is live",
    facts: {
      ...well,
      ...{ live: new Map(), routed: new Map(), jails: [], journal: [], sites: new Map(), trees: new Map() },
      ...{ base: [], jailFiles: new Map(), host: { version: 1, apps: { shop: place } } },
      setup: setupFacts(),
      remains: { ...well.remains!, mounts: [], jailFiles: [], releases: new Map(), schedules: [there] },
    },
    found: [
      "schedule: the server has schedules of shop, and nothing of it is live > Remove the schedules of shop",
    ],
  },
];
