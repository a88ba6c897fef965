/** The program under test: in this process, which is quick, or in one of its own, which can be killed. */

import { main } from "../../lib/cli/main.ts";
import type { SignalSource } from "../../lib/cli/signals.ts";
import type { EndSignal } from "../../lib/core/error.ts";
import { memoryUi } from "../fake/memory_ui.ts";
import { builtInTasks } from "../../tasks/mod.ts";
import { remote } from "../../lib/remote/remote.ts";
import { servers } from "../../lib/remote/servers.ts";
import type { Connect } from "../../lib/task/make_context.ts";
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
  /** The process, of one that has its own. */
  readonly pid?: number;
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
    ...{ tasks: builtInTasks, version: "chaos", cwd: project.directory, ui: () => ui, signals },
    ...limit === undefined ? {} : { connect: impatient(limit) },
  };
  return {
    ended: main(args, options).then((code) => ({ code, text: ui.text() })),
    interrupt: () => listeners.get("SIGINT")?.(),
  };
}

/** Starts a command in a process of its own. */
export function startApart(project: Project, args: readonly string[]): Running {
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
