import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { service } from "../../lib/presets/service.ts";
import { confirmBy } from "../../lib/task/bare_context.ts";
import type { UserAccessories } from "../../lib/config/field/types.ts";
import { AlcaideError, UsageError } from "../../lib/core/error.ts";
import { remote } from "../../lib/remote/remote.ts";
import { servers } from "../../lib/remote/servers.ts";
import { memoryUi } from "../fake/memory_ui.ts";
import { accessory } from "../../tasks/accessory.ts";
import { accessoriesText, accessoryStatuses } from "../../lib/setup/accessory_status.ts";
import { recordAccessory } from "../../lib/setup/accessory_record.ts";
import { accessorySpecOf, jailPlace } from "../fake/accessories.ts";
import { answer, sections } from "../fake/answer.ts";
import { fakeContext } from "../fake/context.ts";
import { accessoryRecord, config, facts, place } from "../fake/facts.ts";
import { statusText } from "../../lib/running/status.ts";

const search = service({ start: "run", ports: [7700], volumes: ["/data/db:/data"] });

/** Runs the task on a server that has the accessory `db`, which doesn't run. */
async function perform(
  args: readonly string[],
  { yes = true, accessories = {} as UserAccessories, known = answer(), names = ["web"] } = {},
) {
  const scripts: string[] = [];
  const exec = (script: string) => {
    scripts.push(script);
    return Promise.resolve({ code: 0, stdout: script.includes("=== system") ? known : "", stderr: "" });
  };
  const all = names.map((name) =>
    remote(name, { transport: { exec, [Symbol.asyncDispose]: () => Promise.resolve() } })
  );
  const ui = memoryUi({ answer: yes });
  const ctx = fakeContext({ args, config: { accessories } });
  await accessory({ ...ctx, ui, confirm: confirmBy(ui), servers: servers(all) });
  // But for the record of it.
  const own = scripts.slice(1).filter((script) => !script.includes("remember()"));
  return { results: ui.results, scripts: own };
}

Deno.test("accessory list names what there is, and what the configuration no longer does", async () => {
  assertEquals((await perform(["list"])).results, [
    'web:\n  db: service at 10.66.0.4:7700, data in /data/db, the configuration does not name it: "alcaide accessory remove db" ends it',
  ]);
});

Deno.test("accessory start, stop and restart act on the jail, one at a time on a server", async () => {
  const start = "jail -f /usr/local/etc/alcaide/jails/shop_db.conf -c shop_db";
  const stop = "jail -q -f /usr/local/etc/alcaide/jails/shop_db.conf -r shop_db";
  const cases = [["start", true, false], ["stop", false, true], ["restart", true, true]] as const;
  for (const [action, starts, stops] of cases) {
    const [script = ""] = (await perform([action, "db"])).scripts;
    assertEquals([script.includes(start), script.includes(stop)], [starts, stops]);
    assertStringIncludes(script, "lockf -k -s -t 600 /var/db/alcaide/setup.lock");
    assertEquals(script.includes("shop_db is not well after"), starts);
  }
});

Deno.test("accessory remove keeps the volume and says where it is", async () => {
  const { results, scripts } = await perform(["remove", "db"]);
  assertEquals(results, ["db is removed. Its data stays in /data/db on web"]);
  assertStringIncludes(scripts[0] ?? "", "/jails/shop_db has no mark of ours, so it is left alone");
  assert(!/rm[^\n]*\/data\/db/.test(scripts[0] ?? ""));
});

Deno.test("accessory remove does nothing without a yes", async () => {
  const error = await assertRejects(() => perform(["remove", "db"], { yes: false }), AlcaideError);
  assertEquals([error.message, error.hint], [
    "Cannot remove db without a yes",
    "Answer yes at a terminal, or use --yes",
  ]);
});

