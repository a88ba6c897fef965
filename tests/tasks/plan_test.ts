import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { hostFile } from "../../lib/commands/paths.ts";
import type { UserConfig } from "../../lib/config/field/types.ts";
import { redis } from "../../lib/presets/redis.ts";
import { secret } from "../../lib/core/secret.ts";
import { planDeploy } from "../../lib/deploy/plan/deploy.ts";
import { tellPlan } from "../../lib/deploy/shown_steps.ts";
import { deploySteps, rollbackSteps } from "../../lib/deploy/steps/mod.ts";
import type { Task } from "../../lib/task/task.ts";
import { deploy } from "../../tasks/deploy.ts";
import { repair } from "../../tasks/repair.ts";
import { rollback } from "../../tasks/rollback.ts";
import { setup } from "../../tasks/setup.ts";
import { type FakeContext, fakeContext, type FakeContextOptions } from "../fake/context.ts";
import type { DeployStep } from "../../lib/deploy/step.ts";
import { deployed, place } from "../fake/facts.ts";
import { copyModel } from "../fake/model.ts";
import { planInputs } from "../fake/plan.ts";
import { type FakeServer, fakeServer } from "../fake/server.ts";
import { cert, key } from "../lib/config/base.ts";
import { artifact, deployTo, serverAfter, user } from "../lib/deploy/deploying.ts";

const twice = await serverAfter(2);
/** The token by which the app on that server knows our questions. */
const token = /"token": "([0-9a-f]{32})"/.exec(twice.files.get(hostFile) ?? "")?.[1];
/** Stands in everything secret, so that none of it can be shown unseen. */
const mark = "hunter2";

const config: Partial<UserConfig> = {
  ...user,
  env: { PASSWORD: secret(`${mark}-env`), GREETING: "it's me" },
  domain: "shop.example.com",
  tls: { cert, key: secret(key) },
};

interface Planned {
  readonly text: string;
  // deno-lint-ignore no-explicit-any -- a value for JSON is looked into as programs do
  readonly value: any;
  /** Everything that came out. */
  readonly all: string;
}

function said({ ui }: FakeContext): Planned {
  const value = ui.events.flatMap((event) => event.type === "result" ? [event.value] : [])[0];
  return { text: ui.results[0] ?? "", value, all: `${ui.text()}${JSON.stringify(ui.events)}${ui.results}` };
}

/** Asks a task for its plan; it runs nothing but the probe, and changes nothing. */
async function planned(task: Task, server: FakeServer, more: FakeContextOptions = {}): Promise<Planned> {
  const before = copyModel(server.model);
  const ctx = fakeContext({ config, servers: [server], options: { plan: true }, ...more });
  server.plan(undefined, ctx.interrupt);
  await task(ctx);
  assertEquals(server.ran.map(({ names }) => names), [[
    task === setup || task === repair ? "probe for setup" : "probe",
  ]]);
  assertEquals({ ...server.model, locks: new Set() }, { ...before, locks: new Set() });
  return said(ctx);
}

/** No secret: neither what the configuration marks so, nor the token by which an app knows our questions. */
function assertNoSecret({ all }: Planned): void {
  assertEquals([mark, token ?? "none", place.token].filter((one) => all.includes(one)), []);
  // The private key of a certificate, line by line.
  for (const row of key.split("\n").filter((row) => row !== "" && !row.startsWith("-----"))) {
    assert(!all.includes(row), `a row of the private key is shown: ${row}`);
  }
}

const orders = [
  { name: "deploy", task: deploy, steps: deploySteps },
  { name: "rollback", task: rollback, steps: rollbackSteps },
];
Deno.test("the server of these tests has a token", () => assertEquals(token?.length, 32));

for (const { name, task, steps } of orders) {
  // With a file given, without packages, a guard and further processes these have nothing to do, and a deploy doesn't name them either.
  const { build, guard, halt, image, processes } = deploySteps;
  const idle: readonly DeployStep[] = [build, guard, halt, image, processes];
  const titles = Object.values(steps).filter((step) => !idle.includes(step)).map(({ title }) => title);

  Deno.test(`${name} --plan prints its steps, and none of their scripts`, async () => {
    const { text, value } = await planned(task, fakeServer({ model: copyModel(twice) }));
    assertStringIncludes(text, `\nSteps:\n${titles.map((title) => `  - ${title}`).join("\n")}`);
    assertEquals(value[0].steps, titles.map((title) => ({ title })));
  });

  Deno.test(`${name} --plan --verbose prints the scripts too, with their secrets masked`, async () => {
    const all = await planned(task, fakeServer({ model: copyModel(twice) }), { verbose: true });
    assertNoSecret(all);
    const { text, value: [{ steps: shown }] } = all;
    assertEquals(shown.map(({ title }: { title: string }) => title), titles);
    const route = shown.find(({ title }: { title: string }) => title === steps.route.title);
    assertStringIncludes(route.scripts[0], "/usr/local/etc/alcaide/live/shop");
    assertStringIncludes(route.scripts[0], "[secret]");
    for (const row of route.scripts[0].split("\n")) assertStringIncludes(text, `      ${row}`);
  });
}

