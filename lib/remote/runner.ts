// Something that runs commands: a server, a jail, this machine.

import { CommandError, type Exit } from "../core/error.ts";
import { demand } from "../core/kind.ts";
import { type Command, commandHint, isCommand } from "../core/sh.ts";
import { calledBy } from "../core/stack.ts";
import type { ExecOptions, Transport } from "../transport/mod.ts";

/** How to run a command. */
export interface RunOptions extends ExecOptions {
  /** A message beside a failure. */
  readonly hint?: string;
}

/** A server, a jail or this machine: commands run alike on all of them. */
export interface Runner {
  /** Its name in output. */
  readonly name: string;
  /**
   * Runs a command.
   *
   * @throws {CommandError} unless it ends with status 0
   */
  run(command: Command, options?: RunOptions): Promise<Exit>;
  /**
   * Runs a command that only looks, and gives what it printed, without the last line break.
   *
   * @throws {CommandError} unless it ends with status 0
   */
  read(command: Command, options?: RunOptions): Promise<string>;
  /**
   * Asks a yes-or-no question: status 0 is yes, 1 is no.
   *
   * @throws {CommandError} for every other end
   */
  test(command: Command, options?: RunOptions): Promise<boolean>;
  /** Runs a command and gives its end, whatever it is; throws only when the end never came. */
  exec(command: Command, options?: RunOptions): Promise<Exit>;
}

/** Makes a runner of a way to execute commands. */
export function runner(
  name: string,
  transport: Pick<Transport, "exec">,
  wrap: (command: Command, options: RunOptions) => Command = (command) => command,
): Runner {
  const exec = async (command: Command, options: RunOptions = {}) => {
    demand(isCommand(command), `the command for ${name}`, command, commandHint);
    const caller = new Error();
    try {
      return await transport.exec(wrap(command, options).text, options);
    } catch (error) {
      throw calledBy(error, caller);
    }
  };
  const failure = (command: Command, exit: Exit, options: RunOptions) =>
    new CommandError(name, wrap(command, options).shown, exit, { hint: options.hint });
  const run = async (command: Command, options: RunOptions = {}) => {
    const exit = await exec(command, options);
    if (exit.code !== 0) throw failure(command, exit, options);
    return exit;
  };
  return {
    name,
    exec,
    run,
    read: async (command, options) => (await run(command, options)).stdout.replace(/\n$/, ""),
    test: async (command, options = {}) => {
      const exit = await exec(command, options);
      if (exit.code !== 0 && exit.code !== 1) throw failure(command, exit, options);
      return exit.code === 0;
    },
  };
}
