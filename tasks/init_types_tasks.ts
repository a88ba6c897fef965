/**
 * The types of what a task declares and gets, as an editor is told them.
 *
 * @module
 */

/** A part of `alcaide.d.ts`. */
export const taskTypes: string = `/** What a task takes behind its name. */
export interface TaskArgument {
  /** Its name in the help. */
  readonly name: string;
  /** What it is. */
  readonly description: string;
  /** What it must be. Default: a string. */
  readonly type?: "string" | "number";
  /** The only values that it may have. */
  readonly choices?: readonly (string | number)[];
  /** Its value when it is left out. */
  readonly default?: string | number;
  /** True when it may be left out. */
  readonly optional?: boolean;
  /** True when it takes all words that are left. */
  readonly rest?: boolean;
}

/** An option of a task. */
export interface TaskOption {
  /** What it does. */
  readonly description: string;
  /** What it takes: a \`boolean\` takes nothing, it is true when given. */
  readonly type: "boolean" | "string" | "number";
  /** A letter for it. */
  readonly short?: string;
  /** The only values that it may have. */
  readonly choices?: readonly (string | number)[];
  /** Its value when it isn't given. */
  readonly default?: string | number;
  /** True when it must be given. */
  readonly required?: boolean;
  /** True when it may be given several times; its value is a list. */
  readonly repeated?: boolean;
}

/** Types of values by their names. */
export interface ValueTypes {
  /** \`true\` or \`false\`. */
  boolean: boolean;
  /** A text. */
  string: string;
  /** A number. */
  number: number;
}

/** The type of one value of an option. */
export type OneOption<Option extends TaskOption> = Option extends
  { readonly choices: readonly (infer Choice)[] } ? Choice
  : ValueTypes[Option["type"]];

/** The type of one value of an argument. */
export type OneArg<Arg extends TaskArgument> = Arg extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : Arg extends { readonly type: keyof ValueTypes } ? ValueTypes[Arg["type"]]
  : "type" extends keyof Arg ? string | number
  : string;

/** The type of an option in \`ctx.options\`. */
export type OptionValue<Option extends TaskOption> = Option extends { readonly repeated: true }
  ? readonly OneOption<Option>[]
  : Option extends { readonly type: "boolean" } ? boolean
  : Option extends { readonly required: true } | { readonly default: string | number } ? OneOption<Option>
  : OneOption<Option> | undefined;

/** The type of \`ctx.options\` for what a task declares. */
export type OptionValues<Options> = Options extends Readonly<Record<string, TaskOption>>
  ? { readonly [Name in keyof Options]: OptionValue<Options[Name]> }
  : Readonly<Record<string, unknown>>;

/** The type of \`ctx.args\` for what a task declares. */
export type ArgValues<Args> = Args extends readonly [infer First extends TaskArgument, ...infer Rest]
  ? First extends { readonly rest: true } ? RestValues<First>
  : First extends { readonly default: string | number } ? readonly [OneArg<First>, ...ArgValues<Rest>]
  : First extends { readonly optional: true } ? readonly [OneArg<First>?, ...ArgValues<Rest>]
  : readonly [OneArg<First>, ...ArgValues<Rest>]
  : Args extends readonly [] ? readonly []
  : Args extends readonly TaskArgument[] ? readonly (string | number)[]
  : readonly string[];

/** All words that are left: at least one, unless they are optional. */
export type RestValues<Arg extends TaskArgument> = Arg extends { readonly optional: true }
  ? readonly OneArg<Arg>[]
  : readonly [OneArg<Arg>, ...OneArg<Arg>[]];
/** All that a task works with. Its arguments and options have the types that the task declares. */
export interface Context<Args extends readonly unknown[] = readonly unknown[], Options = TaskOptions> {
  /** The resolved configuration. */
  readonly config: Config;
  /** The configured servers; they connect at the first command. */
  readonly servers: Servers;
  /** The encrypted file of secrets. */
  readonly secrets: Secrets;
  /** This machine, in the Alcaidefile's directory. */
  readonly local: Runner;
  /** Where to say what happens. */
  readonly ui: Ui;
  /** What stands behind the task's name, without options. */
  readonly args: Args;
  /** The task's options by name. */
  readonly options: Options;
  /** Aborted by Ctrl-C: give it to whatever waits. */
  readonly signal: AbortSignal;
  /** Directory of the Alcaidefile; the working directory for a task that needs none. */
  readonly directory: string;
  /**
   * Asks yes or no; \`--yes\` answers with yes.
   *
   * @throws {AlcaideError} when there is nobody to ask
   */
  confirm(question: string): Promise<boolean>;
}

/** Options of a task that says nothing about their types. */
export type TaskOptions = Readonly<Record<string, unknown>>;

/** A function that can be a task: an Alcaidefile may export it as it is. */
export type TaskFunction = (ctx: Context) => Promise<void | number>;

/** What the help tells about a task, and how its words are read. */
export interface TaskInfo {
  /** What it does, in one line. */
  readonly description?: string;
  /** The heading that it stands under in the list of tasks. */
  readonly group?: string;
  /** What it takes behind its name, in order; without it any words. */
  readonly args?: readonly TaskArgument[];
  /** Its options by name. */
  readonly options?: Readonly<Record<string, TaskOption>>;
  /** Tasks that run before it, in this order; each once in a run, however many depend on it. */
  readonly depends?: readonly (TaskFunction & TaskInfo)[];
  /** Whole command lines that show its use. */
  readonly examples?: readonly string[];
  /** True when everything from the first word on is handed on untouched: for tasks that run a command. */
  readonly passthrough?: boolean;
  /** True when it runs without an Alcaidefile. */
  readonly configless?: boolean;
}

/** A task: a function that may give an exit status, with what the help tells about it. */
export interface Task extends TaskInfo {
  /** What it does, in one line. */
  readonly description: string;
  /** Does it. */
  (ctx: Context): Promise<void | number>;
  /**
   * Does it from a program, and gives what happens event by event, as \`--json\` prints it. Nothing begins before the first
   * event is asked for.
   */
  events(config: UserConfig | ConfigFunction, options?: EventOptions): Events;
}

/** A task in full: what the help tells, and what it does. */
export interface TaskSpec<Args = unknown, Options = unknown> extends Omit<TaskInfo, "args" | "options"> {
  /** What it does, in one line. */
  readonly description: string;
  /** What it takes behind its name, in order; without it any words. */
  readonly args?: Args;
  /** Its options by name. */
  readonly options?: Options;
  /** Does it; may give an exit status. */
  run(ctx: Context<ArgValues<Args>, OptionValues<Options>>): Promise<void | number>;
}

/** How a program runs a task. */
export interface EventOptions {
  /** Ends it early: what was begun is undone first, then the iteration throws. */
  readonly signal?: AbortSignal;
  /** What would stand behind the task's name on the command line. */
  readonly args?: readonly (string | number)[];
  /** The task's options by name. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Handed to a configuration that is a function, as \`-e\` does. */
  readonly environment?: string;
  /** Where relative paths of the configuration start. Default: the working directory. */
  readonly directory?: string;
  /** Answers every question with yes, as \`--yes\` does. */
  readonly yes?: boolean;
  /** Tells also what commands print, as \`--verbose\` does. */
  readonly verbose?: boolean;
  /** Makes what a server's commands run on. Default: {@linkcode remote}, over SSH. */
  readonly connect?: (server: Server) => Remote;
  /** What this machine's commands run on. Default: {@linkcode local} in the directory. */
  readonly local?: Runner;
}

/** What happens while a task runs. The return value of the iterator is the task's exit status. */
export interface Events extends AsyncIterableIterator<Event, number, void> {
  /** Ends the task early and waits until it has cleaned up. */
  return(): Promise<IteratorResult<Event, number>>;
  /** The same, for \`await using\`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Something that happened, for \`--json\` and for programs that use the library. */
export type Event =
  | { readonly type: "step"; readonly title: string }
  | { readonly type: "info"; readonly text: string }
  | { readonly type: "warning"; readonly text: string; readonly hint?: string }
  | { readonly type: "line"; readonly source: string; readonly text: string }
  | { readonly type: "progress"; readonly label: string; readonly done: number; readonly total: number }
  | { readonly type: "output"; readonly stream: "out" | "err"; readonly text: string }
  | { readonly type: "result"; readonly value: unknown };`;
