import { assertEquals } from "@std/assert";
import { secret } from "../../../lib/core/secret.ts";
import { planDeploy } from "../../../lib/deploy/plan/deploy.ts";
import { planRollback } from "../../../lib/deploy/plan/rollback.ts";
import { artifactOf, recordOf } from "../../../lib/deploy/record.ts";
import type { ServerPlan } from "../../../lib/deploy/plan/plan.ts";
import type { Remote } from "../../../lib/remote/remote.ts";
import { config, deployed, facts, release, silentServer } from "../../fake/facts.ts";
import { planInputs } from "../../fake/plan.ts";

const all = new Map(["a", "b"].map((name) => [silentServer(name), facts()]));
const hello = {
  size: 5,
  sha256: "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
};

Deno.test("artifactOf() reads what is uploaded once, and the plan's outcome has it for all servers", async () => {
  const artifact = await Deno.makeTempFile({ prefix: "alcaide-record-" });
  await Deno.writeTextFile(artifact, "hello");
  const plan = planDeploy(config(), all, { ...planInputs, artifact });
  const [first = silentServer(), second = silentServer()] = plan.servers.keys();
  assertEquals(await artifactOf(plan, first), hello);
  await Deno.remove(artifact);
  assertEquals([await artifactOf(plan, second), plan.outcome.artifacts.size], [hello, 2]);
});

Deno.test("recordOf() of a release whose artifact is not there yet remembers nothing of it", async () => {
  const plan = planDeploy(config(), all, { ...planInputs, artifact: "/there/is/none" });
  const [[server, target]] = [...plan.servers] as [[Remote, ServerPlan]];
  assertEquals((await recordOf({ ...target, plan, server }, "failed")).artifact, { size: 0, sha256: "" });
  assertEquals(plan.outcome.artifacts.size, 0);
});

Deno.test("a plan says where its release comes from", () => {
  const source = { tree: "t1", keys: new Map(), afresh: false, cookie: secret("x") };
  const build = { jail: { commands: ["make"], result: "dist" } };
  const known = deployed("2-b", "blue", { journal: [release("1-a")] });
  const sources = [
    planDeploy(config(), all, planInputs).source,
    planDeploy(config({ build }), all, { ...planInputs, source }).source,
    planRollback(config(), new Map([[silentServer(), known]]), planInputs).source,
  ];
  assertEquals(sources, [
    { kind: "uploaded", artifact: planInputs.artifact },
    { kind: "built", archive: planInputs.artifact, tree: "t1" },
    { kind: "kept" },
  ]);
});
