/** Why a request got no whole answer. */

/**
 * Faults by kind. `unsent`: the connection was dead already, nothing went out. `closed` and `reset`:
 * before any byte of the answer. `short`: in the midst of it.
 */
export type FaultKind = "connect" | "unsent" | "closed" | "reset" | "timeout" | "short" | "malformed";

/** A request that got no whole answer. */
export class Fault extends Error {
  override name = "Fault";
  readonly kind: FaultKind;
  /** Makes a fault with what is known about it. */
  constructor(kind: FaultKind, message: string) {
    super(`${kind}: ${message}`);
    this.kind = kind;
  }
}

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
