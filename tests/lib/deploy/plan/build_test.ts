import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import type { UserConfig } from "../../../../lib/config/field/types.ts";
import type { Facts } from "../../../../lib/server/facts.ts";
import { parseHostState } from "../../../../lib/server/host_state.ts";
import { elixir } from "../../../../lib/presets/elixir.ts";
import { secret } from "../../../../lib/core/secret.ts";
import { buildKeys, erlangEnv } from "../../../../lib/deploy/plan/build.ts";
import { planDeploy } from "../../../../lib/deploy/plan/deploy.ts";
import { planText } from "../../../../lib/deploy/plan/show.ts";
import { config, deployed, facts, silentServer } from "../../../fake/facts.ts";
import { planInputs } from "../../../fake/plan.ts";

const build = { jail: { packages: ["go"], commands: ["make"], result: "dist" } };
const server = silentServer();

async function keyOf(
  changes: Partial<UserConfig> = {},
  known: Facts = facts(),
  tree = "t1",
): Promise<string> {
  const keys = await buildKeys(config({ build, ...changes }), new Map([[server, known]]), tree);
  return keys.get(server) ?? "";
}

async function plan(
  known: Facts,
  { changes = {}, afresh = false }: { changes?: Partial<UserConfig>; afresh?: boolean } = {},
) {
  const settings = config({ build, ...changes });
  const all = new Map([[server, known]]);
  const made = planDeploy(settings, all, {
    ...planInputs,
    source: { tree: "t1", keys: await buildKeys(settings, all, "t1"), afresh, cookie: secret("c00kie") },
  });
  const target = made.servers.get(server);
  if (target === undefined) throw new Error("no plan");
  return { made, target };
}

Deno.test("buildKeys() gives the same name to the same source, build and system", async () => {
  assertEquals(await keyOf(), await keyOf());
  assertEquals((await keyOf()).length, 32);
});

const differences: readonly (readonly [what: string, key: () => Promise<string>])[] = [
  ["another source", () => keyOf({}, facts(), "t2")],
  ["another command", () => keyOf({ build: { jail: { ...build.jail, commands: ["make all"] } } })],
  ["another package", () => keyOf({ build: { jail: { ...build.jail, packages: ["rust"] } } })],
  ["another variable", () => keyOf({ build: { jail: { ...build.jail, env: { A: "b" } } } })],
  ["another result", () => keyOf({ build: { jail: { ...build.jail, result: "out" } } })],
  ["another FreeBSD", () => keyOf({}, facts({ release: "15.0-RELEASE" }))],
  ["another architecture", () => keyOf({}, facts({ arch: "aarch64" }))],
];
for (const [what, key] of differences) {
  Deno.test(`buildKeys() gives another name to ${what}`, async () =>
    assertNotEquals(await key(), await keyOf()));
}

Deno.test("buildKeys() takes the names of secrets, never their values", async () => {
  const withSecret = (value: string) =>
    keyOf({ build: { jail: { ...build.jail, env: { A: secret(value) } } } });
  assertEquals(await withSecret("one"), await withSecret("two"));
});

Deno.test("planDeploy() gives the build jail a place of its own, which it keeps", async () => {
  const { target } = await plan(facts());
  const after = parseHostState(target.hostFile?.after ?? "");
  assertEquals(after.jails?.["shop_build"]?.address, target.build?.jail.jail.ip4);
  const addresses = [target.allocation.blue, target.allocation.green, target.build?.jail.jail.ip4];
  assertEquals(new Set(addresses).size, 3);
  assertNotEquals(target.build?.jail.uid, target.allocation.uid);
  const again = await plan(facts({ host: after, hostText: target.hostFile?.after ?? "" }));
  assertEquals([again.target.hostFile, again.target.build?.jail.jail.ip4], [
    undefined,
    target.build?.jail.jail.ip4,
  ]);
});

Deno.test("planDeploy() builds nothing that was built before, unless it is told to", async () => {
  const built = { size: 7, sha256: "ab" };
  const known = facts({ builds: new Map([[`shop/${await keyOf()}`, built]]) });
  const { target, made } = await plan(known);
  assertEquals(target.build?.built, built);
  assertStringIncludes(planText(made), "build: nothing, the same source was built before");
  const again = await plan(known, { afresh: true });
  assertEquals([again.target.build?.built, again.target.build?.afresh], [undefined, true]);
  assertStringIncludes(planText(again.made), "build in jail shop_build");
});

Deno.test("planDeploy() knows when the server has more builds than it keeps", async () => {
  const built = { size: 7, sha256: "ab" };
  const forgets = async (...names: string[]) => {
    const known = facts({ builds: new Map(names.map((name) => [name, built])) });
    return (await plan(known, { changes: { keep: 2 } })).target.build?.forgets;
  };
  const mine = `shop/${await keyOf()}`;
  assertEquals(await forgets(), false);
  assertEquals(await forgets("shop/a", mine, "blog/a", "blog/b"), false);
  assertEquals(await forgets("shop/a", "shop/b"), true);
});

Deno.test("planDeploy() gives a release of Erlang a name and a cookie of its own", async () => {
  const { made } = await plan(deployed("7-1a2b3c4", "blue"), { changes: { build: elixir() } });
  assertEquals(Object.keys(made.ownEnv), ["RELEASE_NODE", "RELEASE_COOKIE"]);
  assertEquals(made.ownEnv["RELEASE_NODE"], "shop_8");
  assertEquals(JSON.stringify(made.ownEnv).includes("c00kie"), false);
  assertEquals((await plan(facts())).made.ownEnv, {});
});

Deno.test("erlangEnv() leaves alone what the configuration says itself", () => {
  const settings = config({ build: elixir(), env: { RELEASE_COOKIE: secret("ours"), RELEASE_NODE: "shop" } });
  assertEquals(erlangEnv(settings, "8-1a2b3c4", secret("x")), {});
});
