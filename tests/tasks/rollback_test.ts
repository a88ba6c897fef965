import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { copyModel, type Model, recordOf, routedJail, wrongs } from "../fake/model.ts";
import { type FakeServer, fakeServer } from "../fake/server.ts";
import { repair } from "../../tasks/repair.ts";
import { fakeContext } from "../fake/context.ts";
import { deployTo, live, rollBack, serverAfter } from "../lib/deploy/deploying.ts";

const thrice = await serverAfter(3);

function server(): FakeServer {
  return fakeServer({ model: copyModel(thrice) });
}

function states(model: Model): (string | undefined)[] {
  return [1, 2, 3].map((number) => recordOf(model, "shop", `${number}-1a2b3c4`)?.state);
}

Deno.test("rollback() goes back to the release before, whose jail is still there", async () => {
  const place = server();
  const { error, ctx } = await rollBack(place);
  assertEquals([error, live(place.model), wrongs(place.model, "shop")], [undefined, "2-1a2b3c4", []]);
  assertMatch(
    ctx.ui.results[0] ?? "",
    /^2-1a2b3c4 is live again at .*\n {2}in shop_green on \S+\n {2}next: "alcaide logs --release 3-1a2b3c4" shows the log of the one before$/,
  );
  assertEquals(
    place.ran.flatMap(({ names }) => names).filter((name) =>
      /copyTemplate|installApp|receiveFile/.test(name)
    ),
    [],
  );
});

Deno.test("rollback() stops the jail that it goes to, when what was to stop it failed, and starts it afresh", async () => {
  const place = server();
  // Release 3 is live in blue. A supervisor that could not write its process id still runs in green.
  place.model.jails.set("shop_green", { path: "/jails/shop_green", ip4: "10.66.0.3" });
  const { error } = await rollBack(place);
  assertEquals([error, live(place.model), wrongs(place.model, "shop")], [undefined, "2-1a2b3c4", []]);
  const done = place.ran.flatMap(({ names }) => names);
  assertEquals(done.filter((name) => /^(stopJail|startJail)/.test(name)).slice(0, 2), [
    "stopJail",
    "startJail",
  ]);
});

Deno.test("rollback() goes back twice, to a release whose jail is gone", async () => {
  const place = server();
  await rollBack(place);
  const { error } = await rollBack(place);
  assertEquals([error, live(place.model), wrongs(place.model, "shop")], [undefined, "1-1a2b3c4", []]);
});

Deno.test("rollback() goes forward again when told", async () => {
  const place = server();
  await rollBack(place);
  await rollBack(place);
  const { error } = await rollBack(place, { args: ["3"] });
  assertEquals([error, live(place.model), wrongs(place.model, "shop")], [undefined, "3-1a2b3c4", []]);
});

Deno.test("rollback() goes to what served before a deploy, not to what had been rolled away from or passed over", async () => {
  const place = server();
  await rollBack(place, { args: ["1"] });
  await deployTo(place);
  const { ctx } = await rollBack(place, { options: { plan: true } });
  assertStringIncludes(ctx.ui.results[0] ?? "", "1-1a2b3c4");
  await rollBack(place);
  assertEquals([live(place.model), wrongs(place.model, "shop")], ["1-1a2b3c4", []]);
  const { error } = await rollBack(place);
  assertStringIncludes(`${error}`, "Cannot roll back: no good release is kept from before 1-1a2b3c4");
});

Deno.test("rollback() goes back from one that it went forward to, not to what it had passed over", async () => {
  const place = server();
  await rollBack(place, { args: ["1"] });
  await rollBack(place, { args: ["3"] });
  await rollBack(place);
  assertEquals(live(place.model), "1-1a2b3c4");
});

Deno.test("rollback() marks what it goes away from and what it passes over, and clears the mark of what it goes to", async () => {
  const place = server();
  const marks = () =>
    [1, 2, 3].map((number) => recordOf(place.model, "shop", `${number}-1a2b3c4`)?.rolledBack);
  await rollBack(place, { args: ["1"] });
  assertEquals(marks(), [undefined, true, true]);
  await rollBack(place, { args: ["3"] });
  assertEquals(marks(), [undefined, true, undefined]);
});

