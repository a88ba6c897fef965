// One thing that `setup` or `repair` does to a server.

import { AlcaideError } from "../core/error.ts";
import type { Command } from "../core/sh.ts";

/** One missing piece of a server. */
export interface Change {
  /** An order: "Download FreeBSD 14.3-RELEASE". */
  readonly title: string;
  /** Why it is missing. */
  readonly reason: string;
  /** The command that makes it so; running it twice is as good as once. */
  readonly command: Command;
  /** Advice for its failure. */
  readonly hint?: string;
  /** The lock it needs: `setup` for long work. Default: the host's lock, which deploys need, too. */
  readonly lock?: "setup";
  /** True for long work, which goes on when the connection breaks. Default: true under the lock of `setup`. */
  readonly long?: boolean;
}

/** A reason to leave a server as it is. */
export interface Refusal {
  readonly problem: string;
  readonly hint: string;
}

/**
 * Ends a plan for the first reason that holds.
 *
 * @throws {AlcaideError} "Cannot WORK: PROBLEM", when there is one
 */
export function refuse(work: string, reasons: readonly (Refusal | false | undefined)[]): void {
  const found = reasons.find((reason) => reason !== false && reason !== undefined);
  if (found) throw new AlcaideError(`Cannot ${work}: ${found.problem}`, { hint: found.hint });
}
