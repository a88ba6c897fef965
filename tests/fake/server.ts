/**
 * A server that exists only here: it runs scripts on a model, and fails when told.
 *
 * @module
 */

import { type Exit, LostConnectionError } from "../../lib/core/error.ts";
import { type Remote, remote } from "../../lib/remote/remote.ts";
import type { ExecOptions, Transport } from "../../lib/transport/mod.ts";
import { withDoctor } from "./doctor.ts";
import type { Micro, Outcome } from "./effect.ts";
import { hearRecord } from "./history.ts";
import { liveText, type Model, probeText } from "./model.ts";
import { fenceFile, type Question, readScript } from "./scripts.ts";
import { bare, prepared } from "./setup_model.ts";

/** A fault to bring about. */
export interface Fault {
  /** In the how manyth script; the first is 1. */
  readonly exec: number;
  /** Before the how manyth of its small steps; the first is 0. After the last: its answer is lost. */
  readonly micro: number;
  /** A command fails; the connection breaks; the person interrupts, and the script ends or goes on to its end. */
  readonly kind: "status" | "lost" | "abort" | "abort, orphan";
  /** How many scripts after it fail as well, with status 1; all of them for a connection that stays away. */
  readonly then?: number | "away";
}

/** A script that was run. */
export interface Ran {
  readonly script: string;
  /** Its effects, by name. */
  readonly names: readonly string[];
  /** How many small steps it has. */
  readonly micros: number;
  readonly stdin: string;
}

/** A server that exists only here. */
export interface FakeServer {
  readonly model: Model;
  readonly remote: Remote;
  readonly ran: readonly Ran[];
  /** Scripts that changed something although the app's lock was not held. */
  readonly unlocked: readonly string[];
  /** Makes something go wrong. */
  plan(fault: Fault | undefined, interrupt?: () => void): void;
  /** True once the fault has happened. */
  readonly struck: boolean;
  /** Makes releases ill: what a look gets. */
  illness: (release: string) => string | undefined;
  /** The output of a script that was told to fail. */
  complaint: string;
  /** What `uname -s` says. */
  os: string;
  /** Seconds by which its clock is ahead of ours. */
  ahead: number;
}

/** The first state of a fake server. */
export interface FakeOptions {
  readonly name?: string;
  /** True for a server that setup hasn't seen. */
  readonly bare?: boolean;
  readonly model?: Model;
}

/** An empty server, prepared unless told otherwise. */
export function emptyModel(isBare = false): Model {
  return {
    files: new Map(),
    trees: new Map(),
    ...{ jails: new Map(), loaded: new Map() },
    locks: new Set(),
    setup: isBare ? bare() : prepared(),
    odd: { mounts: new Set(), addresses: new Set(), gone: new Set() },
    free: 20_000_000_000,
    resolvers: ["203.0.113.53"],
  };
}

/** Makes a server that exists only here. */
export function fakeServer(options: FakeOptions = {}): FakeServer {
  const server = new Fake(options.model ?? emptyModel(options.bare));
  return Object.assign(server, { remote: remote(options.name ?? "root@203.0.113.7", { transport: server }) });
}

class Fake implements Transport {
  readonly model: Model;
  declare readonly remote: Remote;
  readonly ran: Ran[] = [];
  readonly unlocked: string[] = [];
  struck = false;
  illness: (release: string) => string | undefined = () => undefined;
  complaint = "Told to fail";
  os = "FreeBSD";
  ahead = 0;
  #fault: Fault | undefined;
  #interrupt = () => {};
  #count = 0;
  #failing: number | "away" = 0;
  /** Lets go of the locks that are held over this connection. */
  #drops = new Set<() => void>();

  constructor(model: Model) {
    this.model = model;
  }

