/** The ways in which a program call on a server can go wrong. */

import type { FaultRule } from "../host/mod.ts";

/** A way to break a command at one of its calls. */
export interface Way {
  readonly title: string;
  /** The rule for the call, but for its number. */
  readonly rule: Pick<FaultRule, "effect" | "status">;
  /** The command runs in a process of its own, since a signal must end it. */
  readonly signal?: "INT" | "KILL";
  /** A person loses patience and presses Ctrl-C a moment after the call. */
  readonly impatient?: boolean;
  /** Requests fail while the server is down. */
  readonly down?: boolean;
  /** The server lied to the command, which then may believe in its success. */
  readonly lie?: boolean;
}

/** All ways, by name. */
export const ways: Readonly<Record<string, Way>> = {
  fail: { title: "exits 1", rule: { effect: "fail", status: 1 } },
  nothing: { title: "exits 0, did nothing", rule: { effect: "fail", status: 0 }, lie: true },
  hang: { title: "hangs, then Ctrl-C", rule: { effect: "hang" }, impatient: true },
  drop: { title: "SSH lost before", rule: { effect: "drop" } },
  dropped: { title: "SSH lost after", rule: { effect: "after-drop" } },
  kill: { title: "client SIGKILL", rule: { effect: "signal" }, signal: "KILL" },
  int: { title: "Ctrl-C", rule: { effect: "signal" }, signal: "INT" },
  full: { title: "disk full", rule: { effect: "full" } },
  reboot: { title: "host reboots", rule: { effect: "reboot" }, down: true },
};

/** True when a script of the command may still be at work on the server after the command has ended. */
export function isApart({ down, signal, rule }: Way): boolean {
  return down === true || signal === "KILL" || /drop/.test(rule.effect);
}
