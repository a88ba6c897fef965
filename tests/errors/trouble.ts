/** Faults of a server, and the message that each must get. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { sh } from "../../lib/core/sh.ts";
import type { Place } from "../e2e/place.ts";
import type { Project, Result } from "../e2e/project.ts";
import type { FaultRule, TestHost } from "../host/mod.ts";

/** One thing that goes wrong. */
export interface Trouble {
  /** Rows of the catalogue that it shows. */
  readonly rows: readonly number[];
  /** The fault, as the end of a test's name. */
  readonly name: string;
  /** Run on the host as root, to bring it about. */
  readonly before?: string;
  /** Run on the host afterwards, to end it. */
  readonly after?: string;
  /** Calls of programs that go wrong. */
  readonly faults?: readonly FaultRule[];
  /** Values of the configuration. */
  readonly config?: (place: Place) => Record<string, unknown>;
  /** The arguments of the program; the test names its own by default. */
  readonly args?: readonly string[];
  /** Parts of the message: what failed, where, why. */
  readonly says: readonly RegExp[];
  /** Parts of its hint. */
  readonly hint: RegExp;
}

/** The name of a trouble's test. */
export function titleOf({ rows, name }: Pick<Trouble, "rows" | "name">): string {
  return `row ${rows.join(", ")}: ${name}`;
}

/** Brings the trouble about, runs the program, ends the trouble, and gives what the program said. */
export async function meet(
  host: TestHost,
  place: Place,
  project: Project,
  trouble: Trouble,
  args: readonly string[],
): Promise<Result> {
  if (trouble.before !== undefined) await on(host, trouble.before);
  for (const rule of trouble.faults ?? []) await host.fault(rule);
  await project.configure(trouble.config?.(place) ?? {});
  try {
    return await project.alcaide(trouble.args ?? args);
  } finally {
    await project.configure({});
    await host.clearFaults();
    if (trouble.after !== undefined) await on(host, trouble.after);
  }
}

/** The message says what failed, where, why, and what to do; it is no stack trace. */
export function assertMessage(
  { code, stderr }: Result,
  { says, hint }: Pick<Trouble, "says" | "hint">,
): void {
  assertEquals(code, 1, stderr);
  assertMatch(stderr, /^Error: Cannot /m);
  for (const pattern of says) assertMatch(stderr, pattern);
  const hints = stderr.split("\n").filter((line) => line.startsWith("  Hint: ")).join("\n");
  assertMatch(hints, hint, `the hint of\n${stderr}`);
  assert(!/^ +at /m.test(stderr) && !stderr.includes("Nobody foresaw"), "a stack trace is no message");
}

/** Everything of a server that a refusal must leave as it was; the traces of taking a lock don't count. */
export async function stateOf(place: Place): Promise<string> {
  return await place.server.read(
    sh`{ find /jails -maxdepth 2; find /usr/local/etc /usr/local/bin /var/db/alcaide -maxdepth 4; } 2>/dev/null | grep -v -E '/lock[^/]*$|/fence[^/]*$|[.]lock$' | sort
cat /etc/rc.conf /usr/local/etc/caddy/Caddyfile /usr/local/etc/alcaide/live/*/* 2>/dev/null
ls -d /usr/local/etc/alcaide/live/*/* 2>/dev/null
jls name path ip4.addr; mount -p; ifconfig -l; ifconfig lo1 2>/dev/null; sysrc -n caddy_enable pf_enable 2>/dev/null; :`,
  );
}

/** Runs a script on the host, which must end well. */
export async function on(host: TestHost, script: string): Promise<string> {
  const { code, stdout, stderr } = await host.shell(script);
  assertEquals(code, 0, `${script}: ${stdout}${stderr}`);
  return stdout;
}

/** Takes the host's pauses between tries away: so many calls of `sleep` with that argument return at once. */
export function hurry(args: string, count: number): FaultRule[] {
  return repeated({ program: "sleep", args, effect: "fail" }, count);
}

/** The same trouble at so many calls. */
export function repeated(rule: FaultRule, count: number): FaultRule[] {
  // A rule that has struck is gone, and doesn't count the calls that others were struck by any more.
  return Array.from({ length: count }, (_, index) => ({ ...rule, nth: index + 1 }));
}
