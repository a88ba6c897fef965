// Random days of a server: deploys, ill releases, interruptions, rollbacks, reboots, one after the other. Whatever came before,
// requests go to a release that runs, and the next deploy succeeds.

// @ts-types="../../types/std_assert.d.ts"
import { assertEquals } from "@std/assert";
import type { UserConfig } from "../../lib/config/types.ts";
import { reboot, routedJail, wrongs } from "../fake/model.ts";
import { type FakeServer, fakeServer, type Fault } from "../fake/server.ts";
import { seeded } from "../shell.ts";
import { deployTo, rollBack } from "./deploying.ts";

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

type Deed = (server: FakeServer, config: Partial<UserConfig>) => Promise<unknown>;

const deeds: readonly [readonly [string, Deed], ...(readonly [string, Deed])[]] = [
  ["deploy", (server, config) => deployTo(server, { config })],
  ["ill deploy", async (server, config) => {
    server.illness = () => "500";
    await deployTo(server, { config });
    server.illness = () => undefined;
  }],
  ["deploy, cut off", (server, config) => deployTo(server, { config, fault: fault() })],
  ["rollback", (server, config) => rollBack(server, { config })],
  ["rollback, cut off", (server, config) => rollBack(server, { config, fault: fault() })],
  ["reboot", (server) => Promise.resolve(reboot(server.model))],
];

Deno.test(`deploys, rollbacks and reboots in any order leave a server well (seed ${seed})`, async () => {
  for (let day = 0; day < 12; day++) {
    const server = fakeServer();
    const done: string[] = [];
    let served = false;
    for (let i = 0; i < 10; i++) {
      const [name, deed] = pick(deeds);
      await deed(server, { jail: { port: pick([4000, 5000]) } });
      done.push(name);
      assertEquals(wrongs(server.model, "shop"), [], `after ${done.join(", ")} (seed ${seed})`);
      const routed = routedJail(server.model, "shop") !== undefined;
      assertEquals(
        routed || !served,
        true,
        `nothing is live any more after ${done.join(", ")} (seed ${seed})`,
      );
      served ||= routed;
    }
    const { error } = await deployTo(server);
    assertEquals(
      [error, wrongs(server.model, "shop")],
      [undefined, []],
      `after ${done.join(", ")} (seed ${seed})`,
    );
  }
});
