// A release that is watched: kept, or taken back with its reasons.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { deploySteps } from "../../../../lib/deploy/steps/mod.ts";
import { fewAnswers } from "../../../../lib/hints/guard.ts";
import { exitCodeOf } from "../../../../lib/core/error.ts";
import { parseRelease } from "../../../../lib/core/release.ts";
import { copyModel, routedJail, wrongs } from "../../../fake/model.ts";
import { type FakeServer, fakeServer } from "../../../fake/server.ts";
import { fakeContext } from "../../../fake/context.ts";
import { repair } from "../../../../tasks/repair.ts";
import { status } from "../../../../tasks/status.ts";
import { type Circumstances, deployTo, rollBack, serverAfter, user } from "../deploying.ts";

const model = await serverAfter(2);
const guarded = { config: { guard: { for: 60, maxErrors: "1%" } } };

function recordOf(server: FakeServer, number: number) {
  const paths = [...server.model.files.keys()];
  const path = paths.find((one) => one.includes(`/releases/${number}-`) && one.endsWith("/release.json")) ??
    "";
  return parseRelease(server.model.files.get(path) ?? "");
}

async function deployGuarded(illness?: string, more: Circumstances = guarded) {
  const server = fakeServer({ model: copyModel(model) });
  server.illness = (release) => release.endsWith(" guarded") ? illness : undefined;
  const { ctx, error } = await deployTo(server, more);
  const titles = ctx.ui.events.flatMap((event) => event.type === "step" ? [event.title] : []);
  return { server, ctx, error, titles };
}

Deno.test("a guarded release that does well stays, and its record is settled", async () => {
  const { server, error, titles } = await deployGuarded();
  assertEquals(error, undefined);
  assertEquals(titles.includes(deploySteps.guard.title), true);
  assertEquals(routedJail(server.model, "shop")?.release, "3-1a2b3c4");
  const { state, guarded } = recordOf(server, 3) ?? {};
  assertEquals([state, guarded], ["live", undefined]);
  assertEquals(wrongs(server.model, "shop"), []);
});

for (
  const [ill, why] of [
    ["broken 200 12 0", "12 errors of 200 answers, and guard.maxErrors is 1%"],
    ["broken 9 1 1", "the app ended and was started anew, 1 error of 9 answers"],
    ["stopped\nbroken 9 0 0", "jail shop_green does not run any more"],
  ] as const
) {
  Deno.test(`a guarded release is taken back: ${ill.replace("\n", ", ")}`, async () => {
    const { server, error, titles } = await deployGuarded(ill.replace("green", "blue"));
    const jail = recordOf(server, 3)?.slot === "blue" ? why.replace("green", "blue") : why;
    assertStringIncludes(
      `${(error as Error).cause}`,
      `Cannot keep release 3-1a2b3c4 on root@203.0.113.7: ${jail}`,
    );
    assertEquals(exitCodeOf(error), 1);
    const undone = titles.filter((title) => title.startsWith("Undo: ")).map((title) => title.slice(6));
    assertEquals(undone.slice(0, 2), [deploySteps.guard.title, deploySteps.route.title]);
    assertEquals(routedJail(server.model, "shop")?.release, "2-1a2b3c4");
    assertEquals([recordOf(server, 3)?.state, recordOf(server, 2)?.state], ["failed", "live"]);
    assertEquals(wrongs(server.model, "shop"), []);
    // The traffic goes back before its connections are waited for, and those before its jail goes.
    const order = server.ran.map(({ names }) => names.join(" ")).slice(-8);
    const at = (name: string) => order.findIndex((names) => names.includes(name));
    assertEquals(
      [at("switchLive") < at("drainApp"), at("drainApp") < at("deleteTree")],
      [true, true],
      order.join("\n"),
    );
  });
}

Deno.test("a guard says when it saw too few answers", () => {
  assertEquals(fewAnswers("watched 20 0 0"), undefined);
  assertEquals(
    fewAnswers("watched 19 0 0"),
    "the guard saw only 19 answers: too few to judge the release by",
  );
});

Deno.test("a first deploy is not guarded", async () => {
  const first = fakeServer();
  first.illness = (release) => release.endsWith(" guarded") ? "broken 200 12 0" : undefined;
  assertEquals((await deployTo(first, guarded)).error, undefined);
  assertEquals(first.ran.flatMap(({ names }) => names).includes("watchApp"), false);
});

for (const [args, jail] of [[[], "kept"], [["1"], "made anew"]] as const) {
  Deno.test(`a guarded rollback is taken back, and all is as it was: its jail is ${jail}`, async () => {
    const before = await serverAfter(3);
    const server = fakeServer({ model: copyModel(before) });
    const records = (one: FakeServer) => [1, 2, 3].map((number) => recordOf(one, number));
    const was = records(server);
    server.illness = (release) => release.endsWith(" guarded") ? "broken 200 12 0" : undefined;
    const { error } = await rollBack(server, { ...guarded, args });
    assertStringIncludes(`${(error as Error).cause}`, "12 errors of 200 answers");
    assertEquals(exitCodeOf(error), 1);
    assertEquals(routedJail(server.model, "shop")?.release, "3-1a2b3c4");
    assertEquals(records(server), was);
    assertEquals(wrongs(server.model, "shop"), []);
    server.illness = () => undefined;
    assertEquals((await rollBack(server, { ...guarded, args })).error, undefined);
    const { state, guarded: open } = recordOf(server, args.length === 0 ? 2 : 1) ?? {};
    assertEquals([state, open], ["live", undefined]);
  });
}

Deno.test("a guard that is cut off leaves the new release live, and the journal says so", async () => {
  const server = fakeServer({ model: copyModel(model) });
  const { ran } = await deployGuarded().then(({ server }) => server);
  const exec = ran.findIndex(({ names }) => names.includes("watchApp")) + 1;
  const { error } = await deployTo(server, {
    ...guarded,
    fault: { kind: "lost", exec, micro: 0, then: "away" },
  });
  assertEquals(exitCodeOf(error), 1);
  assertEquals(routedJail(server.model, "shop")?.release, "3-1a2b3c4");
  const { state, guarded: open } = recordOf(server, 3) ?? {};
  assertEquals([state, open], ["live", true]);
  const next = await deployTo(fakeServer({ model: copyModel(server.model) }));
  assertEquals(next.error, undefined);

  const again = fakeServer({ model: server.model });
  const config = { ...user, ...guarded.config };
  const said = fakeContext({ config, servers: [again] });
  await status(said);
  assertStringIncludes(said.ui.text(), "its guard goes on, or was cut off: 2-1a2b3c4 is still warm");
  await repair(fakeContext({ config, servers: [again] }));
  assertEquals([routedJail(again.model, "shop")?.release, recordOf(again, 3)?.guarded], [
    "3-1a2b3c4",
    undefined,
  ]);
  assertEquals(wrongs(again.model, "shop"), []);
});