Deno.test("deploy --plan warns of a release that is not there yet", async () => {
  const warned = async (prebuilt: string) => {
    const ctx = fakeContext({
      config: { ...user, build: { prebuilt } },
      servers: [fakeServer({ model: copyModel(twice) })],
      options: { plan: true },
    });
    await deploy(ctx);
    return ctx.ui.events.flatMap((event) => event.type === "warning" ? [event.text, event.hint] : []);
  };
  assertEquals([await warned("/nowhere/dist"), await warned(artifact)], [
    ["/nowhere/dist does not exist", "Build it before the deploy, or look at build.prebuilt"],
    [],
  ]);
});

Deno.test("deploy --plan --verbose says on which server a script would run, where there are several", async () => {
  const servers = ["a", "b"].map((name) => fakeServer({ name, model: copyModel(twice) }));
  const two = { ...config, server: ["a", "b"] };
  const ctx = fakeContext({ config: two, servers, options: { plan: true }, verbose: true });
  await deploy(ctx);
  const { text, value } = said(ctx);
  assertMatch(text, /- Check the app\n {6}on a:\n[^]* {6}on b:\n/);
  assertEquals(value.map((one: { steps: unknown[] }) => one.steps.length), [13, 13]);
});

Deno.test("a plan with a build in a jail shows its script, and no secret of build or release", async () => {
  const server = fakeServer();
  const build = {
    jail: { commands: ["make"], result: "dist", env: { KEY: secret(`${mark}-build`) } },
    erlang: { node: "shop" },
  };
  const ctx = fakeContext({
    config: { ...user, build: { jail: build.jail } },
    servers: [server],
    verbose: true,
  });
  const source = { tree: "t1", keys: new Map(), afresh: true, cookie: secret(`${mark}-cookie`) };
  const settings = { ...ctx.config, build: { ...ctx.config.build, ...build } } as typeof ctx.config;
  const plan = planDeploy(settings, new Map([[server.remote, deployed("1-a", "blue")]]), {
    ...planInputs,
    source,
  });
  assertEquals(Object.keys(plan.ownEnv), ["RELEASE_NODE", "RELEASE_COOKIE"]);
  await tellPlan(ctx, plan, deploySteps);
  const all = said(ctx);
  assertNoSecret(all);
  const [made] = all.value[0].steps;
  assertEquals(made.title, "Build the release");
  assertStringIncludes(made.scripts[0], "make");
  assertStringIncludes(made.scripts[0], "[secret]");
});

const accessories = { cache: redis({ password: secret(`${mark}-redis`), memory: "64mb" }) };

Deno.test("setup --plan has its changes as values, and with --verbose their scripts without secrets", async () => {
  const brief = await planned(setup, fakeServer({ bare: true }), { config: { ...config, accessories } });
  assertEquals(brief.value[0].changes[0], { title: "Make the interface lo1", reason: "it is not there" });
  const server = fakeServer({ name: "203.0.113.7", model: copyModel(twice) });
  const all = await planned(setup, server, { config: { ...config, accessories }, verbose: true });
  assertNoSecret(all);
  const changes: { title: string; reason: string; scripts: string[] }[] = all.value[0].changes;
  assert(changes.length > 0);
  for (const { title, reason, scripts } of changes) {
    assertStringIncludes(all.text, `  - ${title}: ${reason}\n      ${scripts[0]?.split("\n")[0]}`);
  }
  assertStringIncludes(changes.flatMap(({ scripts }) => scripts).join("\n"), "[secret]");
});

Deno.test("setup without --plan gives no scripts, however much is said", async () => {
  const server = fakeServer({ bare: true });
  const ctx = fakeContext({ servers: [server], verbose: true });
  await setup(ctx);
  assertEquals(said(ctx).value[0].changes[0], { title: "Make the interface lo1", reason: "it is not there" });
});

Deno.test("repair --plan has its changes as values, and with --verbose their scripts", async () => {
  const cut = fakeServer({ model: copyModel(twice) });
  await deployTo(cut, { fault: { exec: 7, micro: 1, kind: "lost", then: "away" } });
  const server = () => fakeServer({ model: copyModel(cut.model) });
  const brief = await planned(repair, server());
  const [{ title, reason, ...rest }] = brief.value.servers[0].changes;
  assertEquals(rest, {});
  const all = await planned(repair, server(), { verbose: true });
  assertNoSecret(all);
  const [{ scripts }] = all.value.servers[0].changes;
  assertStringIncludes(all.text, `  - ${title}: ${reason}\n      ${scripts[0].split("\n")[0]}`);
  assert(!brief.text.includes(scripts[0].split("\n")[0]));
});
