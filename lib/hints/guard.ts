// Words of the guard: how a release did that was watched.

import type { AppSpec } from "../commands/app/app.ts";
import { logFile } from "../commands/paths.ts";
import { AlcaideError, type Exit } from "../core/error.ts";
import { plural, printable } from "../core/text.ts";
import { adviceFor } from "./known.ts";
import { appTraps } from "./check.ts";

/** The title of its step. */
export const guardTitle = "Guard the release";

/** The title of its step for a canary. */
export const canaryGuardTitle = "Guard the canary";

/** Fewer answers than this say little about a release. */
const enoughAnswers = 20;

interface Watched {
  readonly answers: number;
  readonly errors: number;
  readonly restarts: number;
}

function read(line: string): Watched | undefined {
  const [, answers, errors, restarts] = /^(?:watching|watched|broken) (\d+) (\d+) (\d+)$/.exec(line) ?? [];
  return restarts === undefined
    ? undefined
    : { answers: Number(answers), errors: Number(errors), restarts: Number(restarts) };
}

/** Says how a release does: `3 errors of 200 answers`; undefined for another line. */
export function watchedText(line: string): string | undefined {
  const watched = read(line);
  return watched && `${plural(watched.errors, "error")} of ${plural(watched.answers, "answer")}`;
}

/** Says that a release had too few answers to be judged by them; undefined where it had enough. */
export function fewAnswers(line: string): string | undefined {
  const { answers = enoughAnswers } = read(line) ?? {};
  return answers < enoughAnswers
    ? `the guard saw only ${plural(answers, "answer")}: too few to judge the release by`
    : undefined;
}

/** Says why a release can't stay, with its last lines. */
export function explainGuard(
  server: string,
  exit: Exit,
  { app, release, jail }: AppSpec,
  { maxErrors }: { readonly maxErrors: number },
): AlcaideError {
  const lines = exit.stdout.split("\n");
  const line = lines.find((one) => one.startsWith("broken ")) ?? "";
  const log = exit.stdout.split("\n# log\n")[1]?.trimEnd().split("\n").filter((one) => one !== "") ?? [];
  const { errors = 0, answers = 0, restarts = 0 } = read(line) ?? {};
  const why = lines.includes("stopped")
    ? `jail ${jail.name} does not run any more`
    : restarts > 0
    ? `the app ended and was started anew, ${plural(errors, "error")} of ${plural(answers, "answer")}`
    : line === ""
    ? "it could not be watched"
    : `${plural(errors, "error")} of ${plural(answers, "answer")}, and guard.maxErrors is ${maxErrors}%`;
  const details = [
    ...log.length === 0 ? [] : ["its log ends with:", ...log.map((one) => `  ${one}`)],
    ...exit.stderr.trim().split("\n").filter((one) => one !== ""),
  ];
  return new AlcaideError(`Cannot keep release ${release} on ${server}: ${why}`, {
    details: details.map(printable),
    hint: adviceFor(log.join("\n"), appTraps) ??
      `The release before is brought back. Its whole log stays on the server: ${logFile(app, release)}`,
  });
}
