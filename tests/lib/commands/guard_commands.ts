// The texts that watch a release, let a canary have its visitors, and let Caddy find a marker.

import { countAnswers, watchApp } from "../../../lib/commands/app/guard.ts";
import { admitCanary, dismissCanary, linkLive } from "../../../lib/commands/live.ts";
import type { Command } from "../../../lib/core/sh.ts";
import { spec } from "./samples.ts";

const watched = { for: 60_000, maxErrors: 0.5 };

/** Each with the name of its maker. */
export const forGuard: readonly (readonly [name: string, command: Command])[] = [
  ["watchApp", watchApp(spec, watched)],
  ["watchApp of a canary", watchApp(spec, { ...watched, from: "10.66.0.2:4000" })],
  ["watchApp of a rollback", watchApp(spec, { ...watched, worse: true })],
  ["countAnswers", countAnswers("shop", "2026-01-02T03:04:05.000Z")],
  ["admitCanary", admitCanary("shop", "7-1a2b3c4")],
  ["dismissCanary", dismissCanary("shop")],
  ["linkLive", linkLive("shop")],
];
