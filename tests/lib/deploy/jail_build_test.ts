import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { AlcaideError, type Exit, InterruptedError } from "../../../lib/core/error.ts";
import type { BuiltFact, Facts } from "../../../lib/server/facts.ts";
import { type Remote, remote } from "../../../lib/remote/remote.ts";
import { runner } from "../../../lib/remote/runner.ts";
import { secret } from "../../../lib/core/secret.ts";
import { servers } from "../../../lib/remote/servers.ts";
import type { ExecOptions } from "../../../lib/transport/mod.ts";
import { buildArtifact } from "../../../lib/deploy/steps/build.ts";
import { warnOfModule } from "../../../lib/deploy/jail_build.ts";
import type { DeployPlan } from "../../../lib/deploy/plan/plan.ts";
import { buildKeys } from "../../../lib/deploy/plan/build.ts";
import { planDeploy } from "../../../lib/deploy/plan/deploy.ts";
import { fakeContext } from "../../fake/context.ts";
import { config, facts } from "../../fake/facts.ts";
import { told } from "../../fake/told.ts";

const artifact = new TextEncoder().encode("what was built");
const sha256 = "f6a9bde3e7eb5e32e49d0a6f2dc0d1b2a6c3f1e5b1c8a7d6e5f4a3b2c1d0e9f8";

/** The requests to a server, a word each. */
function kindOf(script: string): string {
  if (script.includes("mkdir -p /var/db/alcaide/apps && chmod 700")) return "place";
  if (script.includes("timeout --foreground")) return "build";
  if (script.includes("source.tar.gz.part")) return "source";
  if (script.includes("/artifact.part")) return "receive";
  if (script.includes("/digest.new")) return "accept";
  if (/^cat \S+\/artifact$/.test(script)) return "send";
  if (script.includes("for try in 1 2 3")) return "stop";
  return script;
}

interface Built {
  readonly asked: string[];
  readonly remote: Remote;
}

type Answer = (kind: string, options: ExecOptions) => Partial<Exit> | Promise<Partial<Exit>> | undefined;

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A server that answers well, unless it is told to answer otherwise. */
function server(name: string, answer: Answer = () => undefined): Built {
  const asked: string[] = [];
  const exec = async (script: string, options: ExecOptions): Promise<Exit> => {
    const kind = kindOf(script);
    asked.push(kind);
    if (options.stdin instanceof ReadableStream) await new Response(options.stdin).bytes();
    const own = await answer(kind, options);
    if (own) return told(own, options);
    if (kind === "send") options.onData?.(artifact, "out");
    if (kind !== "build") return told({}, options);
    return told({ stderr: `built ${artifact.length} ${await digest(artifact)}\n` }, options);
  };
  const transport = { exec, [Symbol.asyncDispose]: () => Promise.resolve() };
  return { asked, remote: remote(`root@${name}`, { name, transport }) };
}

/** Builds on servers, of which some may be of another kind or have something already. */
async function build(all: readonly (readonly [Built, Partial<Facts>?])[], afresh = false) {
  const work = await Deno.makeTempDir({ prefix: "alcaide-build-test-" });
  const settings = config({ build: { jail: { commands: ["make", "make dist"], result: "dist" } } });
  const known = new Map(all.map(([one, changes]) => [one.remote, facts(changes)]));
  const keys = await buildKeys(settings, known, "t1");
  const plan: DeployPlan = planDeploy(settings, known, {
    revision: { short: "1a2b3c4", commit: "1a2b3c4d", dirty: false },
    project: { shown: "", names: [] },
    by: "me@here",
    now: "2026-01-02T03:04:05.000Z",
    artifact: `${work}/source.tar.gz`,
    token: "f".repeat(32),
    fences: new Map(),
    source: { tree: "t1", keys, afresh, cookie: secret("x") },
  });
  const ctx = fakeContext();
  const local = runner("local", {
    exec: async () => {
      if (plan.source.kind === "built") await Deno.writeTextFile(plan.source.archive, "the source");
      return { code: 0, stdout: "", stderr: "" };
    },
  });
  try {
    await buildArtifact(
      { ...ctx, local, config: settings, servers: servers(all.map(([one]) => one.remote)) },
      plan,
    );
  } finally {
    await Deno.remove(work, { recursive: true });
  }
  return { plan, infos: ctx.ui.events.flatMap((event) => (event.type === "info" ? [event.text] : [])) };
}

const keyOf = async (): Promise<string> => {
  const one = server("x").remote;
  const settings = config({ build: { jail: { commands: ["make", "make dist"], result: "dist" } } });
  return (await buildKeys(settings, new Map([[one, facts()]]), "t1")).get(one) ?? "";
};

