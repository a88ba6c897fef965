/** The program under test: in this process, which is quick, or in one of its own, which can be killed. */

import { main } from "../../lib/cli/main.ts";
import type { SignalSource } from "../../lib/cli/signals.ts";
import type { EndSignal } from "../../lib/core/error.ts";
import { memoryUi } from "../fake/memory_ui.ts";
import { builtInTasks } from "../../tasks/mod.ts";
import { remote } from "../../lib/remote/remote.ts";
import { servers } from "../../lib/remote/servers.ts";
import type { Connect } from "../../lib/task/make_context.ts";
import type { ImportModule } from "../../lib/standalone/imports.ts";
import type { Transport } from "../../lib/transport/mod.ts";
import type { Project } from "../e2e/project.ts";

/** How a command ended and all that it said. */
export interface Ended {
  /** Undefined when it was killed. */
  readonly code: number | undefined;
  readonly text: string;
}

/** A command that runs. */
export interface Running {
  readonly ended: Promise<Ended>;
  /** Presses Ctrl-C. */
  interrupt(): void;
}

/** Connects as the program does, but waits for no script longer than this. */
function impatient(milliseconds: number): Connect {
  return ({ servers: all }) =>
    servers(all.map((server) => {
      const { transport } = remote(server);
      const exec: Transport["exec"] = (script, options = {}) =>
        transport.exec(script, { ...options, timeout: Math.min(options.timeout ?? Infinity, milliseconds) });
      const close = () => transport[Symbol.asyncDispose]();
      return remote(server, { name: server.name, transport: { exec, [Symbol.asyncDispose]: close } });
    }));
}

let imports = 0;

/** Reads an Alcaidefile anew each time, as a program that begins does. */
const importModule: ImportModule = async (url, begun) => {
  begun?.();
  return { exports: await import(`${url}?${imports++}`) };
};

/** Starts a command in this process; perhaps with a limit in milliseconds for each of its scripts. */
export function startHere(project: Project, args: readonly string[], limit?: number): Running {
  Deno.env.set("HOME", `${project.directory}/home`);
  const listeners = new Map<EndSignal, () => void>();
  const signals: SignalSource = {
    addSignalListener: (signal, listener) => void listeners.set(signal, listener),
    removeSignalListener: (signal) => void listeners.delete(signal),
  };
  const ui = memoryUi({ answer: true });
  const options = {
    ...{ tasks: builtInTasks, version: "chaos", cwd: project.directory, ui: () => ui, signals, importModule },
    ...limit === undefined ? {} : { connect: impatient(limit) },
  };
  return {
    ended: main(args, options).then((code) => ({ code, text: ui.text() })),
    interrupt: () => listeners.get("SIGINT")?.(),
  };
}

/** A process that a signal can be sent to in place of one in which more than a command runs. */
export function standIn(ended: () => void): Disposable & { readonly pid: number } {
  const child = new Deno.Command("sleep", { args: ["1000"], stdin: "null" }).spawn();
  let over = false;
  child.status.then(() => {
    if (!over) ended();
    over = true;
  });
  return {
    pid: child.pid,
    [Symbol.dispose]: () => {
      if (!over) child.kill("SIGKILL");
      over = true;
    },
  };
}

/** Starts a command in a process of its own, which can be killed. */
export function startApart(project: Project, args: readonly string[]): Running & { readonly pid: number } {
  const child = project.start(args);
  return {
    pid: child.pid,
    interrupt: () => child.kill("SIGINT"),
    ended: child.output().then(({ code, signal, stdout, stderr }) => ({
      code: signal === null ? code : undefined,
      text: [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join(""),
    })),
  };
}

/** Runs a command in this process to its end. */
export function runHere(project: Project, args: readonly string[]): Promise<Ended> {
  return startHere(project, args).ended;
}
