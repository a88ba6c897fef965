// Shells on a connection: started when they are needed, or one command ahead, so that a command costs one round trip
// instead of three.

// @ts-types="@types/ssh2"
import type { ClientChannel, ExecOptions as SshExecOptions } from "ssh2";
import { aborted } from "../limits.ts";
import type { Terminal } from "../mod.ts";
import type { Connection } from "./handshake.ts";
import type { Sessions } from "./sessions.ts";

/** The server refused to open one more channel. */
export class ChannelRefused extends Error {}

/** Starts what a command line says, at a terminal when one is given. */
export function openShell(
  connection: Connection,
  line: string,
  terminal: Terminal | undefined,
  signal: AbortSignal,
): Promise<ClientChannel> {
  const options: SshExecOptions = terminal
    ? { pty: { cols: terminal.columns, rows: terminal.rows, term: terminal.type } }
    : {};
  return new Promise((resolve, reject) => {
    if (connection.lost) return reject(connection.lost);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    connection.client.exec(line, options, (error, channel) => {
      if (error) return reject(connection.lost ?? refusal(error));
      if (signal.aborted) abandon(channel);
      resolve(channel);
    });
  });
}

function refusal(error: Error): Error {
  return /channel open failure/i.test(error.message) ? new ChannelRefused(error.message) : error;
}

/** Lets go of a command that still runs: what it prints is thrown away. */
export function abandon(channel: ClientChannel): void {
  channel.on("error", () => {});
  channel.resume();
  channel.stderr.resume();
  channel.close();
}

/** A shell that was started ahead and waits for its script. It has a place of its own, which its taker takes over. */
export interface Spare {
  readonly connection: Connection;
  /** The program that started it. */
  readonly line: string;
  /** Its channel; undefined when it could not be started, or has ended meanwhile. */
  open(signal: AbortSignal): Promise<ClientChannel | undefined>;
  /** Ends it, and gives its place back. */
  drop(): void;
}

/** Keeps shells ahead. */
export interface Spares {
  /** Gives one that waits, when it is on this connection and was started by this line. */
  take(connection: Connection, line: string): Spare | undefined;
  /** Starts what lacks of so many, as far as the server lets more run. */
  start(connection: Connection, line: string, wanted: number): void;
  /** Ends one that waits: its place is needed. */
  drop(): void;
}

/** Makes the keeper of shells that wait; they share the places of commands. */
export function spares(places: Sessions): Spares {
  const waiting = new Set<Spare>();
  return {
    take(connection, line) {
      const spare = [...waiting].find((one) => one.connection === connection && one.line === line);
      if (spare !== undefined) waiting.delete(spare);
      return spare;
    },
    start(connection, line, wanted) {
      for (const spare of waiting) if (spare.connection.lost) spare.drop();
      while (waiting.size < wanted && !connection.lost && places.tryTake()) {
        waiting.add(startSpare(connection, line, (spare, refused) => {
          // Once it was taken its place isn't ours to give back.
          if (waiting.delete(spare)) refused ? places.refused() : places.free();
        }));
      }
    },
    drop: () => [...waiting].at(-1)?.drop(),
  };
}

/** @param gone called when it turns out that nobody can use it */
function startSpare(
  connection: Connection,
  line: string,
  gone: (spare: Spare, refused: boolean) => void,
): Spare {
  let ended = false;
  const channel = openShell(connection, line, undefined, new AbortController().signal).then((opened) => {
    for (const event of ["exit", "close", "error"]) {
      opened.once(event, () => {
        ended = true;
        gone(spare, false);
      });
    }
    return opened;
  }, (error) => {
    ended = true;
    gone(spare, error instanceof ChannelRefused);
    return undefined;
  });
  const spare: Spare = {
    connection,
    line,
    async open(signal) {
      // One that comes too late for its command is of no use to another one: its place goes back with the command's.
      const late = () => channel.then((opened) => opened && abandon(opened));
      const opened = await Promise.race([channel, aborted(signal)]).catch((reason) => {
        late();
        throw reason;
      });
      if (!ended) return opened;
      if (opened) abandon(opened);
      return undefined;
    },
    drop() {
      gone(spare, false);
      channel.then((opened) => opened && abandon(opened));
    },
  };
  return spare;
}
