// Programs that a package starts for us by `node:child_process`. They get a group of their own, as those have that we start
// ourselves, so that they end with what they started; a program that a signal killed has not ended well; and one that doesn't
// read all it is given has not failed. The package can't be told any of this.

import { AsyncLocalStorage } from "node:async_hooks";
import { ChildProcess } from "node:child_process";
import { constants } from "node:os";
import { Writable } from "node:stream";
import { endGroup } from "./groups.ts";

/** The part of a child that Node has and its types lack. */
interface Child {
  pid: number | undefined;
  stdin: Writable | null;
  readonly exitCode: number | null;
  readonly signalCode: string | null;
  spawn(options: Readonly<Record<string, unknown>>): unknown;
  emit(event: string, ...values: readonly unknown[]): boolean;
  kill(): boolean;
}

/** The command that a program belongs to. */
export interface Command {
  /** Aborted when the command is over. */
  readonly over: AbortSignal;
  /** True for a group of its own. Where nothing of ours ends the program, the terminal's Ctrl-C must reach it. */
  readonly group: boolean;
}

/** The command that is starting right now. Nobody else's programs are touched. */
const commands = new AsyncLocalStorage<Command>();

const prototype = ChildProcess.prototype as unknown as Child;
const { spawn } = prototype;
if (typeof spawn !== "function") throw new TypeError("Cannot start programs by this version of Deno");

prototype.spawn = function (this: Child, options) {
  const command = commands.getStore();
  if (command === undefined) return spawn.call(this, options);
  const { over } = command;
  const group = command.group && Deno.build.os !== "windows";
  const answer = spawn.call(this, { ...options, detached: group });
  const { emit, pid, stdin } = this;
  if (group && pid !== undefined) this.kill = () => (endGroup(pid, over), true);
  // Where what it prints can't be taken, nobody waits for it any more.
  over.addEventListener("abort", () => this.exitCode ?? this.signalCode ?? this.kill());
  this.emit = (event, ...values) =>
    emit.call(this, event, ...(event === "exit" ? [statusOf(values)] : values));
  if (stdin) this.stdin = tolerant(stdin);
  return answer;
};

/** Runs something whose programs belong to a command. `kill` tells the rest of them to end. */
export function inCommand<T>(command: Command, run: () => T): T {
  return commands.run(command, run);
}

/** As a shell says it. */
function statusOf([code, signal]: readonly unknown[]): number {
  return typeof code === "number"
    ? code
    : 128 + (constants.signals[signal as keyof typeof constants.signals] ?? 0);
}

/** A reader that stops early breaks the pipe; that says nothing about how the command ended. */
function tolerant(stdin: Writable): Writable {
  stdin.on("error", () => {});
  const all = new Writable({
    write: (chunk, encoding, done) => {
      if (stdin.destroyed) return done();
      stdin.write(chunk, encoding, () => done());
    },
    final: (done) => {
      stdin.end();
      done();
    },
  });
  const { destroy } = all;
  // At its end the child destroys its input: what still comes for it shall go nowhere, in place of failing.
  all.destroy = (error) => {
    stdin.destroy();
    return all.writableFinished ? destroy.call(all, error) : all;
  };
  return all;
}
