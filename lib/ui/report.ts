// Says what went wrong, for people and for programs. Everything else throws; this is the only place that explains.

import { type ErrorInfo, exitCodeOf, exitCodes, type Problem, ReaderGoneError } from "../core/error.ts";
import { isSecret } from "../core/secret.ts";
import { list, printable } from "../core/text.ts";
import type { CommandUi, ErrorPlace } from "./mod.ts";

/** An error, or something that lies behind it. */
export interface Cause {
  /** The fault, in one line. */
  readonly message: string;
  /** The way to put it right. */
  readonly hint?: string;
  /** The lines that a command said. */
  readonly details: readonly string[];
  /** The command that failed, with secrets masked. */
  readonly command?: string;
}

/** All that can be said about an error; its causes are the nearest first. */
type Explanation = ReturnType<typeof explain>;

/** The form of an explanation. */
export interface ExplainOptions {
  /** Also commands and the stack. */
  readonly verbose?: boolean;
  /** Its place in the user's own code. */
  readonly place?: ErrorPlace | undefined;
  /** Lines of commands that stand above already, and are not said again where they are the last. */
  readonly above?: readonly string[];
  /** Paints the word at the beginning. */
  readonly paint?: (text: string) => string;
}

/** Prints an error and gives the exit status that it stands for. */
export function report(error: unknown, ui: Pick<CommandUi, "fail">, place?: ErrorPlace): number {
  const { failures } = loose(error);
  const all = failures instanceof Map ? [...failures.values()] : [error];
  if (all.every((one) => one instanceof ReaderGoneError)) return exitCodeOf(error);
  ui.fail(error, place);
  return exitCodeOf(error);
}

/** Collects all that can be said about an error. */
function explain(error: unknown) {
  const { problems, undone, undoFailures, live, stack } = loose(error);
  const seen = new Set<unknown>([error]);
  const failures = failuresOf(error);
  const causes = failures ?? causesOf(error, seen);
  return {
    ...causeOf(error),
    ...(failures === undefined ? {} : { details: [] }),
    causes,
    problems: Array.isArray(problems) ? problems as Problem[] : [],
    undone: Array.isArray(undone) ? undone as string[] : [],
    live: Array.isArray(live) ? live as string[] : [],
    undoFailures: Array.isArray(undoFailures) ? undoFailures.flatMap((failure) => chain(failure, seen)) : [],
    exitCode: exitCodeOf(error),
    /** The calls that led to an error which nobody foresaw. */
    stack: isForeseen(error) || typeof stack !== "string" ? undefined : stack,
  };
}

/** An error for programs: the last line of `--json` in place of a result. */
export interface ErrorEvent {
  /** The task failed. */
  readonly type: "error";
  /** The fault, in one line. */
  readonly message: string;
  /** The way to put it right. */
  readonly hint: string | null;
  /** The lines that a command said. */
  readonly details: readonly string[];
  /** The causes behind it, the nearest first. */
  readonly causes: readonly Cause[];
  /** Your own task that failed; null where it was not one. */
  readonly task?: string | null;
  /** The place in your own code: file, line and column. */
  readonly position?: string;
  /** The faults of a configuration. */
  readonly problems?: readonly Problem[];
  /** Steps that were undone. */
  readonly undone?: readonly string[];
  /** The releases that serve on, of a deploy or rollback that was undone. */
  readonly live?: readonly string[];
  /** Why not everything could be undone. */
  readonly undoFailures?: readonly Cause[];
  /** The exit status. */
  readonly exitCode: number;
}

/** An error as one event for programs. */
export function errorEvent(error: unknown, place?: ErrorPlace): ErrorEvent {
  const { message, hint, details, causes, problems, undone, live, undoFailures, exitCode } = explain(error);
  return {
    type: "error",
    message,
    hint: hint ?? null,
    details,
    causes,
    ...(place ? { task: place.task ?? null, position: place.position } : {}),
    ...(problems.length > 0 ? { problems } : {}),
    ...(undone.length > 0 ? { undone } : {}),
    ...(live.length > 0 ? { live } : {}),
    ...(undoFailures.length > 0 ? { undoFailures } : {}),
    exitCode,
  };
}

