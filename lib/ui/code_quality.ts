// A job's report of faults at lines of files, which GitLab shows in a merge request.

import { relative, resolve } from "node:path";
import { shortName } from "../core/fingerprint.ts";

/** A fault at a line of a file. */
export interface Mark {
  readonly text: string;
  readonly file: string;
  readonly line: string;
}

/**
 * Adds faults to a report; several commands of a job write the same. Files outside of the project are left out: GitLab can't show them.
 *
 * @param before the report so far; empty where there is none
 */
export function codeQuality(before: string, marks: readonly Mark[], project: string): string {
  const added = marks.flatMap(({ text, file, line }) => {
    const path = relative(project, resolve(file));
    return path.startsWith("..") ? [] : [{
      description: text,
      ["check_name"]: "alcaide",
      // Without the line: a fault that moves is not another one.
      fingerprint: shortName(`${path} ${text}`),
      severity: "blocker",
      location: { path, lines: { begin: Number(line) } },
    }];
  });
  return `${JSON.stringify([...reportOf(before), ...added], null, 2)}\n`;
}

/** The entries of a report; one that was cut off has none. */
function reportOf(text: string): unknown[] {
  try {
    const report = JSON.parse(text);
    return Array.isArray(report) ? report : [];
  } catch {
    return [];
  }
}
