// Random days of a server: deploys, ill releases, interruptions, rollbacks, reboots, one after the other. In all of them
// requests go to a release that runs, a rollback goes to the one that served before, and the next deploy succeeds.

import { assertEquals } from "@std/assert";
import type { UserConfig } from "../../../lib/config/field/types.ts";
import { releaseNumber } from "../../../lib/core/release.ts";
import { type Model, reboot, recordOf, routedJail, wrongs } from "../../fake/model.ts";
import { type FakeServer, fakeServer, type Fault } from "../../fake/server.ts";
import { seeded } from "../../shell.ts";
import { breaks } from "../../fake/breaks.ts";
import { type Deployed, deployTo, mend, rollBack } from "./deploying.ts";

const seed = Number(Deno.env.get("ALCAIDE_TEST_SEED") ?? Math.floor(Math.random() * 2 ** 31));
const random = seeded(seed);

function pick<T>(items: readonly [T, ...T[]]): T {
  return items[Math.floor(random() * items.length)] ?? items[0];
}

function fault(): Fault {
  return {
    exec: 1 + Math.floor(random() * 14),
    micro: Math.floor(random() * 6),
    kind: pick(["status", "lost", "abort", "abort, orphan"]),
    ...(random() < 0.5 ? {} : { then: pick<1 | "away">([1, "away"]) }),
  };
}

type Deed = (server: FakeServer, config: Partial<UserConfig>) => Promise<Deployed | void>;

/** Names one of the releases that are there; it may be live, or have failed. */
function named(server: FakeServer): string[] {
  const ids = [...server.model.files.keys()].flatMap((path) =>
    path.match(/releases\/(\d+)[^/]*\/release\.json$/)?.[1] ?? []
  );
  return [pick(["1", ...ids])];
}

const deeds: readonly [readonly [string, Deed], ...(readonly [string, Deed])[]] = [
  ["deploy", (server, config) => deployTo(server, { config })],
  ["ill deploy", async (server, config) => {
    server.illness = () => "500";
    await deployTo(server, { config });
    server.illness = () => undefined;
  }],
  ["deploy, cut off", (server, config) => deployTo(server, { config, fault: fault() })],
  ["rollback", (server, config) => rollBack(server, { config })],
  ["rollback to", (server, config) => rollBack(server, { config, args: named(server) })],
  [
    "rollback to, cut off",
    (server, config) => rollBack(server, { config, args: named(server), fault: fault() }),
  ],
  ["rollback, cut off", (server, config) => rollBack(server, { config, fault: fault() })],
  ["reboot", (server) => Promise.resolve(reboot(server.model))],
];

/** Things that break by hand: several at once, then a repair, which may be cut off and run again. */
async function breakAndRepair(server: FakeServer): Promise<string> {
  const names = Object.keys(breaks).filter((name) => !damaging.includes(name));
  const chosen = Array.from({ length: 1 + Math.floor(random() * 5) }, () => pick(names as [string]));
  for (const name of chosen) breaks[name]?.(server.model);
  const cut = random() < 0.5 ? [fault(), undefined] : [undefined];
  for (const one of cut) {
    const { error } = await mend(server, { fault: one });
    server.model.locks.clear();
    if (one === undefined) assertEquals(error, undefined, `broken: ${chosen.join(", ")} (seed ${seed})`);
  }
  return `broken and repaired (${chosen.join(", ")})`;
}

/** A record that is lost takes its release with it. */
const damaging = ["the record of a release"];

/** Releases that served, the last at the end, without those rolled away from: as seen, not by the journal's order. */
class Served {
  readonly #model: Model;
  #ids: string[] = [];

  constructor(model: Model) {
    this.#model = model;
  }

  /** Takes in which release serves after a deed, and says what is wrong with that. */
  follow(name: string, live: string | undefined, error: unknown, wanted = this.next()): string | undefined {
    if (live === undefined || live === this.#ids.at(-1)) {
      return name === "rollback" && `${error}`.includes("no good release is kept") ? wanted : undefined;
    }
    this.#ids = [...this.#ids.filter((id) => releaseNumber(id) < releaseNumber(live)), live];
    return /^rollback(, cut off)?$/.test(name) && live !== wanted
      ? `${live} serves instead of ${wanted}`
      : undefined;
  }

  /** Where a rollback without a name goes from here. */
  next(): string | undefined {
    return this.kept().at(-1);
  }

  /** Those that a rollback may go to. */
  kept(): string[] {
    return this.#ids.slice(0, -1).filter((id) =>
      ["live", "retired"].includes(recordOf(this.#model, "shop", id)?.state ?? "")
    );
  }
}

Deno.test(`deploys, rollbacks and reboots in any order leave a server well (seed ${seed})`, async () => {
  for (let day = 0; day < 12; day++) {
    const server = fakeServer();
    const done: string[] = [];
    const served = new Served(server.model);
    let live: string | undefined;
    for (let i = 0; i < 10; i++) {
      const [name, deed] = pick(deeds);
      const wanted = served.next();
      if (live !== undefined && random() < 0.3) done.push(await breakAndRepair(server));
      const last = [...served.kept(), live].slice(-2);
      const ended = await deed(server, { jail: { port: pick([4000, 5000]) } });
      done.push(name);
      const after = `after ${done.join(", ")} (seed ${seed})`;
      assertEquals(wrongs(server.model, "shop"), [], after);
      const before = live;
      live = routedJail(server.model, "shop")?.release;
      assertEquals(live !== undefined || before === undefined, true, `nothing is live any more ${after}`);
      assertEquals(served.follow(name, live, ended?.error, wanted), undefined, after);
      const lost = last.filter((id) => id !== undefined && recordOf(server.model, "shop", id) === undefined);
      assertEquals(lost, [], `the releases that served last are kept ${after}`);
    }
    const { error } = await deployTo(server);
    assertEquals(
      [error, wrongs(server.model, "shop")],
      [undefined, []],
      `after ${done.join(", ")} (seed ${seed})`,
    );
  }
});
