/**
 * The types of tasks and of what they work with, as an editor is told them.
 *
 * @module
 */

import { taskTypes } from "./init_types_tasks.ts";

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
  /** Runs a command and writes what it prints to a local file: whole or not at all. Gives the number of bytes. */
  download(
    command: Command,
    local: string | ((chunk: Uint8Array) => void),
    options?: { mode?: number; signal?: AbortSignal; timeout?: number; hint?: string },
  ): Promise<number>;
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

/** Somebody at a terminal who can be asked. */
export interface Person {
  /** Asks a yes-or-no question; only an explicit yes is one. */
  confirm(question: string): Promise<boolean>;
  /** Asks for a text that isn't shown; null when the person gives none. */
  secret(question: string): Promise<string | null>;
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
  readonly person?: Person | undefined;
}

${taskTypes}
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