/** An error as lines for people, with what can be done about it at their end. */
export function errorText(error: unknown, options: ExplainOptions = {}): string {
  const { verbose = false, place, paint = (text: string) => text } = options;
  const about = withoutAbove(explain(error), options.above ?? []);
  const first = isInterruption(about.exitCode) ? "" : `${paint("Error:")} `;
  const lines = about.problems.length > 0 ? problemLines(about.problems, first) : [first + about.message];
  lines.push(...detailLines(about, verbose));
  for (const cause of about.causes) lines.push(`  because: ${cause.message}`, ...detailLines(cause, verbose));
  if (about.undone.length > 0) lines.push(`  Undone: ${list(about.undone)}`);
  if (about.live.length > 0) lines.push(`  Live: ${list(about.live)}, as before`);
  about.undoFailures.forEach((failure, index) => {
    // Undoing stops at its first failure; what follows in the list lies behind it.
    const what = index === 0 ? "Cannot undo everything" : "because";
    lines.push(`  ${what}: ${failure.message}`, ...detailLines(failure, verbose));
  });
  if (place) lines.push(...placeLines(place));
  lines.push(...hintLines(about));
  if (!isForeseen(error)) lines.push(...faultLines(about, verbose, place));
  return printable(lines.join("\n"));
}

function withoutAbove(about: Explanation, above: readonly string[]): Explanation {
  const shorter = <One extends Cause>(cause: One) =>
    endsWith(above, cause.details) ? { ...cause, details: [] } : cause;
  return { ...shorter(about), causes: about.causes.map(shorter) };
}

function endsWith(all: readonly string[], last: readonly string[]): boolean {
  const texts = (lines: readonly string[]) => lines.map((line) => line.trim()).filter((line) => line !== "");
  const end = texts(last);
  return end.join("\n") === texts(all).slice(-Math.max(1, end.length)).join("\n");
}

function problemLines(problems: readonly Problem[], first: string): string[] {
  return problems.flatMap(({ path, problem, hint }) => [
    `${first}Cannot use ${path}: ${problem}`,
    ...(hint ? [`  ${hint}`] : []),
  ]);
}

function detailLines({ details, command }: Cause, verbose: boolean): string[] {
  const shown = verbose && command !== undefined ? command.split("\n").map((line) => `    $ ${line}`) : [];
  return [...shown, ...details.map((line) => `    ${line}`)];
}

function hintLines(about: Explanation): string[] {
  const hints = [about, ...about.causes, ...about.undoFailures].map((cause) => cause.hint);
  return [...new Set(hints)].filter((hint) => hint !== undefined && hint !== "").map((hint) =>
    `  Hint: ${hint}`
  );
}

function placeLines({ task, position, excerpt }: ErrorPlace): string[] {
  const where = task === undefined ? position : `in the task "${task}", ${position}`;
  return [`  ${where}`, ...excerpt.map((line) => `    ${line}`)];
}

function faultLines(about: Explanation, verbose: boolean, place?: ErrorPlace): string[] {
  if (verbose && about.stack !== undefined) return about.stack.split("\n").slice(1);
  if (place) return [];
  return ["  This is unexpected: run it again with --verbose to see where it happens"];
}

function isInterruption(exitCode: number): boolean {
  const { hungUp, interrupted, quit, terminated } = exitCodes;
  return [hungUp, interrupted, quit, terminated].some((code) => code === exitCode);
}

/** By its shape, not its class: an Alcaidefile may throw errors of another copy of this library. */
function isForeseen(error: unknown): boolean {
  return error instanceof Error && typeof loose(error)["exitCode"] === "number";
}

function causesOf(error: unknown, seen: Set<unknown>): Cause[] {
  const { cause, errors } = loose(error);
  const several = Array.isArray(errors) ? errors.flatMap((one) => chain(one, seen)) : [];
  return cause === undefined ? several : [...several, ...chain(cause, seen)];
}

function chain(error: unknown, seen: Set<unknown>): Cause[] {
  if (seen.has(error) || seen.size > 30) return [];
  seen.add(error);
  return failuresOf(error) ?? [causeOf(error), ...causesOf(error, seen)];
}

/** Each server's failure; it takes the place of the error's own details, which are shorter. */
function failuresOf(error: unknown): Cause[] | undefined {
  const { failures } = loose(error);
  if (!(failures instanceof Map)) return undefined;
  return [...failures].flatMap(([name, failure]) => {
    const [first, ...rest] = chain(failure, new Set([error]));
    return first === undefined ? [] : [{ ...first, message: `${name}: ${first.message}` }, ...rest];
  });
}

function causeOf(error: unknown): Cause {
  const { hint, details, shown } = loose(error) as ErrorInfo & { shown?: unknown };
  return {
    message: messageOf(error),
    ...(typeof hint === "string" ? { hint } : {}),
    details: Array.isArray(details) ? details.map(String) : [],
    ...(typeof shown === "string" ? { command: shown } : {}),
  };
}

function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message || error.name;
  if (isSecret(error)) return "[secret]";
  return typeof error === "string"
    ? error
    : `A value that is not an error was thrown: ${Deno.inspect(error)}`;
}

function loose(error: unknown): Record<string, unknown> {
  return typeof error === "object" && error !== null ? error as Record<string, unknown> : {};
}