  plan(fault: Fault | undefined, interrupt = () => {}): void {
    this.#fault = fault;
    this.#interrupt = interrupt;
    [this.#count, this.#failing] = [0, 0];
    this.struck = false;
    this.ran.length = 0;
    this.unlocked.length = 0;
  }

  async exec(script: string, options: ExecOptions): Promise<Exit> {
    options.signal?.throwIfAborted();
    const number = ++this.#count;
    const reading = readScript(script);
    const micros = reading.kind === "effects" ? reading.micros.length : 1;
    if (this.#failing === "away") throw lost();
    if (this.#failing > 0) {
      this.#failing--;
      return { code: 1, stdout: "", stderr: `${this.complaint}\n` };
    }
    const cut = this.#fault?.exec === number ? this.#fault.micro : Infinity;
    if (reading.kind === "lock") {
      this.ran.push({ script, names: ["holdLock"], micros: 1, stdin: "" });
      return await this.#hold(reading.app, options, cut);
    }
    const names = reading.kind === "question" ? [reading.question] : reading.names;
    // Nothing else reads to the end: our own standard input may never end.
    const stdin = names.some((name) => name.startsWith("receive")) ? await readAll(options.stdin) : "";
    this.ran.push({ script, names, micros, stdin });
    if (reading.kind === "question") {
      const exit = answered({ out: this.#answer(reading.question) });
      return (cut <= 1 ? this.#strike(options) : undefined) ?? exit;
    }
    if (reading.mutates && this.model.locks.size === 0) this.unlocked.push(names.join(", "));
    return this.#play(reading.micros, stdin, cut, options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const drop of this.#drops) drop();
    return Promise.resolve();
  }

  #answer(question: Question): string {
    if (question === "askLive") return liveText(this.model);
    const text = probeText(this.model, question !== "probe", this.ahead).replace("FreeBSD", this.os);
    return question === "probe for doctor" ? withDoctor(text) : text;
  }

  #play(micros: readonly Micro[], stdin: string, cut: number, options: ExecOptions): Exit {
    const scene = { model: this.model, illness: this.illness, stdin };
    const told = teller(options);
    for (let i = 0; i <= micros.length; i++) {
      if (i === cut) {
        const exit = this.#strike(options, () => micros.slice(i).every((micro) => !micro(scene)?.status));
        if (exit) return told.end(exit);
      }
      const outcome = micros[i]?.(scene);
      told.tell(outcome?.out ?? "", outcome?.err ?? "");
      if (outcome?.status) return told.end({ code: outcome.status, stdout: "", stderr: "" });
    }
    return told.end({ code: 0, stdout: "", stderr: "" });
  }

  /** Something goes wrong now. Gives nothing when the script goes on all the same. */
  #strike(options: ExecOptions, rest = () => true): Exit | undefined {
    const { kind = "status", then = 0 } = this.#fault ?? {};
    this.struck = true;
    this.#failing = then;
    if (kind === "status") return { code: 1, stdout: "", stderr: `${this.complaint}\n` };
    if (kind === "lost") {
      for (const drop of this.#drops) drop();
      throw lost();
    }
    this.#interrupt();
    if (!options.signal?.aborted) return undefined;
    if (kind === "abort, orphan") rest();
    throw options.signal.reason;
  }

  async #hold(app: string, options: ExecOptions, cut: number): Promise<Exit> {
    const { model } = this;
    const early = cut === 0 ? this.#strike(options) : undefined;
    if (early) return early;
    if (model.locks.has(app)) {
      return teller(options).end(
        { code: 75, stdout: '{"by":"other@there","since":"now","what":"deploy"}\n', stderr: "" },
      );
    }
    const fence = Number(model.files.get(fenceFile(app)) ?? 0) + 1;
    model.files.set(fenceFile(app), `${fence}\n`);
    model.locks.add(app);
    const dropped = Promise.withResolvers<never>();
    dropped.promise.catch(() => {}); // Nobody may be waiting any more.
    const drop = () => {
      model.locks.delete(app);
      dropped.reject(lost());
    };
    const aborted = () => {
      model.locks.delete(app);
      dropped.reject(options.signal?.reason);
    };
    this.#drops.add(drop);
    options.signal?.addEventListener("abort", aborted);
    try {
      const exit = cut === 1 ? this.#strike(options) : undefined;
      if (exit) return exit;
      options.onLine?.(`locked ${fence}`, "out");
      const said = await Promise.race([readAll(options.stdin), dropped.promise]);
      return { code: 0, stdout: `locked ${fence}\n${hearRecord(model, said)}`, stderr: "" };
    } finally {
      this.#drops.delete(drop);
      options.signal?.removeEventListener("abort", aborted);
      model.locks.delete(app);
    }
  }
}

function lost(): LostConnectionError {
  return new LostConnectionError("Cannot finish a command on the fake: the connection was lost");
}

function answered({ status = 0, out = "", err = "" }: Outcome): Exit {
  return { code: status, stdout: out, stderr: err };
}

/** Gives the output as it comes, as a real transport does, and all of it at the end. */
function teller(options: ExecOptions) {
  const all = { out: "", err: "" };
  const encoder = new TextEncoder();
  const give = (text: string, stream: "out" | "err") => {
    all[stream] += text;
    for (const line of text.split("\n").slice(0, -1)) options.onLine?.(line, stream);
    if (text !== "") options.onData?.(encoder.encode(text), stream);
  };
  const tell = (out: string, err: string) => {
    give(out, "out");
    give(err, "err");
  };
  return {
    tell,
    end(exit: Exit): Exit {
      tell(exit.stdout, exit.stderr);
      const texts = options.onData ? { stdout: "", stderr: "" } : { stdout: all.out, stderr: all.err };
      return { ...exit, ...texts };
    },
  };
}

async function readAll(stdin: ExecOptions["stdin"]): Promise<string> {
  if (stdin === undefined) return "";
  if (stdin instanceof ReadableStream) return await new Response(stdin).text();
  return typeof stdin === "string" ? stdin : new TextDecoder().decode(stdin);
}
