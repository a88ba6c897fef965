// Failures as the page shows them.

import { exitCodes, type Problem } from "../core/error.ts";
import { errorEvent } from "../ui/report.ts";

/** An error as the page shows it. */
export interface Fault {
  readonly message: string;
  readonly hint: string | null;
  readonly details: readonly string[];
  readonly causes: readonly FaultCause[];
  /** The faults of a configuration. */
  readonly problems?: readonly Problem[];
  readonly undone?: readonly string[];
  /** The releases that serve on. */
  readonly live?: readonly string[];
  /** Why not everything could be undone. */
  readonly undoFailures?: readonly FaultCause[];
  readonly exitCode?: number;
}

/** Something that lies behind an error. */
export type FaultCause = Pick<Fault, "message" | "details"> & { readonly hint?: string };

/** A failure without its secrets. */
export class MaskedError extends Error {
  /** Makes it of the failure. */
  constructor(readonly fault: Fault) {
    super(fault.message);
  }
}

/** An error as the page shows it. */
export function faultOf(error: unknown): Fault {
  return error instanceof MaskedError ? error.fault : errorEvent(error);
}

/** True where somebody has stopped what failed. */
export function isStopped({ exitCode }: Fault): boolean {
  return exitCode === exitCodes.interrupted;
}
