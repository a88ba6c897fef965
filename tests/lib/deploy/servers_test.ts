// One of two servers goes away at any place: each serves a release that runs, both the same or it is said that they don't.

import { assertEquals, assertGreater, assertStringIncludes } from "@std/assert";
import { exitCodeOf, SplitError } from "../../../lib/core/error.ts";
import { deploy } from "../../../tasks/deploy.ts";
import { rollback } from "../../../tasks/rollback.ts";
import { fakeContext } from "../../fake/context.ts";
import { copyModel, stateOf, wrongs } from "../../fake/model.ts";
import { type FakeServer, fakeServer, type Fault } from "../../fake/server.ts";
import { live, serverAfter, user } from "./deploying.ts";

const once = await serverAfter(1);

async function deployBoth(a: FakeServer, b: FakeServer, fault?: Fault): Promise<unknown> {
  const ctx = fakeContext({ config: { ...user, server: ["a", "b"] }, servers: [a, b] });
  a.plan(undefined);
  b.plan(fault, ctx.interrupt);
  return await deploy(ctx).then(() => undefined, (error) => error);
}

function pair(): [FakeServer, FakeServer] {
  return [
    fakeServer({ name: "a", model: copyModel(once) }),
    fakeServer({ name: "b", model: copyModel(once) }),
  ];
}

/** Every place of the second server's scripts. */
async function places(): Promise<Pick<Fault, "exec" | "micro">[]> {
  const [a, b] = pair();
  assertEquals(await deployBoth(a, b), undefined);
  return b.ran.flatMap(({ micros }, index) =>
    Array.from({ length: micros + 1 }, (_, micro) => ({ exec: index + 1, micro }))
  );
}

/** Many faults leave the same behind: each state is tried once. */
const tried = new Map<string, string[]>();

/** The problems of the next deploy. */
async function afterNext(a: FakeServer, b: FakeServer): Promise<string[]> {
  const key = `${stateOf(a.model)}\n${stateOf(b.model)}`;
  const known = tried.get(key);
  if (known) return known;
  const next = await deployBoth(a, b);
  const found = [
    ...(next ? [`the next deploy fails: ${next}`] : []),
    ...[a, b].flatMap(({ model }) => wrongs(model, "shop")).map((text) => `afterwards: ${text}`),
  ];
  tried.set(key, found);
  return found;
}

const kinds: readonly Pick<Fault, "kind" | "then">[] = [
  { kind: "status" },
  { kind: "abort" },
  { kind: "lost" },
  { kind: "lost", then: 1 },
  { kind: "lost", then: "away" },
];
for (const kind of kinds) {
  Deno.test(`deploy() on two servers survives everywhere: ${kind.kind}, then ${kind.then ?? "all is well"}`, async () => {
    const all = await places();
    assertGreater(all.length, 25);
    const found: string[] = [];
    for (const place of all) {
      const [a, b] = pair();
      const error = await deployBoth(a, b, { ...place, ...kind });
      const wrong = [...wrongs(a.model, "shop"), ...wrongs(b.model, "shop")];
      const differ = live(a.model) !== live(b.model);
      if (differ && kind.then === undefined) {
        wrong.push(`a serves ${live(a.model)}, b serves ${live(b.model)}`);
      }
      if (differ && exitCodeOf(error) !== 3) {
        wrong.push(`they differ, and the exit code is ${exitCodeOf(error)}`);
      }
      if (error === undefined && live(a.model) === "1-1a2b3c4") {
        wrong.push("the old release is live after all went well");
      }
      wrong.push(...await afterNext(a, b));
      found.push(...wrong.map((text) => `script ${place.exec}, step ${place.micro}: ${text}`));
    }
    assertEquals(found, []);
  });
}

Deno.test("deploy() says which server serves what when it can't route back", async () => {
  const all = await places();
  let split: SplitError | undefined;
  for (const place of all) {
    const error = await deployBoth(...pair(), { ...place, kind: "lost", then: "away" });
    if (error instanceof SplitError) split ??= error;
  }
  assertEquals(split?.exitCode, 3);
  assertStringIncludes(split?.details.join("\n") ?? "", "b: not known: ");
});

Deno.test("a guarded deploy that is broken on one of two servers is taken back on both", async () => {
  const [a, b] = pair();
  b.illness = (release) => release.endsWith(" guarded") ? "broken 200 12 0" : undefined;
  const config = { ...user, server: ["a", "b"], guard: {} };
  const error = await deploy(fakeContext({ config, servers: [a, b] })).then(
    () => undefined,
    (error) => error,
  );
  assertStringIncludes(`${error?.cause}`, "Cannot keep release 2-1a2b3c4 on b: 12 errors of 200 answers");
  assertEquals([live(a.model), live(b.model)], ["1-1a2b3c4", "1-1a2b3c4"]);
  assertEquals([...wrongs(a.model, "shop"), ...wrongs(b.model, "shop")], []);
});

Deno.test("a server's own variables are its releases' alone, also after a rollback with today's", async () => {
  const [a, b] = pair();
  const file = (release: string) => `/var/db/alcaide/apps/shop/releases/${release}-1a2b3c4/env`;
  const region = (release: string) =>
    [a, b].map(({ model }) => /^REGION='(.*)'$/m.exec(model.files.get(file(release)) ?? "")?.[1]);
  const configOf = (eu: string) => ({
    ...user,
    env: { REGION: "us" },
    server: ["a", { host: "b", env: { REGION: eu } }],
  });
  await deploy(fakeContext({ config: configOf("eu"), servers: [a, b] }));
  assertEquals(region("2"), ["us", "eu"]);
  const options = { "current-env": true };
  await rollback(fakeContext({ config: configOf("de"), servers: [a, b], options }));
  assertEquals(region("1"), ["us", "de"]);
});
