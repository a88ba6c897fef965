/**
 * The types of tasks and of what they work with, as an editor is told them.
 *
 * @module
 */

/** The second half of `alcaide.d.ts`. */
export const dslTypes: string = `/** How a user that isn't root becomes root on the server. */
export type Become = "doas" | "sudo";

/** Where a remote is and how to get in. */
export interface Target {
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
  readonly key?: string;
  readonly become?: Become;
  readonly jump?: string;
}

/** A text that never prints. */
export interface Secret {
  reveal(): string;
}

/** Secrets of an encrypted file by name. */
export interface Secrets {
  /** True when there is an encrypted file. */
  exists(): Promise<boolean>;
  /** The names in it, which need no key. */
  names(): Promise<string[]>;
  /** All secrets by name: references in a configuration, values in a task. */
  load(): Promise<Record<string, Secret>>;
}

/** Another encrypted file or key than the usual ones. */
export interface SecretsOptions {
  readonly file?: string;
  readonly key?: string;
  readonly keyCommand?: string;
}

/** Text for /bin/sh, made by sh. */
export interface Command {
  readonly text: string;
  readonly shown: string;
}

/** What sh accepts as a value. */
export type Arg = string | number | Secret | Command | readonly Arg[];

/** How a command ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal?: string;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run a command. */
export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly stdin?: string | Uint8Array | ReadableStream<Uint8Array>;
  readonly onLine?: (line: string, stream: "out" | "err") => void;
  readonly onData?: (chunk: Uint8Array, stream: "out" | "err") => void;
  readonly hint?: string;
}

/** A server, a jail or this machine: commands run alike on all of them. */
export interface Runner {
  readonly name: string;
  /** Runs a command; throws unless it ends with status 0. */
  run(command: Command, options?: RunOptions): Promise<Exit>;
  /** Gives what a command printed; throws unless it ends with status 0. */
  read(command: Command, options?: RunOptions): Promise<string>;
  /** Status 0 is yes, 1 is no, all else throws. */
  test(command: Command, options?: RunOptions): Promise<boolean>;
  /** Runs a command and gives its end, whatever it is. */
  exec(command: Command, options?: RunOptions): Promise<Exit>;
}

/** A server. It connects at the first command. */
export interface Remote extends Runner {
  readonly target: Target;
  /** Writes a text file: whole or not at all. */
  write(path: string, text: string | Secret, options?: RunOptions & { mode?: number }): Promise<void>;
  /** Sends a local file; size and checksum are verified. */
  upload(local: string, path: string, options?: RunOptions & { mode?: number }): Promise<void>;
  [Symbol.asyncDispose](): PromiseLike<void>;
}

/** All configured servers. */
export interface Servers {
  readonly all: readonly Remote[];
  readonly first: Remote;
  /** Does something on all servers at once. */
  each<T>(run: (server: Remote) => Promise<T>): Promise<T[]>;
}

/** What a jail is made of. */
export interface JailSpec {
  readonly name: string;
  readonly path: string;
  readonly ip4: string;
}

/** A jail to act on; commands run in it as root. */
export interface Jail extends Runner {
  readonly spec: JailSpec;
  create(template: string): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
  destroy(): Promise<void>;
}

/** Caddy on a server. */
export interface Caddy {
  /** The release that is served for an app right now. */
  live(app: string): Promise<string | undefined>;
  /** Takes an app's site out of service. */
  remove(app: string): Promise<void>;
}

/** Where tasks say what they do. */
export interface Ui {
  step(title: string): void;
  info(text: string): void;
  warn(text: string, hint?: string): void;
  line(source: string, text: string): void;
  progress(label: string, done: number, total: number): void;
  result(value: unknown, text: string): void;
  output(chunk: Uint8Array, stream: "out" | "err"): void;
  confirm(question: string): Promise<boolean>;
  readonly verbose: boolean;
  readonly terminal: boolean;
}

/** What a task takes behind its name. */
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
  | { readonly type: "result"; readonly value: unknown };

/** A reversible piece of a deploy. */
export interface DeployStep {
  readonly title: string;
  run(ctx: Context, plan: unknown): Promise<void>;
  undo?(ctx: Context, plan: unknown): Promise<void>;
  readonly commit?: boolean;
}

/** An error that a user can understand: say what failed, and as the hint what to do. */
export class AlcaideError extends Error {
  constructor(message: string, info?: { hint?: string; cause?: unknown; details?: readonly string[] });
  readonly hint: string | undefined;
  readonly details: readonly string[];
  readonly exitCode: number;
}

/** Gives the configuration back: it is there for its type. */
export function defineConfig<T extends UserConfig | ConfigFunction>(config: T): T;
/** Makes a task of a function and what it does in a few words. */
export function task(
  description: string,
  run: (ctx: Context<readonly string[]>) => Promise<void | number>,
): Task;
/** Makes a task with arguments and options of its own. */
export function task<
  const Args extends readonly TaskArgument[] | undefined = undefined,
  const Options extends Readonly<Record<string, TaskOption>> | undefined = undefined,
>(spec: TaskSpec<Args, Options>): Task;
/** Does several things at once; what each says bears its name. */
export function parallel<Branches extends Readonly<Record<string, Branch>>>(
  ctx: Context,
  branches: Branches,
): Promise<{ [Name in keyof Branches]: Awaited<ReturnType<Branches[Name]>> }>;
/** One of several things that are done at once. */
export type Branch<Result = unknown> = (ctx: Context, show: ShownOptions) => Promise<Result>;
/** Options that show what a command prints. */
export type ShownOptions = Required<Pick<RunOptions, "signal" | "onLine">>;
/** Makes a command; every value becomes one quoted word, a list several. */
export function sh(strings: TemplateStringsArray, ...args: readonly Arg[]): Command;
/** Makes one word of a whole command, for sh -c and the like. */
export function word(inner: Command): Command;
/** Takes text as shell code, unquoted. */
export function raw(text: string): Command;
/** This machine. */
export function local(options?: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> }): Runner;
/** Wraps a text so that it can't be printed by accident. */
export function secret(text: string): Secret;
/** A secret of the encrypted file by its name; it is read when a task needs it. */
export function secrets(name: string): Secret;
/** The encrypted file. */
export function secrets(options?: SecretsOptions): Secrets;
/** A text with secrets in it, which is a secret itself. */
export function secretText(strings: TemplateStringsArray, ...values: readonly (string | number | Secret)[]): Secret;
/** The same context with the value of every secret that its configuration names. */
export function withSecrets<Own extends Context>(ctx: Own, fields?: readonly (keyof Config)[]): Promise<Own>;
/** Any server to run commands on. */
export function remote(target: string | Target, options?: { readonly name?: string }): Remote;
/** A jail on a server. */
export function jail(server: Remote, spec: JailSpec): Jail;

/** Who runs a script in a jail. */
export interface InJailOptions {
  /** A user of the jail's own. Default: root. */
  readonly user?: string;
}

/** Brings a script into a jail; it travels on standard input. Nothing may follow on the same line. */
export function inJail(jail: string, command: Command, options?: InJailOptions): Command;
/** The same for a script that reads standard input or gets a terminal; it must not hold a secret. */
export function streamInJail(jail: string, command: Command, options?: InJailOptions): Command;
/** Caddy on a server. */
export function caddy(server: Remote): Caddy;
/** The jail with the traffic, or an error. */
export function routedJail(ctx: Context, server?: Remote): Promise<Jail>;
/** The steps of a deploy by name, to replace some of them. */
export const deploySteps: Readonly<Record<string, DeployStep>>;
/** A deploy with other steps. */
export function deployWith(steps: Readonly<Record<string, DeployStep>>): Task;
/** The built-in tasks. */
export const setup: Task, deploy: Task, run: Task, logs: Task, status: Task;
`;
