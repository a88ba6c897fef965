// Runs scripts on a server through SSH: one connection, opened at the first script and shared by all.

import { ConnectError, type Exit, lastLines } from "../../core/error.ts";
import type { Become, Target } from "../../core/target.ts";
import { aborted, pause, within } from "../limits.ts";
import type { ExecOptions, Transport } from "../mod.ts";
import type { Ask } from "./ask.ts";
import { type Ending, runOnChannel } from "./channel.ts";
import type { ConnectOptions } from "./connection.ts";
import { noRoot, notStarted, tooManyCommands, tooSlow } from "./failures.ts";
import type { Connection } from "./handshake.ts";
import { programEnv, type SshEnv } from "./person.ts";
import { type Endpoint, resolveTarget } from "./resolve.ts";
import {
  askBecome,
  deliverScript,
  deliverStored,
  deliverStreaming,
  type Delivery,
  endScript,
  parseBecome,
  serverScript,
  storeScript,
} from "../script.ts";
import { ChannelRefused, openShell, type Spare, type Spares, spares } from "./shells.ts";
import { Sessions } from "./sessions.ts";

export type { Ask } from "./ask.ts";
export type { SshEnv } from "./person.ts";

/** How to connect to a server. */
export interface SshOptions {
  /** A person to ask about unknown servers and passphrases; without one nothing is asked and nothing unknown accepted. */
  readonly ask?: Ask | undefined;
  /** Says that a new server's key was accepted by itself, since `~/.ssh/config` says so (`StrictHostKeyChecking accept-new`). */
  readonly warn?: ((text: string) => void) | undefined;
  /** Milliseconds for one attempt to connect. Default: what `~/.ssh/config` says, else 15000. */
  readonly connectTimeout?: number;
  /** Further attempts when a server refuses connections, resets them or doesn't answer. */
  readonly retries?: number;
  /** The variables to go by, instead of the program's own. */
  readonly env?: SshEnv;
}

/** A server as a way to run scripts. */
export interface SshTransport extends Transport {
  readonly connected: boolean;
}

/** Everything a transport remembers. */
interface State {
  readonly endpoint: Endpoint;
  readonly options: ConnectOptions;
  readonly closing: AbortController;
  readonly places: Sessions;
  readonly spares: Spares;
  connection?: Connection;
  connecting?: Promise<Connection>;
  becoming?: Promise<Become | undefined>;
  /** True once it is known how to become root, and so what the next command needs. */
  settled?: boolean;
}

/** sshd's MaxSessions, when nobody changed it. */
const usualPlaces = 10;

/**
 * Makes the transport of a server. Nothing happens before the first script; a connection that was lost is made again for
 * the next one.
 *
 * @throws {ConnectError} when a server to go through, or SSH's configuration, can't be understood
 */
export function sshTransport(target: Target, options: SshOptions = {}): SshTransport {
  const { ask, warn, retries = 2, env = programEnv() } = options;
  const endpoint = resolveTarget(target, env);
  const timeout = options.connectTimeout ?? endpoint.timeout ?? 15_000;
  const places = new Sessions(usualPlaces);
  const state: State = {
    endpoint,
    options: { timeout, retries, ask, warn },
    closing: new AbortController(),
    places,
    spares: spares(places),
  };
  const { name } = endpoint;
  return {
    get connected() {
      return state.connection !== undefined && state.connection.lost === undefined;
    },
    exec: (script, execOptions) =>
      within(
        execOptions,
        (timeout) => tooSlow(name, timeout),
        (signal) => run(state, script, execOptions, signal),
      ),
    async [Symbol.asyncDispose]() {
      state.closing.abort(new ConnectError(`Cannot use "${name}": its connection was closed`));
      await state.connecting?.catch(() => {});
      await state.connection?.close();
    },
  };
}

async function run(state: State, given: string, options: ExecOptions, signal: AbortSignal): Promise<Exit> {
  const script = serverScript(given);
  const become = await becomeWay(state, signal);
  state.settled = true;
  const delivery = options.terminal
    ? deliverStored(await store(state, script, become, signal), become)
    : options.stdin === undefined
    ? deliverScript(script, become)
    : deliverStreaming(script, become);
  return started(state, become, await runInPlace(state, delivery, options, signal));
}

function started(state: State, become: Become | undefined, ending: Ending): Exit {
  if (ending.exit) return ending.exit;
  throw notStarted(state.endpoint, become, ending.words);
}

