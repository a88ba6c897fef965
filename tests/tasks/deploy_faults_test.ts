// Whatever is cut off where: requests go on to a release that runs, and the next deploy succeeds. One test a kind of fault goes
// through all places; what it finds it lists with the place.

// @ts-types="../../types/std_assert.d.ts"
import { assertEquals, assertGreater } from "@std/assert";
import { parseSite } from "../../lib/commands/caddy.ts";
import { siteFile } from "../../lib/commands/paths.ts";
import { copyModel, type Model, reboot, routedJail, wrongs } from "../fake/model.ts";
import { type FakeServer, fakeServer, type Fault } from "../fake/server.ts";
import { type Deployed, deployTo, serverAfter } from "./deploying.ts";

const [fresh, busy] = await Promise.all([serverAfter(0), serverAfter(2)]);

const kinds: readonly Pick<Fault, "kind" | "then">[] = [
  { kind: "status" },
  { kind: "lost" },
  { kind: "abort" },
  { kind: "abort, orphan" },
  { kind: "status", then: 1 },
  { kind: "status", then: 2 },
  { kind: "lost", then: 1 },
  { kind: "abort", then: 1 },
  { kind: "lost", then: "away" },
  { kind: "abort", then: "away" },
];

for (const kind of kinds) {
  const after = kind.then === undefined
    ? ""
    : kind.then === "away"
    ? ", then nothing answers"
    : `, then ${kind.then} more fail`;
  const starts = kind.then === undefined
    ? [["the first deploy", fresh], ["a deploy", busy]] as const
    : [["a deploy", busy]] as const;
  for (const [which, model] of starts) {
    Deno.test(`deploy() survives everywhere in ${which}: ${kind.kind}${after}`, async () => {
      assertEquals(await tryEverywhere(model, (fault) => tryFault(model, { ...fault, ...kind })), []);
    });
  }
}

Deno.test("deploy() keeps its lock until all is undone after Ctrl-C", async () => {
  const found = await tryEverywhere(busy, async (place) => {
    const server = fakeServer({ model: copyModel(busy) });
    await deployTo(server, { fault: { ...place, kind: "abort" } });
    return server.unlocked.slice(0, 1);
  });
  assertEquals(found, []);
});

type Place = Pick<Fault, "exec" | "micro"> & { readonly name: string };

async function tryEverywhere(model: Model, one: (place: Place) => Promise<string[]>): Promise<string[]> {
  const places = await allPlaces(model);
  assertGreater(places.length, 25);
  const found: string[] = [];
  for (const place of places) {
    const texts = await one(place);
    found.push(...texts.map((text) => `script ${place.exec} (${place.name}), step ${place.micro}: ${text}`));
  }
  return found;
}

/** Every place at which a deploy can be cut off: before each small step of each script, and after its last. */
async function allPlaces(model: Model): Promise<Place[]> {
  const server = fakeServer({ model: copyModel(model) });
  await deployTo(server);
  return server.ran.flatMap(({ names, micros }, index) =>
    Array.from({ length: micros + 1 }, (_, micro) => ({ exec: index + 1, micro, name: names.join(" ") }))
  );
}

async function tryFault(model: Model, fault: Fault): Promise<string[]> {
  const server = fakeServer({ model: copyModel(model) });
  const before = routedJail(model, "shop")?.release;
  const first = await deployTo(server, { fault });
  const found = [...struck(server), ...judge(server, first, before, fault)];
  const next = await deployTo(server);
  if (next.error) found.push(`the next deploy fails: ${chain(next.error)}`);
  else found.push(...wrongs(server.model, "shop").map((wrong) => `after the next deploy: ${wrong}`));
  return found;
}

function struck(server: FakeServer): string[] {
  return server.struck ? [] : ["the fault never came"];
}

function judge(server: FakeServer, { error }: Deployed, before: string | undefined, fault: Fault): string[] {
  const { model } = server;
  const found = wrongs(model, "shop");
  const live = routedJail(model, "shop")?.release;
  const undone = fault.then === undefined;
  if (error === undefined && live === before) {
    found.push("the deploy says that it succeeded, and the old release is live");
  }
  if (error !== undefined && undone && live !== before) found.push(`the deploy failed, and ${live} is live`);
  const disk = parseSite(model.files.get(siteFile("shop")) ?? "")?.release;
  if (undone && disk !== live) found.push(`the site file names ${disk}, Caddy serves ${live}`);
  const later = copyModel(model);
  reboot(later);
  return [...found, ...wrongs(later, "shop").map((wrong) => `after a reboot: ${wrong}`)];
}

function chain(error: unknown): string {
  return error instanceof Error
    ? `${error.message}${error.cause ? `: ${chain(error.cause)}` : ""}`
    : String(error);
}