Deno.test("accessory refuses a name that nothing has", async () => {
  const error = await assertRejects(() => perform(["stop", "dbx"]), AlcaideError);
  assertEquals([error.message, error.hint], ['Cannot find an accessory "dbx" of shop', 'Did you mean "db"?']);
  const configured = await assertRejects(
    () => perform(["stop", "x"], { accessories: { x: search } }),
    AlcaideError,
  );
  assertEquals(configured.hint, 'Run "alcaide setup" first');
});

/** Of `own`, setup made the jail and got no further. */
const begun = answer({
  ...sections,
  jails: "shop_own /jails/shop_own 10.66.0.9 false\n",
  trees: "/jails/shop_own shop_own\n",
  host: '{"version":1,"apps":{},"jails":{"shop_own":{"address":"10.66.0.9","uid":60009}}}',
});

Deno.test("accessory shows and removes what setup did not finish", async () => {
  const half = { known: begun, accessories: { own: search } };
  const [log = ""] = (await perform(["logs", "own"], half)).scripts;
  assertStringIncludes(log, "ls -t /var/log/alcaide/_accessories/shop_own");
  assertEquals((await perform(["run", "own", "ls"], half)).scripts.length, 1);
  const { results, scripts } = await perform(["remove", "own"], half);
  assertEquals(results, ["own is removed. Its data stays in /data/db on web"]);
  assertStringIncludes(scripts[0] ?? "", "/jails/shop_own has no mark of ours, so it is left alone");
  const unnamed = await perform(["remove", "own"], { known: begun });
  assertEquals(unnamed.results, ["own is removed"]);
});

Deno.test("accessory starts nothing that setup did not finish", async () => {
  const error = await assertRejects(() => perform(["restart", "own"], { known: begun }), AlcaideError);
  assertEquals([error.message, error.hint], [
    "Cannot restart own: setup did not finish it on web",
    'Run "alcaide setup" again, or "alcaide accessory remove own"',
  ]);
});

Deno.test("accessory refuses to act on nothing or on several", async () => {
  const none = await assertRejects(() => perform(["stop"]), UsageError);
  assertEquals(none.message, "Cannot stop an accessory without its name");
  const many = await assertRejects(() => perform(["stop", "db", "cache"]), UsageError);
  assertEquals(many.message, "Cannot stop more than one accessory at once");
  const logs = await assertRejects(() => perform(["logs"]), UsageError);
  assertEquals(logs.message, "Cannot show the logs of an accessory without its name");
});

Deno.test("accessory names those that there are once, however many servers have them", async () => {
  const error = await assertRejects(() => perform(["stop", "x"], { names: ["a", "b"] }), AlcaideError);
  assertEquals([error.message, error.hint], ['Cannot find an accessory "x" of shop', "Known: db"]);
});

Deno.test("accessory run refuses one that does not run", async () => {
  const error = await assertRejects(() => perform(["run", "db", "ls"]), AlcaideError);
  assertEquals([error.message, error.hint], [
    "Cannot run a command in db: it does not run",
    'Start it with "alcaide accessory start db"',
  ]);
});

Deno.test("accessory logs reads the file that was written last", async () => {
  const [script = ""] = (await perform(["logs", "db"])).scripts;
  assertStringIncludes(script, "ls -t /var/log/alcaide/_accessories/shop_db");
});

const up = { jails: [{ name: "shop_db", path: "/jails/shop_db", addresses: ["10.66.0.4"], dying: false }] };
const states = [
  {
    name: "one that runs",
    known: { ...up, accessories: new Map([["shop_db", accessoryRecord()]]) },
    text: "runs",
  },
  {
    name: "one that is not well",
    known: { ...up, accessories: new Map([["shop_db", accessoryRecord()]]), ill: new Set(["shop_db"]) },
    text: "runs; it is not well",
  },
  {
    name: "one that does not",
    known: { accessories: new Map([["shop_db", accessoryRecord()]]) },
    text: "it does not run",
  },
  { name: "one that is not set up", known: {}, text: 'it is not set up: run "alcaide setup"' },
];
for (const { name, known, text } of states) {
  Deno.test(`accessoryStatuses() knows ${name}`, () => {
    const all = accessoryStatuses(config({ accessories: { db: search } }), facts(known), "203.0.113.7");
    const [row = ""] = accessoriesText(all);
    assert(row.startsWith("  db: service") && row.endsWith(`, ${text}`), row);
  });
}

