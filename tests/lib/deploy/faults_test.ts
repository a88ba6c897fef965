// After any cut, requests go on to a release that runs, and the next deploy or rollback succeeds. One test a kind
// of fault goes through all places; what it finds it lists with the place.

import { assertEquals, assertGreater } from "@std/assert";
import { LeftError, UsageError } from "../../../lib/core/error.ts";
import { copyModel, type Model, reboot, routedJail, stateOf, wrongs } from "../../fake/model.ts";
import { type FakeServer, fakeServer, type Fault } from "../../fake/server.ts";
import { type Circumstances, type Deployed, deployTo, rollBack, serverAfter } from "./deploying.ts";

const [fresh, busy] = await Promise.all([serverAfter(0), serverAfter(3)]);

interface Scenario {
  readonly name: string;
  readonly model: Model;
  readonly perform: (server: FakeServer, more: Circumstances) => Promise<Deployed>;
  /** True where most of it is tried by another scenario. */
  readonly isVariant?: boolean;
}

const scenarios: readonly Scenario[] = [
  { name: "the first deploy", model: fresh, perform: deployTo },
  { name: "a deploy", model: busy, perform: deployTo },
  {
    name: "a guarded deploy",
    model: busy,
    isVariant: true,
    perform: (server, more) => deployTo(server, { ...more, config: { guard: { for: 60 } } }),
  },
  { name: "a rollback", model: busy, perform: (server, more) => rollBack(server, more) },
  {
    name: "a rollback to a release without a jail",
    model: busy,
    perform: (server, more) => rollBack(server, { ...more, args: ["1"] }),
  },
];

const kinds: readonly Pick<Fault, "kind" | "then">[] = [
  { kind: "status" },
  { kind: "lost" },
  { kind: "abort" },
  { kind: "abort, orphan" },
  { kind: "status", then: 1 },
  { kind: "lost", then: 1 },
  { kind: "lost", then: "away" },
];

for (const kind of kinds) {
  const after = kind.then === undefined
    ? ""
    : kind.then === "away"
    ? ", then nothing answers"
    : `, then ${kind.then} more fail`;
  for (const scenario of scenarios) {
    if (scenario.isVariant && kind.then === 1) continue;
    Deno.test(`${scenario.name} survives everywhere: ${kind.kind}${after}`, async () => {
      assertEquals(await tryEverywhere(scenario, (place) => tryFault(scenario, { ...place, ...kind })), []);
    });
  }
}

type Place = Pick<Fault, "exec" | "micro"> & { readonly name: string };

async function tryEverywhere(
  scenario: Scenario,
  one: (place: Place) => Promise<string[]>,
): Promise<string[]> {
  const places = await allPlaces(scenario);
  assertGreater(places.length, 20);
  const found: string[] = [];
  for (const place of places) {
    const texts = await one(place);
    found.push(...texts.map((text) => `script ${place.exec} (${place.name}), step ${place.micro}: ${text}`));
  }
  return found;
}

/** Every place at which it can be cut off: before each small step of each script, and after its last. */
async function allPlaces({ model, perform }: Scenario): Promise<Place[]> {
  const server = fakeServer({ model: copyModel(model) });
  const { error } = await perform(server, {});
  if (error) throw error;
  return server.ran.flatMap(({ names, micros }, index) =>
    Array.from({ length: micros + 1 }, (_, micro) => ({ exec: index + 1, micro, name: names.join(" ") }))
  );
}

/** The problems after a fault, after the same once more, and after a deploy; Ctrl-C keeps the lock until all is undone. */
async function tryFault({ model, perform }: Scenario, fault: Fault): Promise<string[]> {
  const server = fakeServer({ model: copyModel(model) });
  const before = routedJail(model, "shop")?.release;
  const first = await perform(server, { fault });
  const found = [...struck(server), ...judge(server, first, before, fault)];
  if (fault.kind === "abort") found.push(...server.unlocked.slice(0, 1));
  if (fault.then !== undefined) found.push(...await findings("the same once more", server.model, perform));
  found.push(...await findings("the next deploy", server.model, deployTo));
  return found;
}

/** Many faults leave the same behind: each state is tried once. */
const tried = new Map<string, Promise<string[]>>();

function findings(what: string, model: Model, perform: Scenario["perform"]): Promise<string[]> {
  const key = `${perform} ${stateOf(model)}`;
  const known = tried.get(key);
  if (known) return known;
  const server = fakeServer({ model: copyModel(model, model.locks) });
  const found = perform(server, {}).then((deployed) => finding(what, server, deployed));
  tried.set(key, found);
  return found;
}

function finding(what: string, server: FakeServer, { error }: Deployed): string[] {
  // The way back was gone already, only nobody could say so.
  if (error instanceof UsageError && error.message.endsWith("it is live")) return [];
  if (error) return [`${what} fails: ${chain(error)}`];
  return wrongs(server.model, "shop").map((wrong) => `after ${what}: ${wrong}`);
}

function struck(server: FakeServer): string[] {
  return server.struck ? [] : ["the fault never came"];
}

function judge(
  { model }: FakeServer,
  { error }: Deployed,
  before: string | undefined,
  fault: Fault,
): string[] {
  const found = wrongs(model, "shop");
  const live = routedJail(model, "shop")?.release;
  if (error === undefined && live === before) {
    found.push("it says that it succeeded, and the old release is live");
  }
  // Stopped after the commit it says that the new release is live.
  const told = error instanceof LeftError && error.message === `Interrupted: ${live} is live already`;
  if (!told && error !== undefined && fault.then === undefined && live !== before) {
    found.push(`it failed, and ${live} is live`);
  }
  const later = copyModel(model);
  reboot(later);
  return [...found, ...wrongs(later, "shop").map((wrong) => `after a reboot: ${wrong}`)];
}

function chain(error: unknown): string {
  return error instanceof Error
    ? `${error.message}${error.cause ? `: ${chain(error.cause)}` : ""}`
    : String(error);
}
