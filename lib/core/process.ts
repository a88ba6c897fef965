// Processes of an app: what a release runs in its jail beside the web process.

/** A process of a release, as it runs on one server. */
export interface AppProcess {
  /** Its name: `worker`. */
  readonly name: string;
  /** The command that starts it. */
  readonly start: string;
  /** How many of it run. */
  readonly instances: number;
  /** Seconds that it gets to end. */
  readonly stopTimeout: number;
  /** True where those of the old release end before it starts. */
  readonly alone: boolean;
  /** True where it starts before the switch. */
  readonly startBefore: boolean;
}

/** The process that gets requests. */
export const webProcess = "web";

/** Most instances of a process on a server. */
export const mostInstances = 32;

/** The part of a configuration that says what a release runs on a server. */
export interface ReleaseProcesses {
  /** The command of the web process; empty where there is none. */
  readonly start: string;
  /** Seconds that the web process gets to end. */
  readonly stopTimeout: number;
  /** The other processes. */
  readonly processes: readonly AppProcess[];
}

/** True for what has a web process; an app of workers alone has no command for it. */
export function hasWeb({ start }: Pick<ReleaseProcesses, "start">): boolean {
  return start !== "";
}

/** Seconds until all processes have ended: they are stopped side by side. */
export function longestStop({ start, stopTimeout, processes }: ReleaseProcesses): number {
  const others = processes.map((one) => one.stopTimeout);
  return Math.max(...!hasWeb({ start }) && others.length > 0 ? [] : [stopTimeout], ...others);
}

/** The process in words: "worker", "2 of worker". */
export function processText({ name, instances }: Pick<AppProcess, "name" | "instances">): string {
  return instances === 1 ? name : `${instances} of ${name}`;
}
