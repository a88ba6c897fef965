/** The program under test: in this process, which is quick, or in one of its own, which can be killed. */

import { main } from "../../lib/cli/main.ts";
import type { SignalSource } from "../../lib/cli/signals.ts";
import type { EndSignal } from "../../lib/core/error.ts";
import { memoryUi } from "../fake/memory_ui.ts";
import { builtInTasks } from "../../tasks/mod.ts";
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

/** Starts a command in this process. */
export function startHere(project: Project, args: readonly string[]): Running {
  Deno.env.set("HOME", `${project.directory}/home`);
  const listeners = new Map<EndSignal, () => void>();
  const signals: SignalSource = {
    addSignalListener: (signal, listener) => void listeners.set(signal, listener),
    removeSignalListener: (signal) => void listeners.delete(signal),
  };
  const ui = memoryUi({ answer: true });
  const options = { tasks: builtInTasks, version: "chaos", cwd: project.directory, ui: () => ui, signals };
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