/** Writes a script to a file on the server and gives its path. */
async function store(
  state: State,
  script: string,
  become: Become | undefined,
  signal: AbortSignal,
): Promise<string> {
  const delivery = deliverScript(storeScript(script), become);
  const exit = started(state, become, await runInPlace(state, delivery, {}, signal));
  if (exit.code === 0) return exit.stdout.trim();
  throw new ConnectError(`Cannot write to /tmp on "${state.endpoint.name}"`, {
    details: exit.stderr.trim().split("\n"),
  });
}

/** Runs a command as soon as the server lets one more run. */
async function runInPlace(
  state: State,
  delivery: Delivery,
  options: ExecOptions,
  signal: AbortSignal,
): Promise<Ending> {
  for (let refusals = 0;;) {
    const connection = await connected(state, signal);
    const spare = state.spares.take(connection, delivery.line);
    if (spare === undefined) await takePlace(state, signal);
    let giveBack = () => state.places.free();
    try {
      return await runOnShell(state, connection, { spare, delivery }, options, signal);
    } catch (error) {
      if (!(error instanceof ChannelRefused)) throw error;
      giveBack = () => state.places.refused();
      // With none of ours running, places can only be taken by commands given up before; they don't take them for long.
      if (++refusals > 10) throw tooManyCommands(state.endpoint, error);
    } finally {
      if (giveBack() > 0) refusals = 0;
    }
    if (refusals > 0) await pause(300, signal);
  }
}

async function takePlace({ places, spares }: State, signal: AbortSignal): Promise<void> {
  if (places.full) spares.drop();
  await places.take(signal);
}

/** Runs a command by the shell that waits, else by a new one; and starts one for the next command meanwhile. */
async function runOnShell(
  state: State,
  connection: Connection,
  { spare, delivery }: { readonly spare: Spare | undefined; readonly delivery: Delivery },
  options: ExecOptions,
  signal: AbortSignal,
): Promise<Ending> {
  const { line, become } = delivery;
  const end = (pid: number) => endRemote(connection, pid, become);
  const fresh = () => openShell(connection, line, options.terminal, signal);
  const opening = spare ? spare.open(signal) : fresh();
  if (state.settled && !options.terminal) state.spares.start(connection, line, options.ahead ?? 1);
  const channel = await opening ?? await fresh();
  const ending = await runOnChannel(connection, channel, delivery, options, signal, end);
  // A shell that was ended while it waited has begun nothing, nor said why.
  if (spare === undefined || ending.exit !== undefined || connection.lost) return ending;
  return await runOnChannel(connection, await fresh(), delivery, options, signal, end);
}

/** Tells a script that was given up to end. It may do so, or be unreachable: nothing depends on it. */
async function endRemote(connection: Connection, pid: number, become: Become | undefined): Promise<void> {
  const delivery = deliverScript(endScript(pid), become);
  const nothing = () => Promise.resolve();
  await within(
    { timeout: 1000 },
    () => new Error("no answer"),
    async (signal) => {
      const channel = await openShell(connection, delivery.line, undefined, signal);
      return await runOnChannel(connection, channel, delivery, {}, signal, nothing);
    },
  ).catch(nothing);
}

/** How to become root: known for root and when the target says it, else asked once. */
function becomeWay(state: State, signal: AbortSignal): Promise<Become | undefined> {
  const { become, user } = state.endpoint;
  if (become || user === "root") return Promise.resolve(become);
  if (!state.becoming) {
    // Asked for all who wait, so not bound to the signal of the first of them.
    const asked = findBecome(state, state.closing.signal);
    state.becoming = asked;
    asked.catch(() => delete state.becoming);
  }
  return Promise.race([state.becoming, aborted(signal)]);
}

async function findBecome(state: State, signal: AbortSignal): Promise<Become | undefined> {
  const ending = await runInPlace(state, deliverScript(askBecome), {}, signal);
  const exit = started(state, undefined, ending);
  const way = parseBecome(exit.stdout);
  if (way !== "none") return way;
  throw noRoot(state.endpoint, ["doas", "sudo"], lastLines(exit.stderr.trim(), Infinity));
}

/** The connection, opened when there is none. */
function connected(state: State, signal: AbortSignal): Promise<Connection> {
  state.closing.signal.throwIfAborted();
  if (state.connection && !state.connection.lost) return Promise.resolve(state.connection);
  if (!state.connecting) {
    const opening = open(state)
      .then((connection) => state.connection = connection)
      .finally(() => delete state.connecting);
    opening.catch(() => {});
    state.connecting = opening;
  }
  return Promise.race([state.connecting, aborted(signal)]);
}

/** Opens a connection. SSH itself is loaded only now: what speaks to no server starts in half the time. */
async function open(state: State): Promise<Connection> {
  const { openConnection } = await import("./connection.ts");
  return await openConnection(state.endpoint, state.options, state.closing.signal);
}
