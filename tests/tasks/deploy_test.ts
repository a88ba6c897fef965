import { assertEquals, assertInstanceOf, assertMatch, assertStringIncludes } from "@std/assert";
import { type AlcaideError, LockedError, StepError } from "../../lib/core/error.ts";
import { secret } from "../../lib/core/secret.ts";
import { errorText } from "../../lib/ui/report.ts";
import { deploy, deployWith } from "../../tasks/deploy.ts";
import { deploySteps } from "../../lib/deploy/steps/mod.ts";
import { fakeContext } from "../fake/context.ts";
import { copyModel, liveRelease, recordOf, routedJail, wrongs } from "../fake/model.ts";
import { fenceFile } from "../fake/scripts.ts";
import { fakeServer } from "../fake/server.ts";
import { artifact, type Deployed, deployTo, rollBack, serverAfter, user } from "../lib/deploy/deploying.ts";
import { live, once } from "./deploying.ts";

Deno.test("deploy() makes the first release live", async () => {
  const server = fakeServer();
  const { error, ctx } = await deployTo(server);
  assertEquals([error, liveRelease(server.model, "shop"), wrongs(server.model, "shop")], [
    undefined,
    "1-1a2b3c4",
    [],
  ]);
  assertMatch(ctx.ui.results[0] ?? "", /^1-1a2b3c4 is live at http:\/\/203\.0\.113\.7\/ after \d/);
});

/** The titles that a run names between reading the facts and its end. */
function named({ ctx }: Deployed): string[] {
  return ctx.ui.events.flatMap((event) => (event.type === "step" ? [event.title] : []))
    .filter((title) => !["Take the lock", "Read the facts"].includes(title));
}

Deno.test("deploy() names only the steps that have something to do", async () => {
  const without = { config: { migrate: undefined } as never };
  const make = ["Create the jail", "Install the release"];
  const serve = ["Start the app", "Check the app", "Route requests to it", "Verify through Caddy"];
  const after = ["Let the old release finish its requests", "Retire the old release"];
  const server = fakeServer();
  const first = ["Upload the release", "Check the site file", ...make, ...serve];
  assertEquals(named(await deployTo(server, without)), first);
  assertEquals(named(await deployTo(server)), ["Upload the release", ...make, "Migrate", ...serve, ...after]);
  const third = ["Upload the release", "Remove the older jail", ...make, "Migrate", ...serve, ...after];
  assertEquals(named(await deployTo(server)), third);
  assertEquals(named(await rollBack(server)), ["Install the release", ...serve, ...after]);
  assertEquals(named(await deployTo(server)), third);
  assertEquals(named(await deployTo(server)), [...third, "Forget the oldest releases"]);
});

Deno.test("deploy() names the build of a directory and of a command", async () => {
  for (const build of [{ prebuilt: "release" }, { command: "make", result: artifact }]) {
    const titles = named(await deployTo(fakeServer(), { config: { build } }));
    assertEquals(titles[0], "Build the release");
  }
});

Deno.test("deploy() swaps slots and keeps the old jail's tree for a rollback", async () => {
  const server = fakeServer({ model: copyModel(once) });
  await deployTo(server);
  const { jails, trees } = server.model;
  assertEquals([live(server.model), [...jails.keys()], [...trees.keys()]], ["2-1a2b3c4", ["shop_green"], [
    "/jails/shop_blue",
    "/jails/shop_green",
  ]]);
});

Deno.test("deploy() keeps the journal: the new one live, the old one retired, the oldest forgotten", async () => {
  const server = fakeServer({ model: copyModel(once) });
  for (let i = 0; i < 3; i++) await deployTo(server);
  const states = ["1-1a2b3c4", "2-1a2b3c4", "3-1a2b3c4", "4-1a2b3c4"].map((id) =>
    recordOf(server.model, "shop", id)?.state
  );
  assertEquals(states, [undefined, "retired", "retired", "live"]);
});

Deno.test("deploy() needs six scripts", async () => {
  const server = fakeServer({ model: copyModel(once) });
  await deployTo(server, { config: { migrate: undefined, beforeStart: [] } as never });
  assertEquals(server.ran.length, 6);
});

