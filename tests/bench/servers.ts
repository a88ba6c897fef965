/**
 * This machine's part of a deploy to many servers. The servers of the first measurement exist only here, each a round trip away and
 * with as many processors as it needs; those of the second are connections to one sshd, which get a release at the same time.
 */

import { join } from "@std/path";
import { remote } from "../../lib/remote/remote.ts";
import { deploy } from "../../tasks/deploy.ts";
import { fakeContext } from "../fake/context.ts";
import { copyModel, type Model } from "../fake/model.ts";
import { type FakeServer, fakeServer } from "../fake/server.ts";
import { serverAfter, user } from "../lib/deploy/deploying.ts";
import { noSshd, startSshd } from "../lib/transport/ssh/sshd.ts";
import { inTurns, median, time } from "./measure.ts";
import { writeRandom } from "./random.ts";
import { type Finding, milliseconds, type Part, ratioRow } from "./row.ts";

const [few, many] = [10, 50];
const rounds = 5;
const roundTrip = 50;
/** Milliseconds that a script takes there: about what it takes on the test host. */
const working = 400;
const megabytes = 20;
/** At most so many times the time of one server, and so many megabytes of memory. */
const aims = { few: 1.3, many: 2, memory: 400 };

/** The part of the benchmark. */
export const servers: Part = {
  name: "servers",
  description: `A deploy to ${few} and to ${many} servers, ${roundTrip} ms away`,
  unavailable: noSshd,
  run: measure,
};

async function measure(): Promise<Finding> {
  // First, since what the others leave behind counts as well.
  const { memory, took } = await upload(many);
  const model = await serverAfter(2);
  const deployTo = (count: number) => () => deployToAll(model, count);
  const times = await inTurns(rounds, { one: deployTo(1), few: deployTo(few), many: deployTo(many) });
  const [one, ...more] = [median(times.one), median(times.few), median(times.many)] as const;
  return {
    rows: [
      ratioRow(`a deploy to ${few} servers, to one beside it`, more[0], one, aims.few),
      ratioRow(`a deploy to ${many} servers, to one beside it`, more[1], one, aims.many),
      {
        title: `most memory while ${many} servers get ${megabytes} MB each`,
        ours: `${memory} MB`,
        beside: "",
        aim: `under ${aims.memory} MB`,
        met: memory < aims.memory,
      },
    ],
    values: { rounds, roundTrip, one, few: more[0], many: more[1], memory, took },
    notes: [
      `Medians of ${rounds} in turns, of servers that exist only here: each script takes ${working} ms there.`,
      `${many} uploads to one sshd took ${milliseconds(took)}: it and this program share the processors.`,
    ],
  };
}

/** A further deploy to so many servers. */
async function deployToAll(model: Model, count: number): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => `server${index}`);
  const all = names.map((name) => distant(fakeServer({ model: copyModel(model) }), name));
  await deploy(fakeContext({ config: { ...user, server: names }, servers: all }));
}

/** A server whose every script takes a round trip and its time. */
function distant(server: FakeServer, name: string): FakeServer {
  const near = server.remote.transport;
  const transport = {
    ...near,
    exec: async (...args: Parameters<typeof near.exec>) => {
      await new Promise((resolve) => setTimeout(resolve, roundTrip + working));
      return await near.exec(...args);
    },
    [Symbol.asyncDispose]: () => near[Symbol.asyncDispose](),
  };
  return Object.assign(server, { remote: remote(name, { transport }) });
}

/** Uploads over so many connections, and this program's greatest size meanwhile. */
async function upload(count: number): Promise<{ readonly memory: number; readonly took: number }> {
  await using sshd = await startSshd({ config: [`MaxStartups ${2 * count}`] });
  const file = join(sshd.directory, "random");
  await writeRandom(file, megabytes);
  await using stack = new AsyncDisposableStack();
  const all = Array.from({ length: count }, () => stack.use(remote(sshd.target)));
  let most = 0;
  const watch = setInterval(() => most = Math.max(most, Deno.memoryUsage().rss), 20);
  const took = await time(() =>
    Promise.all(all.map((server, index) => server.upload(file, `${sshd.directory}/${index}`, { parts: 1 })))
  );
  clearInterval(watch);
  return { memory: Math.round(most / 1e6), took };
}
