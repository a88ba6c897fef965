// Commands of `alcaide run --detach` on a server, from the answer to `listRuns()`.

import { printable } from "../core/text.ts";

/** A command that needs no connection. */
export interface RunFact {
  /** Its name among those of the app. */
  readonly id: string;
  /** The command, as it was typed. */
  readonly command: string;
  /** The release that it runs in, and ends with. */
  readonly release: string;
  /** When it began: ISO 8601, UTC. */
  readonly began: string;
  /** True until it ends. */
  readonly running: boolean;
  /** Its exit status; null while it runs, and when nobody knows it. */
  readonly status: number | null;
}

/** Reads a line about a command; nothing where it makes no sense. */
export function parseRun(row: string): RunFact[] {
  const [, release = "", id = "", began, state = "", text = ""] =
    /^(\S+) ([0-9a-f]+) (\d{1,12}) (\d+|runs|gone) (".*")$/.exec(row) ?? [];
  const command = id === "" ? undefined : textOf(text);
  if (command === undefined) return [];
  return [{
    ...{ id, release, command, running: state === "runs" },
    began: new Date(Number(began) * 1000).toISOString(),
    status: /^\d+$/.test(state) ? Number(state) : null,
  }];
}

function textOf(json: string): string | undefined {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Says how a command goes, in a line. */
export function runText({ id, command, release, began, running, status }: RunFact): string {
  const end = status === null ? "was ended from outside" : `ended with status ${status}`;
  const line = printable(command).replaceAll("\n", "\\n");
  return `${id} ${line} (of ${release}, since ${began}) ${running ? "runs" : end}`;
}
