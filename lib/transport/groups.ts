// Processes of this machine that end together with what they started.

import { pause } from "./limits.ts";

/** Milliseconds that a process told to end gets for it. */
const patience = 3_000;

/** Tells a process that leads a group, and all in that group, to end, and makes them when they don't. */
export function endGroup(pid: number, ended: AbortSignal): void {
  killGroup(pid, "SIGTERM");
  pause(patience, ended).then(() => killGroup(pid, "SIGKILL"), () => {});
}

function killGroup(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(-pid, signal);
  } catch {
    // Gone already.
  }
}
