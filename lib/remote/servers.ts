// All servers of a configuration.

import { AlcaideError, exitCodeOf, messageOf } from "../core/error.ts";
import type { Remote } from "./remote.ts";

/** The servers that a task works on. */
export interface Servers extends AsyncDisposable {
  /** In the order of the configuration. */
  readonly all: readonly Remote[];
  /** The one on which what must happen once happens. */
  readonly first: Remote;
  /**
   * Does something on all servers at once and waits for all of them.
   *
   * @throws what failed on the only server that failed, or {@linkcode ServersError}
   */
  each<T>(run: (server: Remote) => Promise<T>): Promise<T[]>;
}

/** Something failed on several servers. */
export class ServersError extends AlcaideError {
  /** The highest of what failed. */
  override readonly exitCode: number;
  /** Server names and what failed there. */
  readonly failures: ReadonlyMap<string, unknown>;
  /** Makes an error from what failed where. */
  constructor(failures: ReadonlyMap<string, unknown>) {
    const details = [...failures].map(([name, error]) => `${name}: ${messageOf(error)}`);
    super(`Cannot finish on ${failures.size} servers`, { details, cause: [...failures.values()][0] });
    this.failures = failures;
    this.exitCode = Math.max(...[...failures.values()].map(exitCodeOf));
  }
}

/** Hears that a server begins (true) or ends (false) its part. */
export type Watch = (name: string, working: boolean) => void;

/** Makes the servers of a task out of remotes. */
export function servers(all: readonly Remote[], watch: Watch = () => {}): Servers {
  const [first] = all;
  if (first === undefined) throw new AlcaideError("Cannot work without a server", { hint: "Set server" });
  return {
    all,
    first,
    each: (run) => onEach(all, (server) => watched(server, run, watch)),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(all.map((server) => server[Symbol.asyncDispose]()));
    },
  };
}

async function watched<T>(server: Remote, run: (server: Remote) => Promise<T>, watch: Watch): Promise<T> {
  watch(server.name, true);
  try {
    return await run(server);
  } finally {
    watch(server.name, false);
  }
}

async function onEach<T>(all: readonly Remote[], run: (server: Remote) => Promise<T>): Promise<T[]> {
  const results = await Promise.allSettled(all.map((server) => run(server)));
  const failures = new Map<string, unknown>();
  const values: T[] = [];
  results.forEach((result, index) => {
    if (result.status === "fulfilled") values.push(result.value);
    else failures.set(all[index]?.name ?? "", result.reason);
  });
  if (failures.size === 1) throw [...failures.values()][0];
  if (failures.size > 1) throw new ServersError(failures);
  return values;
}
