// The release with the traffic of an app on a server: the one place that decides it.

import { hasWeb } from "../core/process.ts";
import type { Marker } from "../commands/live.ts";
import { jailName, liveDir } from "../commands/paths.ts";
import { AlcaideError } from "../core/error.ts";
import { declaredOf, newestFirst, type Release, type ReleaseId } from "../core/release.ts";
import { otherSlot } from "../core/slot.ts";
import { type Facts, releasesOf, runs } from "./facts.ts";

/** The source of that answer: Caddy itself, the marker on disk that it goes by, or the journal. */
export type Witness = "caddy" | "marker" | "journal";

/** The release with the traffic of an app on a server. */
export interface Traffic extends Marker {
  /** The source: the first of them that knows. */
  readonly saidBy: Witness;
  /** The release's record in the journal. */
  readonly record: Release | undefined;
  /** In words, what disputes that it serves; empty when all is well. */
  readonly disputes: readonly string[];
}

/** The kinds of what may dispute it. */
export type Dispute =
  | "caddy"
  | "silent"
  | "marker"
  | "contradiction"
  | "unknown"
  | "state"
  | "guard"
  | "stopped";

/**
 * The release with the traffic of an app: by Caddy's own answer, else by the marker on disk, which Caddy goes by, else by the
 * journal, when the jail of a release that it calls live runs.
 */
export function trafficOf(facts: Facts, app: string): Traffic | undefined {
  const said = facts.live.get(app);
  const marked = facts.routed.get(app);
  const known = said ?? marked ?? survivor(facts, app);
  if (known === undefined) return undefined;
  const saidBy = said ? "caddy" : marked ? "marker" : "journal";
  const record = releasesOf(facts, app).find(({ id }) => id === known.release);
  const { slot, release } = known;
  const traffic = { slot, release, saidBy, record } as const;
  return { ...traffic, disputes: [...disputesOf(traffic, facts, app).values()] };
}

/**
 * Decides which release has the traffic of an app, for a plan that changes something.
 *
 * @param purpose what can't be done otherwise, as in "work on web"
 * @throws {AlcaideError} when Caddy contradicts the marker: a person has to look
 */
export function settledTraffic(facts: Facts, app: string, purpose: string): Traffic | undefined {
  const contradiction = contradictionOf(facts, app);
  if (contradiction === undefined) return trafficOf(facts, app);
  throw new AlcaideError(`Cannot ${purpose}: ${contradiction}`, {
    hint: contradictionAdvice(app),
  });
}

/** Advice where Caddy contradicts the marker. */
export function contradictionAdvice(app: string): string {
  return `Look at ${liveDir(app)} on the server, then "service caddy reload"`;
}

/** A server's release, in words: "serves 7-1a2b3c4". */
export function serves(release: ReleaseId | undefined): string {
  return `serves ${release ?? "nothing"}`;
}

/** The releases of split servers, in words; empty when all serve the same. */
export function splitRows(all: readonly { server: string; release: ReleaseId | undefined }[]): string[] {
  if (new Set(all.map(({ release }) => release)).size < 2) return [];
  return all.map(({ server, release }) => `${server} ${serves(release)}`);
}

/** Without a marker: the newest release that the journal calls live and whose jail runs. */
function survivor(facts: Facts, app: string): Marker | undefined {
  const found = newestFirst(releasesOf(facts, app))
    .find(({ state, slot }) => state === "live" && runs(facts, jailName(app, slot)));
  return found && { slot: found.slot, release: found.id };
}

/** Everything that disputes that a release has the traffic, by its kind, in words. */
export function disputesOf(
  { release, slot, saidBy, record }: Omit<Traffic, "disputes">,
  facts: Facts,
  app: string,
): ReadonlyMap<Dispute, string> {
  const jail = jailName(app, slot);
  const contradiction = contradictionOf(facts, app);
  const served = hasWeb(declaredOf(record?.config));
  const all: readonly (readonly [Dispute, string | false | undefined])[] = [
    ["caddy", served && !facts.caddy.running && "Caddy does not run"],
    [
      "silent",
      served && facts.caddy.running && saidBy === "marker" &&
      `Caddy does not say which release it serves, the marker on disk names ${release}`,
    ],
    [
      "marker",
      saidBy === "journal" &&
      `the marker on disk is gone, though ${release} runs: "alcaide repair" puts it back`,
    ],
    ["contradiction", contradiction],
    ["unknown", record === undefined && `the journal does not know ${release}`],
    ["state", record !== undefined && record.state !== "live" && journalSays(record)],
    [
      "guard",
      record?.guarded &&
      `its guard goes on, or was cut off: ${
        facts.jailFiles.get(jailName(app, otherSlot(slot))) ?? "the release before"
      } is still warm`,
    ],
    ["stopped", !runs(facts, jail) && `jail ${jail} does not run`],
  ];
  return new Map(all.flatMap(([kind, says]) => says ? [[kind, says]] : []));
}

/** The journal's state of a release, in words. */
export function journalSays({ id, state }: Pick<Release, "id" | "state">): string {
  return `the journal says ${id} is ${state}`;
}

/** Caddy goes by the marker: when it says something else, somebody changed its site file, or it runs another configuration. */
function contradictionOf(facts: Facts, app: string): string | undefined {
  const said = facts.live.get(app);
  const marked = facts.routed.get(app);
  if (said === undefined) return undefined;
  if (said.release === marked?.release && said.slot === marked.slot) return undefined;
  const where = (one: Marker) =>
    said.release === marked?.release ? `${one.release} in ${one.slot}` : one.release;
  return `Caddy serves ${where(said)}, the marker on disk names ${marked ? where(marked) : "nothing"}`;
}