Deno.test("accessoryStatuses() knows one that runs without its limits", () => {
  const accessories = { db: { ...search, limits: { memory: "2G" } } };
  const [row = ""] = accessoriesText(
    accessoryStatuses(config({ accessories }), facts(states[0]?.known), "203.0.113.7"),
  );
  assert(row.endsWith('runs; its limits are not in force: "alcaide setup" says why'), row);
});

Deno.test("statusText() shows accessories, also before the first deploy", () => {
  const accessories = accessoryStatuses(config({ accessories: { db: search } }), facts(), "203.0.113.7");
  const none = { live: null, saidBy: null, since: null, by: null, revision: null, jails: [], problems: [] };
  const patches = { freebsd: null, behind: [], patch: "" };
  const one = {
    server: "web",
    app: "shop",
    prepared: null,
    canary: null,
    image: null,
    health: "no answer",
    freeBytes: 0,
    dataset: null,
    limits: {},
    detached: [],
    processes: [],
    schedules: [],
    tags: [],
    ...none,
    ...patches,
    accessories,
  };
  assertEquals(
    statusText(one, new Date()),
    'web: nothing of shop is live\n  accessories:\n    db: service, data in /data/db, it is not set up: run "alcaide setup"',
  );
});

/** The accessory `db` as setup would make it now, in a jail that is behind the template. */
async function behindDb(volumes: readonly string[]) {
  const wanted = service({ start: "run", ports: [7700], volumes: [...volumes] });
  const record = await recordAccessory(accessorySpecOf("db", wanted), {
    ...{ freebsd: "14.3-RELEASE", key: "k", since: "2026-01-02T03:04:05.000Z" },
  });
  const known = answer({
    ...sections,
    accessories: `shop_db.json\n.${JSON.stringify(record)}\n`,
    host: JSON.stringify({ version: 1, apps: { shop: place }, jails: { shop_db: jailPlace } }),
    trees: "/jails/shop_db shop_db\n",
    versions: "/jails/.templates/14.3-RELEASE 14.3-RELEASE-p5\n/jails/shop_db 14.3-RELEASE\n",
    dataset: "",
  });
  return { known, accessories: { db: wanted }, names: config().servers.map(({ name }) => name) };
}

Deno.test("accessory upgrade makes the jail anew, and says so", async () => {
  const { results, scripts } = await perform(["upgrade", "db"], await behindDb(["/data/db:/data"]));
  assertEquals(results, ["db runs and is well on the newest base system"]);
  assertStringIncludes(scripts[0] ?? "", "lockf -k -s -t 600 /var/db/alcaide/setup.lock");
  assertStringIncludes(scripts[0] ?? "", "mv /jails/shop_db.next /jails/shop_db\n");
});

Deno.test("accessory upgrade asks before data in a jail is lost", async () => {
  const lost = await behindDb([]);
  const error = await assertRejects(() => perform(["upgrade", "db"], { ...lost, yes: false }), AlcaideError);
  assertEquals([error.message, error.hint], [
    "Cannot upgrade db without a yes",
    "Answer yes at a terminal, or use --yes",
  ]);
  assertEquals((await perform(["upgrade", "db"], lost)).scripts.length, 1);
});

Deno.test("accessory upgrade touches nothing that has the newest base system", async () => {
  const behind = await behindDb([]);
  const known = behind.known.replace("/jails/shop_db 14.3-RELEASE\n", "/jails/shop_db 14.3-RELEASE-p5\n");
  const { results, scripts } = await perform(["upgrade", "db"], { ...behind, known });
  assertEquals([results, scripts], [["db has the newest base system already"], []]);
});
