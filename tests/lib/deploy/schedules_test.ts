// The schedules of the live release are the server's: by a deploy, a rollback, and a deploy that is taken back.

import { assertEquals } from "@std/assert";
import { copyModel } from "../../fake/model.ts";
import { type FakeServer, fakeServer } from "../../fake/server.ts";
import { deployTo, rollBack, serverAfter } from "./deploying.ts";

const once = await serverAfter(1);
const place = () => fakeServer({ model: copyModel(once) });
const schedule = { cleanup: { at: "0 3 * * *", run: "bin/shop cleanup 100%" } };

/** The releases whose schedules were installed on a server, in order; "none" where all were taken away. */
function installed({ ran }: FakeServer): string[] {
  return ran.flatMap(({ script }) => {
    if (!script.includes("cron.d/.alcaide")) return [];
    return [/^# release: (\S+)$/m.exec(script)?.[1] ?? "none"];
  });
}

Deno.test("an app without schedules has nothing of cron in its scripts", async () => {
  const server = place();
  await deployTo(server);
  await rollBack(server);
  assertEquals(installed(server), []);
});

Deno.test("schedules go with the releases, also without today's configuration", async () => {
  const server = place();
  await deployTo(server, { config: { schedule } });
  assertEquals(installed(server), ["2-1a2b3c4"]);
  const file = "/usr/local/etc/alcaide/schedules/shop.cleanup";
  assertEquals(server.model.files.get(file)?.includes("bin/shop cleanup 100%"), true);
  await rollBack(server);
  assertEquals(installed(server), ["none"]);
  await rollBack(server, { args: ["2"] });
  assertEquals(installed(server), ["2-1a2b3c4"]);
});

Deno.test("schedules of other servers are not installed", async () => {
  const server = place();
  const on = { server: [{ host: "203.0.113.7", user: "root" }, { host: "b", tags: ["jobs"] }] };
  await deployTo(server, { config: { ...on, schedule: { cleanup: { ...schedule.cleanup, on: "jobs" } } } });
  assertEquals(installed(server), []);
});

for (const old of [undefined, schedule]) {
  Deno.test(`a deploy that is taken back leaves ${old ? "the old schedules" : "none"}`, async () => {
    const before = place();
    await deployTo(before, { config: old ? { schedule: old } : {} });
    const more = { schedule: { ...schedule, mail: schedule.cleanup } };
    const well = fakeServer({ model: copyModel(before.model) });
    await deployTo(well, { config: more });
    const verifies = well.ran.findIndex(({ names }) => names.includes("verifySite"));
    const server = fakeServer({ model: copyModel(before.model) });
    // The last step of the script writes the record.
    const fault = {
      exec: verifies + 1,
      micro: (well.ran[verifies]?.micros ?? 0) - 1,
      kind: "status",
    } as const;
    const { error } = await deployTo(server, { config: more, fault });
    assertEquals([error === undefined, installed(server)], [false, [
      "3-1a2b3c4",
      old ? "2-1a2b3c4" : "none",
    ]]);
    const files = [...server.model.files.keys()].filter((path) =>
      path.startsWith("/usr/local/etc/alcaide/schedules/")
    );
    assertEquals(files, old ? ["/usr/local/etc/alcaide/schedules/shop.cleanup"] : []);
  });
}