Deno.test("deploy() runs migrations, then what goes before the start, in the new jail", async () => {
  const server = fakeServer();
  const { ctx } = await deployTo(server);
  const said = ctx.ui.events.flatMap((event) => (event.type === "line" ? [event.text] : []));
  assertEquals(said, ["ran bin/shop migrate", "ran bin/shop warm"]);
});

Deno.test("deploy() leaves the old release alone when the new one is ill, and says why", async () => {
  const server = fakeServer({ model: copyModel(once) });
  server.illness = () => "500";
  const { error, ctx } = await deployTo(server);
  assertEquals([live(server.model), wrongs(server.model, "shop")], ["1-1a2b3c4", []]);
  const cause = (error as StepError).cause as AlcaideError;
  assertEquals([(error as StepError).title, cause.hint, (error as StepError).live], [
    "Check the app",
    'It runs, but answers with an error: "alcaide logs --release 2-1a2b3c4" shows its log',
    ["1-1a2b3c4"],
  ]);
  assertStringIncludes(cause.details.join("\n"), "last words");
  assertEquals((error as StepError).undone, ["Create the jail", "Upload the release"]);
  assertEquals(ctx.ui.results, []);
});

Deno.test("deploy() leaves nothing of an ill release but its record", async () => {
  const server = fakeServer({ model: copyModel(once) });
  server.illness = () => "500";
  await deployTo(server);
  const left = [...server.model.files.keys()].filter((path) => path.includes("2-1a2b3c4"));
  assertEquals(left, ["/var/db/alcaide/apps/shop/releases/2-1a2b3c4/release.json"]);
  assertEquals([
    recordOf(server.model, "shop", "2-1a2b3c4")?.state,
    server.model.trees.has("/jails/shop_green"),
  ], [
    "failed",
    false,
  ]);
});

Deno.test("deploy() never gives a failed release's number again", async () => {
  const server = fakeServer({ model: copyModel(once) });
  server.illness = () => "500";
  await deployTo(server);
  server.illness = () => undefined;
  await deployTo(server);
  assertEquals(live(server.model), "3-1a2b3c4");
});

Deno.test("deploy() refuses while somebody else deploys, and touches nothing", async () => {
  const server = fakeServer({ model: copyModel(once) });
  server.model.locks.add("shop");
  const { error } = await deployTo(server);
  assertEquals([error instanceof LockedError, (error as LockedError).exitCode, server.ran.length], [
    true,
    75,
    1,
  ]);
  assertStringIncludes((error as LockedError).message, "is locked by other@there since now (deploy)");
});

Deno.test("deploy() --plan shows what would happen and changes nothing", async () => {
  const server = fakeServer({ model: copyModel(once) });
  const ctx = fakeContext({ config: user, servers: [server], options: { plan: true } });
  await deploy(ctx);
  assertEquals([server.ran.map(({ names }) => names), server.model], [[["probe"]], {
    ...once,
    locks: new Set(),
  }]);
  assertStringIncludes(ctx.ui.results[0] ?? "", "Release 2-1a2b3c4 from commit 1a2b3c4");
});

Deno.test("deploy() works on all servers, each with the slot that it has free", async () => {
  const [a, b] = [fakeServer({ name: "a", model: copyModel(once) }), fakeServer({ name: "b" })];
  const ctx = fakeContext({ config: { ...user, server: ["a", "b"] }, servers: [a, b] });
  await deploy(ctx);
  assertEquals([live(a.model), live(b.model)], ["2-1a2b3c4", "2-1a2b3c4"]);
  assertEquals([routedJail(a.model, "shop")?.name, routedJail(b.model, "shop")?.name], [
    "shop_green",
    "shop_blue",
  ]);
});

Deno.test("deploy() migrates on the first server alone", async () => {
  const [a, b] = [fakeServer({ name: "a" }), fakeServer({ name: "b" })];
  await deploy(fakeContext({ config: { ...user, server: ["a", "b"], beforeStart: [] }, servers: [a, b] }));
  const ran = [a, b].map(({ ran }) => ran.filter(({ names }) => names.includes("migrateApp")).length);
  assertEquals(ran, [1, 0]);
});