Deno.test("rollback() goes by what served also when the one before it was cut off, and a repair wrote that down", async () => {
  const place = server();
  const cut = await rollBack(place, {
    args: ["1"],
    fault: { exec: 5, micro: 1, kind: "lost", then: "away" },
  });
  assertEquals([cut.error === undefined, live(place.model)], [true, "1-1a2b3c4"]);
  assertEquals(recordOf(place.model, "shop", "3-1a2b3c4")?.rolledBack, undefined);
  place.plan(undefined, () => {});
  await repair(fakeContext({ servers: [place] }));
  await deployTo(place);
  await rollBack(place);
  assertEquals(live(place.model), "1-1a2b3c4");
});

Deno.test("deploy() forgets what was rolled away from before what served last", async () => {
  const place = server();
  await rollBack(place, { args: ["1"] });
  for (let i = 0; i < 3; i++) await deployTo(place);
  await rollBack(place);
  await rollBack(place);
  assertEquals(live(place.model), "4-1a2b3c4");
});

Deno.test("rollback() keeps the journal", async () => {
  const place = server();
  await rollBack(place);
  assertEquals(states(place.model), ["retired", "live", "retired"]);
});

Deno.test("rollback() leaves all as it is when the old release is ill", async () => {
  const place = server();
  place.illness = () => "no answer";
  await rollBack(place);
  assertEquals([live(place.model), wrongs(place.model, "shop"), states(place.model)], [
    "3-1a2b3c4",
    [],
    ["retired", "retired", "live"],
  ]);
});

Deno.test("rollback() brings a release back with the port that it had", async () => {
  const place = server();
  await deployTo(place, { config: { jail: { port: 5000 } } });
  await rollBack(place, { config: { jail: { port: 5000 } } });
  assertEquals([live(place.model), routedJail(place.model, "shop")?.port, wrongs(place.model, "shop")], [
    "3-1a2b3c4",
    "4000",
    [],
  ]);
});

Deno.test("rollback() runs no migration", async () => {
  const place = server();
  await rollBack(place);
  assertEquals(place.ran.some(({ names }) => names.includes("asApp")), false);
});

Deno.test("rollback() --plan changes nothing", async () => {
  const place = server();
  const { ctx } = await rollBack(place, { options: { plan: true } });
  assertEquals([place.ran.map(({ names }) => names), live(place.model)], [[["probe"]], "3-1a2b3c4"]);
  assertStringIncludes(ctx.ui.results[0] ?? "", "2-1a2b3c4");
});

Deno.test("rollback() --list names where one can go", async () => {
  const { ctx } = await rollBack(server(), { options: { list: true } });
  const text = ctx.ui.results[0] ?? "";
  assertEquals(["3-1a2b3c4", "2-1a2b3c4", "1-1a2b3c4"].map((id) => text.includes(id)), [false, true, true]);
});

Deno.test("rollback() --current-env takes today's environment", async () => {
  const place = server();
  await rollBack(place, { options: { "current-env": true }, config: { env: { GREETING: "new" } } });
  const env = place.model.files.get("/var/db/alcaide/apps/shop/releases/2-1a2b3c4/env") ?? "";
  assertEquals([live(place.model), wrongs(place.model, "shop")], ["2-1a2b3c4", []]);
  assertStringIncludes(env, "GREETING='new'\n");
});

Deno.test("rollback() --current-env leaves a release its own environment when it can't come back with today's", async () => {
  const place = server();
  place.illness = () => "500";
  await rollBack(place, { options: { "current-env": true }, config: { env: { GREETING: "new" } } });
  const env = place.model.files.get("/var/db/alcaide/apps/shop/releases/2-1a2b3c4/env") ?? "";
  assertEquals([live(place.model), env.includes("GREETING='new'")], ["3-1a2b3c4", false]);
});
