// A disagreement of a server: its words, and what `repair` does about it.

import type { Prepared } from "../../server/prepared.ts";
import type { Routed } from "../../server/routed.ts";
import type { Config } from "../../config/field/types.ts";
import type { Dispute } from "../../server/traffic.ts";
import type { Change } from "../../server/change.ts";
import type { Facts } from "../../server/facts.ts";
import type { AppAllocation } from "../../server/host_state.ts";

/** The kinds of disagreements. */
export type Kind =
  | Dispute
  | "lost"
  | "spare"
  | "site"
  | "canary"
  | "names"
  | "shared"
  | "tree"
  | "files"
  | "release"
  | "running"
  | "process"
  | "mount"
  | "address"
  | "half"
  | "accessory"
  | "journal"
  | "schedule"
  | "artifact"
  | "assets"
  | "lock"
  | "dataset"
  | "foreign"
  | "forgotten"
  | "interface"
  | "pf"
  | "boot"
  | "import"
  | "enable";

/** Things that do not agree. One without a repair and without advice ends with the repair of another. */
export interface Disagreement {
  readonly kind: Kind;
  /** In words: the reason of its repair, and a problem of `status`. */
  readonly says: string;
  readonly repair?: Omit<Change, "reason">;
  /** Advice where `repair` leaves it to a person. */
  readonly leave?: string;
}

/** Everything that rows are made from. */
export interface Scene {
  readonly config: Config;
  readonly facts: Facts;
  readonly place: AppAllocation;
  /** The release that has the traffic, or should. */
  readonly live: Routed | undefined;
  /** The release that waits for a cutover. */
  readonly prepared: Prepared | undefined;
}

/** A row that is repaired. */
export function mend(kind: Kind, says: string, repair: Omit<Change, "reason">): Disagreement {
  return { kind, says, repair };
}

/** A row that is left to a person. */
export function leave(kind: Kind, says: string, advice: string): Disagreement {
  return { kind, says, leave: advice };
}
