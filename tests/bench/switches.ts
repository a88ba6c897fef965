/** A thousand switches between two warm releases, as the users of an app notice them. */

import type { ReleaseId } from "../../lib/core/release.ts";
import { otherSlot } from "../../lib/core/slot.ts";
import { caddy } from "../../lib/server/caddy.ts";
import { type Load, type LoadReport, startLoad } from "../e2e/load.ts";
import { openPlace, type Place } from "../e2e/place.ts";
import { makeProject, type Project } from "../e2e/project.ts";
import { hostUnavailable } from "../host/mod.ts";
import { pause } from "./measure.ts";
import { type Finding, type Part, ratioRow } from "./row.ts";

const count = 1000;
/** Milliseconds from one switch to the next, and of load before the first. */
const [interval, calm] = [650, 30_000];
/** Requests a second: by clients who keep their connection, and by those who make one for each. */
const rates = { kept: 350, fresh: 150 };
const kinds = ["kept", "fresh"] as const;
type Reports = Readonly<Record<typeof kinds[number], LoadReport>>;

/** The part of the benchmark. */
export const switches: Part = {
  name: "switches",
  description: `${count} switches under ${rates.kept + rates.fresh} requests a second`,
  minutes: 13,
  unavailable: hostUnavailable,
  run: measure,
};

async function measure(say: (text: string) => void): Promise<Finding> {
  await using place = await openPlace();
  await using project = await makeProject(place, "shop");
  await project.well(["setup"]);
  await deployed(project, "one");
  const prepared = await deployed(project, "two", "--prepare");
  const before = await underLoad(place, project, () => pause(calm));
  const during = await underLoad(place, project, () => switchAll(place, project, prepared, say));
  return finding(before, during);
}

async function deployed(project: Project, text: string, ...options: string[]): Promise<ReleaseId> {
  await project.release({ text });
  const [, release = ""] =
    /^(\S+) is (?:live|prepared)/m.exec((await project.well(["deploy", ...options])).stdout) ??
      [];
  return release as ReleaseId;
}

/** Moves the traffic to and fro by the script that a deploy moves it by, over one connection; both releases stay up. */
async function switchAll(
  { server }: Place,
  { app }: Project,
  release: ReleaseId,
  say: (text: string) => void,
): Promise<void> {
  const proxy = caddy(server);
  const live = await proxy.live(app);
  if (live === undefined) throw new Error("Cannot switch: nothing is live");
  const prepared = { slot: otherSlot(live.slot), release };
  const began = performance.now();
  for (let i = 1; i <= count; i++) {
    await proxy.route(app, i % 2 === 1 ? prepared : live);
    if (i % 100 === 0) say(`${i} switches of ${count}`);
    await pause(began + i * interval - performance.now());
  }
}

async function underLoad(
  place: Place,
  { domain: host }: Project,
  run: () => Promise<void>,
): Promise<Reports> {
  const start = (keepAlive: boolean, rate: number): Load =>
    startLoad({ url: place.http, host, rate, keepAlive });
  const loads = [start(true, rates.kept), start(false, rates.fresh)] as const;
  const [ended] = await Promise.allSettled([run()]);
  const [kept, fresh] = await Promise.all([loads[0].stop(), loads[1].stop()]);
  if (ended.status === "rejected") throw ended.reason;
  return { kept, fresh };
}

function finding(before: Reports, during: Reports): Finding {
  const sum = (what: "requests" | "failed") => during.kept[what] + during.fresh[what];
  return {
    rows: [
      {
        title: `failed requests in ${count} switches`,
        ours: `${sum("failed")}`,
        beside: `of ${sum("requests")}`,
        aim: "none",
        met: sum("failed") === 0,
      },
      ...kinds.map((kind) =>
        ratioRow(
          `99 % of all during switches, ${kind} connections, before them beside`,
          during[kind].latency.p99,
          before[kind].latency.p99,
          1.5,
        )
      ),
    ],
    values: { count, rates, before, during, bodies: kinds.map((kind) => [...during[kind].bodies]) },
    notes: kinds.map((kind) =>
      `${kind}: half within ${during[kind].latency.p50} ms, before ${
        before[kind].latency.p50
      } ms; sent again ${during[kind].raced}; answered by ${
        [...during[kind].bodies].map(([text, times]) => `${text} ${times}`).join(", ")
      }`
    ),
  };
}
