// Ten servers take at most twice the time of one: what is awaited in turn is counted, not the clock on the wall.

import { assertGreater, assertLessOrEqual } from "@std/assert";
import type { Exit } from "../../lib/core/error.ts";
import { remote } from "../../lib/remote/remote.ts";
import type { Task } from "../../lib/task/task.ts";
import type { ExecOptions, Transport } from "../../lib/transport/mod.ts";
import { deploy } from "../../tasks/deploy.ts";
import { releases } from "../../tasks/releases.ts";
import { rollback } from "../../tasks/rollback.ts";
import { run } from "../../tasks/run.ts";
import { setup } from "../../tasks/setup.ts";
import { status } from "../../tasks/status.ts";
import { fakeContext } from "../fake/context.ts";
import { copyModel, type Model } from "../fake/model.ts";
import { emptyModel, type FakeServer, fakeServer } from "../fake/server.ts";
import { serverAfter, user } from "../lib/deploy/deploying.ts";

/** A round trip is over once nobody has begun another one for so many milliseconds and reads of a file. */
const QUIET = { milliseconds: 50, reads: 5 };

const file = new URL(import.meta.url);

/** Counts how many round trips were waited for, one after the other, over all servers. */
class Chain {
  length = 0;
  #trip: PromiseWithResolvers<void> | undefined;
  #begun = 0;

  /** Goes there and back, with all others that are on their way. */
  async trip(): Promise<void> {
    const trip = this.#trip ??= Promise.withResolvers();
    const mine = ++this.#begun;
    await new Promise((resolve) => setTimeout(resolve, QUIET.milliseconds));
    // Another server's deploy may be reading its release: on a busy machine that takes as long as our own reading does.
    for (let i = 0; i < QUIET.reads && mine === this.#begun; i++) await Deno.readFile(file);
    if (mine === this.#begun) {
      this.length++;
      this.#trip = undefined;
      trip.resolve();
    }
    await trip.promise;
  }
}

/** A server whose every script takes a round trip; one that starts when another has come back lengthens the chain. */
function distant(server: FakeServer, name: string, chain: Chain): FakeServer {
  const near = server.remote.transport;
  const exec = async (script: string, options: ExecOptions): Promise<Exit> => {
    await chain.trip();
    const ended = near.exec(script, options);
    const locks = server.ran.at(-1)?.names[0] === "holdLock";
    const exit = await ended;
    // A lock is held until we say so: its end is a round trip of its own.
    if (locks) await chain.trip();
    return exit;
  };
  const transport: Transport = { exec, [Symbol.asyncDispose]: () => near[Symbol.asyncDispose]() };
  return Object.assign(server, { remote: remote(name, { transport }) });
}

interface Job {
  readonly name: string;
  readonly task: Task;
  readonly args?: readonly string[];
  readonly options?: Readonly<Record<string, unknown>>;
  readonly model: Model;
}

/** The shortest chain of some tries on ten servers: a busy machine can only lengthen it. */
async function shortest(job: Job, limit: number): Promise<number> {
  let best = Infinity;
  for (let tries = 0; tries < 5 && best > limit; tries++) best = Math.min(best, await chainOf(job, 10));
  return best;
}

/** Does it on so many servers and tells how many round trips had to be waited for. */
async function chainOf({ task, args = [], options = {}, model }: Job, count: number): Promise<number> {
  const chain = new Chain();
  const names = Array.from({ length: count }, (_, i) => `server${i}`);
  const servers = names.map((name) => distant(fakeServer({ model: copyModel(model) }), name, chain));
  const config = { ...user, server: names };
  await task(fakeContext({ config, servers, args, options }));
  return chain.length;
}

const twice = await serverAfter(2);

const jobs: readonly Job[] = [
  { name: "setup", task: setup, model: emptyModel(true) },
  { name: "deploy", task: deploy, model: twice },
  { name: "rollback", task: rollback, model: twice },
  { name: "status", task: status, model: twice },
  { name: "releases", task: releases, model: twice },
  { name: "run", task: run, args: ["true"], options: { server: "all" }, model: twice },
];
for (const job of jobs) {
  Deno.test(`${job.name}() on ten servers takes at most twice the time of one`, async () => {
    const one = await chainOf(job, 1);
    const ten = await shortest(job, 2 * one);
    assertGreater(one, 0);
    assertLessOrEqual(ten, 2 * one, `${ten} round trips one after the other, ${one} on one server`);
  });
}

Deno.test("deploy() on ten servers waits for no server because of its number", async () => {
  const deploying = { name: "deploy", task: deploy, model: twice };
  const one = await chainOf(deploying, 1);
  assertLessOrEqual(await shortest(deploying, one), one);
});
