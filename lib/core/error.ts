// Errors as data: message, hint and exit code. Only `lib/ui/` prints them.

/** Fields of an error besides its message. */
export interface ErrorInfo {
  /** Advice for the reader. */
  hint?: string | undefined;
  /** Its cause. */
  cause?: unknown;
  /** Lines that explain it further, printed below the message. */
  details?: readonly string[];
}

/** How a command ended. */
export interface Exit {
  /** Its status, or null when none came: killed by a signal, or never told. */
  readonly code: number | null;
  /** The signal that killed it, such as `KILL`. */
  readonly signal?: string;
  /** Everything it printed. */
  readonly stdout: string;
  /** Everything it printed as errors. */
  readonly stderr: string;
}

/** Exit codes of the program. */
export const exitCodes = {
  failed: 1,
  usage: 2,
  split: 3,
  unwritten: 74,
  locked: 75,
  config: 78,
  hungUp: 129,
  interrupted: 130,
  quit: 131,
  terminated: 143,
} as const;

/** An error that a user can understand and act upon. */
export class AlcaideError extends Error {
  /** Advice for the reader. */
  readonly hint: string | undefined;
  /** Lines that explain it further. */
  readonly details: readonly string[];
  /** The exit status of the program when this error ends it. */
  readonly exitCode: number = exitCodes.failed;
  /** Makes an error with a message and perhaps a hint. */
  constructor(message: string, info: ErrorInfo = {}) {
    super(message, info.cause === undefined ? undefined : { cause: info.cause });
    this.name = new.target.name;
    this.hint = info.hint;
    this.details = info.details ?? [];
  }
}

/** The command line can't be understood. */
export class UsageError extends AlcaideError {
  /** The exit status of the program when this error ends it. */
  override readonly exitCode: number = exitCodes.usage;
}

/** One thing that is wrong in a configuration. */
export interface Problem {
  /** Where: `jail.port`, `server[1].host`. */
  readonly path: string;
  /** The problem, as the end of the sentence "Cannot use jail.port: …". */
  readonly problem: string;
  /** A value that is right. */
  readonly hint?: string;
}

/** The configuration is wrong; all that is wrong with it is said at once. */
export class ConfigError extends AlcaideError {
  /** The exit status of the program when this error ends it. */
  override readonly exitCode: number = exitCodes.config;
  /** Everything that is wrong. */
  readonly problems: readonly Problem[];
  /** The file that the configuration was read from, where it is known. */
  readonly file: string | undefined;
  /** Makes an error from one problem or several. */
  constructor(problems: readonly Problem[], info: ErrorInfo & { readonly file?: string | undefined } = {}) {
    super(problems.map((p) => `Cannot use ${p.path}: ${p.problem}`).join("\n"), info);
    this.problems = problems;
    this.file = info.file;
  }
}

/** A server can't be reached, doesn't let us in, or isn't who it should be. */
export class ConnectError extends AlcaideError {}

/** The connection broke while a command ran: nobody knows how it ended. */
export class LostConnectionError extends ConnectError {}

/** A command took longer than it may. */
export class TimeoutError extends AlcaideError {}

/** A command failed: it ended with another status than 0, by a signal, or without telling. */
export class CommandError extends AlcaideError {
  /** The command, with secrets masked. */
  readonly shown: string;
  /** How it ended. */
  readonly exit: Exit;
  /** Makes an error from what ran and how it ended. */
  constructor(where: string, shown: string, exit: Exit, info: ErrorInfo = {}) {
    super(`Cannot finish a command on ${where}: ${ending(exit)}`, {
      details: lastLines(exit.stderr.trim() || exit.stdout.trim(), 12),
      ...info,
    });
    this.shown = shown;
    this.exit = exit;
  }
}

/** A step of a pipeline failed; what had been done before it was undone. */
export class StepError extends AlcaideError {
  /** Title of the step that failed. */
  readonly title: string;
  /** Titles of the steps that were undone, in that order. */
  readonly undone: readonly string[];
  /** Errors while undoing. */
  readonly undoFailures: readonly unknown[];
  /** The releases that serve on, of a deploy that was undone. */
  live: readonly string[] = [];
  /** The exit status of the program when this error ends it. */
  override readonly exitCode: number;
  /** Makes an error from the step's title and what happened. */
  constructor(title: string, cause: unknown, undone: readonly string[], undoFailures: readonly unknown[]) {
    super(`Cannot ${title.charAt(0).toLowerCase()}${title.slice(1)}`, { cause });
    this.title = title;
    this.undone = undone;
    this.undoFailures = undoFailures;
    this.exitCode = exitCodeOf(cause);
  }
}