Deno.test("deploy() routes back everywhere when one server's release is ill", async () => {
  const [a, b] = [
    fakeServer({ name: "a", model: copyModel(once) }),
    fakeServer({ name: "b", model: copyModel(once) }),
  ];
  b.illness = () => "no answer";
  const failed = await deploy(fakeContext({ config: { ...user, server: ["a", "b"] }, servers: [a, b] }))
    .catch((e) => e);
  assertEquals(failed instanceof StepError, true);
  assertEquals([live(a.model), live(b.model), wrongs(a.model, "shop"), wrongs(b.model, "shop")], [
    "1-1a2b3c4",
    "1-1a2b3c4",
    [],
    [],
  ]);
});

Deno.test("deploy() lets Caddy read the site again when its address or ports change, and else not", async () => {
  const server = fakeServer({ model: copyModel(once) });
  await deployTo(server);
  const quiet = server.ran.flatMap(({ names }) => names).filter((name) => name === "applySite");
  await deployTo(server, { config: { jail: { port: 5000 } } });
  const moved = server.ran.flatMap(({ names }) => names).filter((name) => name === "applySite");
  assertEquals([quiet.length, moved.length, live(server.model), wrongs(server.model, "shop")], [
    0,
    1,
    "3-1a2b3c4",
    [],
  ]);
});

Deno.test("deploy() comes back from another port without a wrong moment", async () => {
  const server = fakeServer({ model: copyModel(once) });
  server.illness = () => "500";
  await deployTo(server, { config: { jail: { port: 5000 } } });
  assertEquals([live(server.model), wrongs(server.model, "shop")], ["1-1a2b3c4", []]);
});

Deno.test("deploy() finds the live release when its marker is gone, and spares its jail", async () => {
  const server = fakeServer({ model: copyModel(once) });
  for (const path of server.model.files.keys()) if (path.includes("/live/")) server.model.files.delete(path);
  await deployTo(server);
  assertEquals([routedJail(server.model, "shop")?.name, wrongs(server.model, "shop")], ["shop_green", []]);
});

Deno.test("deploy() leaves another app and its site alone", async () => {
  const server = fakeServer({ model: copyModel(once) });
  await deployTo(server, { config: { app: "blog", domain: "blog.example.com", tls: "off" } });
  await deployTo(server, { config: { app: "blog", domain: "blog.example.com", tls: "off" } });
  assertEquals([live(server.model), wrongs(server.model, "shop"), liveRelease(server.model, "blog")], [
    "1-1a2b3c4",
    [],
    "2-1a2b3c4",
  ]);
});

Deno.test("deploy() says no secret, whatever happens", async () => {
  const server = fakeServer();
  const config = { env: { KEY: secret("hunter2") } };
  const well = await deployTo(server, { config });
  server.illness = () => "500";
  const ill = await deployTo(server, { config });
  ill.ctx.ui.fail(ill.error);
  assertEquals([well, ill].map(({ ctx }) => ctx.ui.text().includes("hunter2")), [false, false]);
});

Deno.test("deployWith() takes another step in place of one", async () => {
  const server = fakeServer();
  const ran: string[] = [];
  const ship = deployWith({
    ...deploySteps,
    migrate: { title: "Mine", run: (_, plan) => Promise.resolve(void ran.push(plan.release)) },
  });
  await ship(fakeContext({ config: user, servers: [server] }));
  assertEquals([ran, live(server.model)], [["1-1a2b3c4"], "1-1a2b3c4"]);
});

for (const look of [undefined, "500"]) {
  Deno.test(`deploy() that another one took over from says so and undoes nothing (the release answers ${look ?? "well"})`, async () => {
    const place = fakeServer({ model: copyModel(await serverAfter(1)) });
    place.illness = () => {
      place.model.files.set(fenceFile("shop"), "99\n");
      return look;
    };
    const { error } = await deployTo(place);
    assertInstanceOf(error, StepError);
    const text = errorText(error);
    assertEquals([error.exitCode, error.undone, error.undoFailures], [75, [], []], text);
    assertStringIncludes(text, "because: Cannot go on with root@203.0.113.7: another deploy has taken over");
    assertStringIncludes(text, '"alcaide lock status" names the holder');
    assertEquals(text.includes("Cannot undo everything"), false);
  });
}
