// One deploy of an app at a time.

import {
  heartbeatLimit,
  type Holder,
  holdLock,
  lockedStatus,
  overtaken,
  parseHolder,
  retakeLock,
} from "../commands/lock.ts";
import { heartbeat } from "../remote/heartbeat.ts";
import { type AlcaideError, CommandError, type Exit, LockedError, TakenOverError } from "../core/error.ts";
import type { Command } from "../core/sh.ts";
import type { Remote } from "../remote/remote.ts";

/** A lock that is held; disposing of it lets go. */
export interface AppLock extends AsyncDisposable {
  /** Its number: scripts act only while the server knows no higher one. */
  readonly fence: number;
  /** Lets go of it and has the history keep a record, the last so many of them. Tells whether it was written. */
  end(record: string, keep: number): Promise<boolean>;
}

/** How to take the locks again that are held over the connection to a server. */
const retaking = new WeakMap<Remote, (signal: AbortSignal) => Promise<void>>();

/**
 * Takes an app's lock on a server. It is bound to our connection: when that ends, the server's kernel frees the lock.
 *
 * @throws {LockedError} when somebody else has it
 */
export async function holdAppLock(
  server: Remote,
  app: string,
  holder: Holder,
  signal: AbortSignal,
): Promise<AppLock> {
  let held = await takeLock(server, app, holdLock(app, holder), signal);
  const { fence } = held;
  retaking.set(server, async (signal) => {
    if (held.lost()) held = await takeLock(server, app, retakeLock(app, holder, fence), signal);
  });
  const end = async (...last: string[]) => {
    retaking.delete(server);
    return await held.end(...last);
  };
  return {
    fence,
    end: (record, keep) => end(`${keep} ${record}`),
    [Symbol.asyncDispose]: async () => void await end(),
  };
}

/**
 * Takes the locks again that got lost with the connections to some servers. Their numbers stay, so that scripts made for them go on.
 *
 * @throws {TakenOverError} when somebody else has had one of them since
 */
export async function retakeLocks(servers: readonly Remote[], signal: AbortSignal): Promise<void> {
  await Promise.all(servers.map((server) => retaking.get(server)?.(signal)));
}

/** A lock that a script on the server holds. */
interface Held {
  readonly fence: number;
  /** True once its connection broke. */
  lost(): boolean;
  /** Sends last lines; true when one of them was recorded. */
  end(...last: string[]): Promise<boolean>;
}

async function takeLock(server: Remote, app: string, command: Command, signal: AbortSignal): Promise<Held> {
  // Once it is held, Ctrl-C doesn't end it: what was begun is undone under the lock.
  const waiting = new AbortController();
  const give = () => waiting.abort(signal.reason);
  signal.throwIfAborted();
  signal.addEventListener("abort", give, { once: true });
  const beat = heartbeat(heartbeatLimit * 1000 / 5);
  const locked = Promise.withResolvers<number>();
  const ended = server.exec(command, {
    signal: waiting.signal,
    stdin: beat.stream,
    onLine: (line) => {
      const fence = /^locked (\d+)$/.exec(line)?.[1];
      if (fence !== undefined) locked.resolve(Number(fence));
    },
  });
  ended.then((exit) => locked.reject(notGiven(server.name, app, exit)), locked.reject);
  let lost = false;
  // Losing the connection while the lock is held shows in the next command; here it must not go unhandled.
  const quiet = ended.then(({ stdout }) => /^recorded$/m.test(stdout), () => !(lost = true));
  try {
    const fence = await locked.promise;
    const end = async (...last: string[]) => {
      beat.end(...last);
      return await quiet;
    };
    return { fence, lost: () => lost, end };
  } catch (error) {
    beat.end();
    throw error;
  } finally {
    signal.removeEventListener("abort", give);
  }
}

/** Why the lock was not given. */
function notGiven(server: string, app: string, exit: Exit): AlcaideError {
  if (exit.stderr.includes(overtaken)) return new TakenOverError(server, { details: [overtaken] });
  if (exit.code !== lockedStatus) return new CommandError(server, "lockf", exit);
  const text = exit.stdout.split("\n").find((line) => line.startsWith("{")) ?? "";
  const holder = parseHolder(text);
  const who = holder ? holderText(holder) : "somebody else";
  return new LockedError(`Cannot work on ${app}: ${server} is locked by ${who}`, who, {
    hint: "Wait until it has finished. The lock ends with its holder's connection",
  });
}

/** The holder that `askLock()` printed; null when the lock is free. */
export function holderOf(text: string): Holder | null {
  return text.trim() === "" ? null : parseHolder(text) ?? { by: "somebody", since: "", what: "" };
}

/** Says who holds a lock, since when and for what. */
export function holderText({ by, since, what }: Holder): string {
  return since === "" ? by : `${by} since ${since} (${what})`;
}