/** A signal stopped what follows the commit: nothing is undone. */
export class LeftError extends AlcaideError {
  /** Titles of the steps that were not finished, in order. */
  readonly left: readonly string[];
  /** The exit status of the program when this error ends it. */
  override readonly exitCode: number;
  /** Makes an error from the live release, the steps' titles and the signal's reason. */
  constructor(live: string, left: readonly string[], cause: unknown) {
    super(`Interrupted: ${live} is live already`, {
      cause,
      details: left.map((title) => `Left: ${title}`),
      hint: '"alcaide repair" does what is left now; the next deploy does it, too',
    });
    this.left = left;
    this.exitCode = exitCodeOf(cause);
  }
}

/** Somebody else is deploying. */
export class LockedError extends AlcaideError {
  /** The exit status of the program when this error ends it. */
  override readonly exitCode: number = exitCodes.locked;
  /** The lock's holder, and since when. */
  readonly holder: string;
  /** Makes an error that names the holder. */
  constructor(message: string, holder: string, info: ErrorInfo = {}) {
    super(message, info);
    this.holder = holder;
  }
}

/** Somebody else was given the lock while we worked: from then on nothing of ours acts, not even undoing. */
export class TakenOverError extends LockedError {
  /** Makes an error from the server where it happened. */
  constructor(server: string, info: ErrorInfo = {}) {
    super(`Cannot go on with ${server}: another deploy has taken over`, "another deploy", {
      hint:
        '"alcaide lock status" names the holder, "alcaide status" the live release. The next deploy clears what this one left',
      ...info,
    });
  }
}

/** The error that says that another deploy has taken over, when nothing else failed. */
export function takenOver(error: unknown): TakenOverError | undefined {
  const { failures } = (error ?? {}) as { failures?: unknown };
  const all = failures instanceof Map ? [...failures.values()] : [error];
  return all.every((one) => one instanceof TakenOverError) ? all[0] : undefined;
}

/** Some servers could not be reached at the moment that mattered: they may serve different releases. */
export class SplitError extends AlcaideError {
  /** The exit status of the program when this error ends it. */
  override readonly exitCode: number = exitCodes.split;
}

/** Standard output takes nothing: a disk of ours is full, say. A task that had something else to do has done it. */
export class OutputError extends AlcaideError {
  /** The exit status of the program when this error ends it. */
  override readonly exitCode: number = exitCodes.unwritten;
}

/** A signal that ends a program. */
export type EndSignal = "SIGHUP" | "SIGINT" | "SIGQUIT" | "SIGTERM";

/** The exit status that a signal stands for. */
const signalCodes: Readonly<Record<EndSignal, number>> = {
  SIGHUP: exitCodes.hungUp,
  SIGINT: exitCodes.interrupted,
  SIGQUIT: exitCodes.quit,
  SIGTERM: exitCodes.terminated,
};

/** Thrown to make an operation stop because of a signal; carries the exit status it stands for. */
export class InterruptedError extends AlcaideError {
  /** The exit status of the program when this error ends it. */
  override readonly exitCode: number;
  /** True while something is to be undone: a second signal must not cut that off. */
  undoes: boolean = true;
  /** Makes an error for a signal. */
  constructor(signal: EndSignal, message: string = "Interrupted") {
    super(message);
    this.exitCode = signalCodes[signal];
  }
}

/** Nobody reads standard output any more (`alcaide logs -f | head -1`): what would go on printing ends, without a word. */
export class ReaderGoneError extends AlcaideError {
  /** The status that a shell gives a program that ends for this reason. */
  override readonly exitCode: number = 141;
  /** Makes it. */
  constructor() {
    super("Nobody reads the output any more");
  }
}

/** The message of something that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The exit status that an error stands for: its own, or 1. */
export function exitCodeOf(error: unknown): number {
  const code = (error as { exitCode?: unknown } | null | undefined)?.exitCode;
  return typeof code === "number" ? code : exitCodes.failed;
}

/** Says in words how a command ended. */
export function ending(exit: Exit): string {
  if (exit.code !== null) return `it ended with status ${exit.code}`;
  if (exit.signal !== undefined) return `it was killed by signal ${exit.signal}`;
  return "it ended without a status";
}

/** The last lines of a text, without empty ones at its end. */
export function lastLines(text: string, count: number): string[] {
  const trimmed = text.trimEnd();
  return trimmed === "" ? [] : trimmed.split("\n").slice(-count);
}
