// Ten servers take at most twice the time of one: what is awaited in turn is counted, not the clock on the wall.

// @ts-types="../../types/std_assert.d.ts"
import { assertEquals, assertGreater, assertLessOrEqual } from "@std/assert";
import type { Exit } from "../../lib/error.ts";
import { remote } from "../../lib/remote.ts";
import type { Task } from "../../lib/task.ts";
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
import { serverAfter, user } from "./deploying.ts";

/** A round trip is over once nobody has begun another one for so many milliseconds, however busy this machine is. */
const QUIET = 50;

/** Counts how many round trips were waited for, one after the other, over all servers. */
class Chain {
  length = 0;
  #trip: PromiseWithResolvers<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Goes there and back, with all others that are on their way. */
  trip(): Promise<void> {
    this.#trip ??= Promise.withResolvers();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#arrive(), QUIET);
    return this.#trip.promise;
  }

  #arrive(): void {
    this.length++;
    this.#trip?.resolve();
    this.#trip = undefined;
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
    const [one, ten] = await Promise.all([chainOf(job, 1), chainOf(job, 10)]);
    assertGreater(one, 0);
    assertLessOrEqual(ten, 2 * one, `${ten} round trips one after the other, ${one} on one server`);
  });
}

Deno.test("deploy() on ten servers waits for no server because of its number", async () => {
  const deploying = { name: "deploy", task: deploy, model: twice };
  assertEquals(await chainOf(deploying, 10), await chainOf(deploying, 1));
});