Deno.test("a release is built on the first server and brought to the others of its kind", async () => {
  const [one, two] = [server("one"), server("two")];
  const { plan } = await build([[one], [two]]);
  assertEquals(one.asked, ["place", "source", "build", "send"]);
  assertEquals(two.asked, ["place", "receive", "accept"]);
  assertEquals([...plan.outcome.artifacts.values()].map(({ size }) => size), [
    artifact.length,
    artifact.length,
  ]);
});

Deno.test("a release that several servers lack is fetched once", async () => {
  const [one, two, three] = [server("one"), server("two"), server("three")];
  await build([[one], [two], [three]]);
  assertEquals(one.asked, ["place", "source", "build", "send"]);
  assertEquals([two.asked, three.asked], [["place", "receive", "accept"], ["place", "receive", "accept"]]);
});

Deno.test("servers of another kind build for themselves", async () => {
  const [one, two] = [server("one"), server("two")];
  await build([[one], [two, { arch: "aarch64" }]]);
  assertEquals([one.asked, two.asked], [["place", "source", "build"], ["place", "source", "build"]]);
});

Deno.test("an earlier build is not built again, and brought to a server that lacks it", async () => {
  const [one, two] = [server("one"), server("two")];
  const built: BuiltFact = { size: artifact.length, sha256: await digest(artifact) };
  const { infos } = await build([[one], [two, { builds: new Map([[`shop/${await keyOf()}`, built]]) }]]);
  assertEquals([one.asked, two.asked], [["place", "receive", "accept"], ["place", "send"]]);
  assertEquals(infos[0], "Nothing to build: the same source was built before");
});

Deno.test("a release that arrives otherwise than it was built is refused", async () => {
  const [one, two] = [server("one"), server("two")];
  const built: BuiltFact = { size: artifact.length, sha256 };
  const error = await assertRejects(
    () => keyOf().then((key) => build([[one], [two, { builds: new Map([[`shop/${key}`, built]]) }]])),
    AlcaideError,
    "Cannot fetch the release from two: its checksum differs",
  );
  assertEquals(error.hint, "Run the deploy again with --rebuild");
});

Deno.test("--rebuild builds what was built before", async () => {
  const one = server("one");
  const built: BuiltFact = { size: 1, sha256 };
  await build([[one, { builds: new Map([[`shop/${await keyOf()}`, built]]) }]], true);
  assertEquals(one.asked, ["place", "source", "build"]);
});

Deno.test("a command that fails is named, with the lines that it printed and none of those before", async () => {
  const said = { stdout: "+ make\nold\n+ make dist\ndist: no rule\n", stderr: "failed 2 2\n" };
  const one = server("one", (kind) => (kind === "build" ? { code: 1, ...said } : undefined));
  const error = await assertRejects(() => build([[one]]), AlcaideError);
  assertEquals([error.message, error.details], [
    'Cannot build the release on one: "make dist" ended with status 2',
    ["dist: no rule"],
  ]);
});

Deno.test("a jail that can't be made is told with what the server said", async () => {
  const said = "pkg: No packages available to install matching 'elixr' have been found in the repositories\n";
  const one = server("one", (kind) => (kind === "build" ? { code: 1, stderr: said } : undefined));
  const error = await assertRejects(() => build([[one]]), AlcaideError, "Cannot finish a command on one");
  assertStringIncludes(error.hint ?? "", "The package has another name");
});

Deno.test("a build that is cut off is ended on the server", async () => {
  const one = server("one", (kind) => {
    if (kind === "build") throw new InterruptedError("SIGINT");
    return undefined;
  });
  await assertRejects(() => build([[one]]), InterruptedError);
  assertEquals(one.asked, ["place", "source", "build", "stop"]);
});

Deno.test("a build jail that can't be ended is a warning: the first cause is what counts", async () => {
  const one = server("one", (kind) => {
    if (kind === "build") throw new InterruptedError("SIGINT");
    return kind === "stop" ? { code: 1, stderr: "Cannot stop jail shop_build\n" } : undefined;
  });
  await assertRejects(() => build([[one]]), InterruptedError);
});

for (const { code, warns } of [{ code: 0, warns: 0 }, { code: 1, warns: 1 }, { code: 128, warns: 0 }]) {
  Deno.test(`warnOfModule() warns ${warns === 0 ? "nobody" : "once"} when git grep ends with ${code}`, async () => {
    const ctx = fakeContext();
    const settings = config({
      build: {
        jail: { result: "x" },
        defaults: { migrate: "bin/x" },
        erlang: { node: "x", module: "X.Release" },
      },
    });
    const local = runner("local", { exec: () => Promise.resolve({ code, stdout: "", stderr: "" }) });
    await warnOfModule({ ...ctx, local, config: settings }, "t1");
    const warnings = ctx.ui.events.flatMap((event) => (event.type === "warning" ? [event] : []));
    assertEquals(warnings.length, warns);
    assert(warnings.every((one) => JSON.stringify(one).includes("does not define X.Release")));
  });
}
