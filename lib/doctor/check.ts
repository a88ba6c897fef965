// Checks and their findings.

import type { Refusal } from "../server/change.ts";

/** How bad a finding is, the worst first. `unknown` is a fact that could not be read. */
export const severities = ["error", "warning", "unknown", "note", "ok"] as const;

/** How bad a finding is. */
export type Severity = typeof severities[number];

/** The answer of a check. */
export interface Verdict {
  /** How bad it is. */
  readonly severity: Severity;
  /** A sentence that names the thing. */
  readonly says: string;
  /** The way to put it right. */
  readonly remedy: string | null;
}

/** A verdict with the check that it comes from. */
export interface Finding extends Verdict {
  /** The check's name. */
  readonly check: string;
}

/** A row of the table of checks. It looks at facts alone. */
export interface Check<Seen> {
  /** Its name, which stays. */
  readonly id: string;
  /** Its subject, for the documentation. */
  readonly about: string;
  /** The sentence when there is nothing to say. */
  readonly fine: string;
  /** The worst that it can find. */
  readonly worst: Severity;
  /** Tells each fault; nothing when all is well. */
  look(seen: Seen): readonly Verdict[];
}

type Make = (says: string, remedy?: string) => Verdict;

const make = (severity: Severity): Make => (says, remedy) => ({ severity, says, remedy: remedy ?? null });

/** Stops a deploy or setup, or visitors see it. */
export const error: Make = make("error");
/** Works today. */
export const warning: Make = make("warning");
/** Could not be read. */
export const unknown: Make = make("unknown");
/** Worth knowing. */
export const note: Make = make("note");

/** The verdict for a reason to refuse a server; none without a reason. */
export function refused(found: Refusal | false | undefined, as: Make = error): Verdict[] {
  return found ? [as(sentence(found.problem), found.hint)] : [];
}

/** A text with a capital letter, unless it begins with a name such as `jail.freebsd`. */
export function sentence(text: string): string {
  return /^[a-z]+ /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** The findings of all checks, the worst first. */
export function runChecks<Seen>(checks: readonly Check<Seen>[], seen: Seen): Finding[] {
  return worstFirst(checks.flatMap(({ id, fine, look }) => {
    const found = look(seen);
    const all = found.length > 0 ? found : [{ severity: "ok", says: fine, remedy: null } as const];
    return all.map((verdict) => ({ check: id, ...verdict }));
  }));
}

/** Findings in the order of their severity; those of the same one stay in theirs. */
export function worstFirst(all: readonly Finding[]): Finding[] {
  const rank = ({ severity }: Finding) => severities.indexOf(severity);
  return all.toSorted((a, b) => rank(a) - rank(b));
}
