// How long FreeBSD's releases get security patches.

import { withoutPatch } from "../server/facts.ts";
import { note, unknown, type Verdict, warning } from "./check.ts";

/**
 * Last days, of releases and of branches. From https://www.freebsd.org/security/, its list of unsupported releases, and the schedule in
 * https://lists.freebsd.org/archives/freebsd-announce/2024-July/000143.html, as of November 2026.
 */
const ends: Readonly<Record<string, string>> = {
  "13.2": "2024-06-30",
  "13.3": "2024-12-31",
  "13.4": "2025-06-30",
  "13.5": "2026-04-30",
  "13": "2026-04-30",
  "14.0": "2024-09-30",
  "14.1": "2025-03-31",
  "14.2": "2025-09-30",
  "14.3": "2026-06-30",
  "14.4": "2026-12-31",
  "14.5": "2027-06-30",
  "14": "2028-11-30",
  "15.0": "2026-09-30",
  "15": "2029-12-31",
};

/** Days before the end from which it is worth a note. */
const soon = 60;

/** Tells when a release's support ended, or soon will; nothing while it goes on. */
export function supportOf(who: string, version: string, now: number): Verdict[] {
  const release = withoutPatch(version).replace(/-RELEASE$/, "");
  const [major = ""] = release.split(".");
  const end = ends[release];
  const branch = ends[major];
  const last = end ?? branch;
  if (last === undefined) {
    return [
      unknown(`${who} runs FreeBSD ${version}, of which this Alcaide knows no end of support`, `See ${page}`),
    ];
  }
  const days = (Date.parse(last) - now) / 86_400_000 + 1;
  if (days < 0) {
    return [warning(
      `${who} runs FreeBSD ${release}, which gets no security patches since ${last}`,
      branch !== undefined && Date.parse(branch) > now
        ? `Upgrade to a later ${major}.x: freebsd-update upgrade, then "alcaide setup" and "alcaide deploy"`
        : "Upgrade to a later FreeBSD; packages and downloads for this one go away",
    )];
  }
  if (end === undefined) {
    return [
      note(
        `${who} runs FreeBSD ${release}, which is newer than this Alcaide's table; stable/${major} ends on ${branch}`,
        `See ${page}`,
      ),
    ];
  }
  return days < soon
    ? [
      note(
        `${who} runs FreeBSD ${release}, which gets security patches until ${last}`,
        `Plan the upgrade: ${page}`,
      ),
    ]
    : [];
}

const page = "https://www.freebsd.org/security/";
