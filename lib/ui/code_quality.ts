// A job's report of faults at lines of files, which GitLab shows in a merge request.

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
    const path = pathIn(project, file);
    return path === undefined ? [] : [{
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

/** A file's path from a project's directory; undefined outside. Every start loads this: Node's module of paths would make it slower. */
function pathIn(project: string, file: string): string | undefined {
  const [root, path] = [`${whole(project)}/`, whole(file)];
  return path.startsWith(root) ? path.slice(root.length) : undefined;
}

/** An absolute path without `..` and its like. */
function whole(path: string): string {
  const absolute = path.startsWith("/") ? path : `${Deno.cwd()}/${path}`;
  return decodeURIComponent(new URL(`file://${absolute.replace(/[%?#\\]/g, encodeURIComponent)}`).pathname);
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
