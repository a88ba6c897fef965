// Output of tasks for people and for programs. Nothing else prints.

/** Something that happened, for `--json` and for programs that use the library. */
export type Event =
  | {
    /** A step begins; it ends when the next one does. */
    readonly type: "step";
    readonly title: string;
  }
  | {
    /** A step has ended well. One that had nothing to do is not told. */
    readonly type: "done";
    readonly title: string;
    /** The time from its beginning. */
    readonly milliseconds: number;
  }
  | {
    /** A step that had begun has failed; what follows takes things back. */
    readonly type: "failed";
    readonly title: string;
    /** The time from its beginning, where no other step began since. */
    readonly milliseconds?: number;
  }
  | {
    /** Something worth knowing. */
    readonly type: "info";
    readonly text: string;
  }
  | {
    /** Something that may need a person. */
    readonly type: "warning";
    readonly text: string;
    /** The way to put it right. */
    readonly hint?: string;
  }
  | {
    /** A line that a command printed. */
    readonly type: "line";
    /** The server or step that it comes from. */
    readonly source: string;
    readonly text: string;
  }
  | {
    /** A transfer goes on; it is told ten times a second at most. */
    readonly type: "progress";
    /** The file. */
    readonly label: string;
    /** Bytes so far. */
    readonly done: number;
    /** Bytes in all; 0 where nobody knows. */
    readonly total: number;
    /** How good the total is where it is only estimated, as of a dump. */
    readonly estimate?: "about" | "at most";
  }
  | {
    /** A command's output, as `run` and `logs` show it. */
    readonly type: "output";
    readonly stream: "out" | "err";
    readonly text: string;
    /** The bytes themselves, where they are not text in UTF-8. */
    readonly base64?: string;
    /** With `logs --timestamps`, of a line: when it was written, as far as that is known. */
    readonly time?: LineTime;
  }
  | {
    /** The task's result, last and once: null where the task has none. */
    readonly type: "result";
    readonly value: unknown;
  };

/** A time of a line in a log. */
export interface LineTime {
  /** The time, UTC: `2026-11-29T19:05:00Z`. */
  readonly at: string;
  /** Its origin: the line bears it, the line came then while the log was followed, or the line is not older than that. */
  readonly is: "own" | "arrival" | "earliest";
}

/** How a line is shown. */
export interface LineOptions {
  /** True for a long command's output: a terminal shows its last lines while it runs, and all when it fails. */
  readonly folded?: boolean;
}

/** How a result is shown. */
export interface ResultOptions {
  /** True for sentences: a terminal breaks long lines between words. */
  readonly prose?: boolean;
}

/** The output of tasks. */
export interface Ui {
  /** A step begins; it ends when the next one begins. */
  step(title: string): void;
  /** A step that had begun has failed; what follows takes things back. */
  failed(title: string): void;
  /** Something worth knowing. */
  info(text: string): void;
  /** Something that may need a person. */
  warn(text: string, hint?: string): void;
  /** A line that a command printed, with the name of the server or step. */
  line(source: string, text: string, options?: LineOptions): void;
  /** A server begins (true) or ends (false) its part of what several do at once. */
  server?(name: string, working: boolean): void;
  /** The progress of a long transfer, in bytes; a total of 0 is not known, one with a word is an estimate. */
  progress(label: string, done: number, total: number, estimate?: "about" | "at most"): void;
  /** How the step goes on: at a terminal in its line, until the next text; elsewhere it is not said. */
  status?(text: string): void;
  /** The task's result: on a terminal the text, with `--json` the value. */
  result(value: unknown, text: string, options?: ResultOptions): void;
  /** Bytes of a command's output, untouched (`run`, `logs`). With a source they are whole lines of one of several servers. */
  output(chunk: Uint8Array, stream: "out" | "err", source?: string, time?: LineTime): void;
  /** Asks yes or no; false without a terminal, true under `--yes`. */
  confirm(question: string): Promise<boolean>;
  /** True with `--verbose`: commands and their output are shown. */
  readonly verbose: boolean;
  /** True when a person looks at it. */
  readonly terminal: boolean;
  /** The person at the terminal, for questions that `--yes` doesn't answer. Undefined when there is none. */
  readonly person?: Person | undefined;
}

/** A {@linkcode Ui} as the program itself uses it, around a task. */
export interface CommandUi extends Ui {
  /** Says that the task failed, why, and where in the user's own code. The only place that prints errors. */
  fail(error: unknown, place?: ErrorPlace): void;
  /** Nothing more is said: the last step ends, a result that was held back is printed. */
  end(): void;
}

/** Somebody at a terminal who can be asked. */
export interface Person {
  /** Asks a yes-or-no question; only an explicit yes is one. */
  confirm(question: string): Promise<boolean>;
  /** Asks for a line that is shown; null when the person gives none. */
  line(question: string): Promise<string | null>;
  /** Asks for a text that isn't shown; null when the person gives none. */
  secret(question: string): Promise<string | null>;
}

/** The place in a user's own code that an error comes from. */
export interface ErrorPlace {
  /** The task's name. */
  readonly task?: string;
  /** File, line and column. */
  readonly position: string;
  /** That line, and a mark below it. */
  readonly excerpt: readonly string[];
}
