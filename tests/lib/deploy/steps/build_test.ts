import { assertEquals, assertRejects } from "@std/assert";
import type { Build } from "../../../../lib/config/field/types.ts";
import { AlcaideError, type CommandError } from "../../../../lib/core/error.ts";
import { local } from "../../../../lib/remote/local.ts";
import { runner } from "../../../../lib/remote/runner.ts";
import { buildArtifact } from "../../../../lib/deploy/steps/build.ts";
import { planDeploy } from "../../../../lib/deploy/plan/deploy.ts";
import { raw, sh } from "../../../../lib/core/sh.ts";
import { fakeContext } from "../../../fake/context.ts";
import { liveRelease } from "../../../fake/model.ts";
import { fakeServer } from "../../../fake/server.ts";
import { deployTo, rollBack, serverAfter } from "../deploying.ts";
import { planInputs } from "../../../fake/plan.ts";
import { config, facts, silentServer } from "../../../fake/facts.ts";
import { artifactPath, isTarball, tarballEndings } from "../../../../lib/deploy/artifact.ts";

for (const ending of tarballEndings) {
  Deno.test(`isTarball() knows ${ending}`, () => assertEquals(isTarball(`/a/shop-1.2${ending}`), true));
}

for (const path of ["/a/dist", "/a/shop.zip", "/a/tar", "/a.tar.gz/dist"]) {
  Deno.test(`isTarball() says no to ${path}`, () => assertEquals(isTarball(path), false));
}

Deno.test("artifactPath() is the tarball itself, or a new one", () => {
  assertEquals(artifactPath({ kind: "prebuilt", path: "/a/x.tgz" }, "/tmp/w"), "/a/x.tgz");
  assertEquals(artifactPath({ kind: "prebuilt", path: "/a/dist" }, "/tmp/w"), "/tmp/w/artifact");
});

/** Builds with a machine whose scripts end as told; gives what it was asked. */
async function build(made: Build, code = 0): Promise<string[]> {
  await using work = await directory();
  const scripts: string[] = [];
  const local = runner("local", {
    exec: (script) => {
      scripts.push(script);
      return Promise.resolve({ code, stdout: "", stderr: "no such command\n" });
    },
  });
  const server = silentServer();
  const plan = planDeploy({ ...config(), build: made }, new Map([[server, facts()]]), {
    revision: { short: "none", commit: "", dirty: false },
    project: { shown: "", names: [] },
    by: "",
    now: "",
    artifact: artifactPath(made, work.path),
    token: "",
    fences: new Map(),
  });
  await buildArtifact({ ...fakeContext(), local }, plan);
  return scripts;
}

async function directory(): Promise<AsyncDisposable & { path: string }> {
  const path = await Deno.makeTempDir({ prefix: "alcaide-build-" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

Deno.test("buildArtifact() packs a directory", async () => {
  await using dist = await directory();
  await Deno.writeTextFile(`${dist.path}/app`, "x");
  assertEquals(await build({ kind: "prebuilt", path: dist.path }), [
    `case $(tar --version) in *GNU*) options='-S --sort=name' ;; *) options= ;; esac
COPYFILE_DISABLE=1 tar $options -cf - --exclude .alcaide -C ${dist.path} .`,
  ]);
});

Deno.test("buildArtifact() packs no keys, also of a project in itself, or of several", async () => {
  await using project = await directory();
  for (const place of ["", "web/"]) {
    await Deno.mkdir(`${project.path}/${place}.alcaide`, { recursive: true });
    await Deno.writeTextFile(`${project.path}/${place}.alcaide/master.key`, "x");
  }
  await Deno.writeTextFile(`${project.path}/app`, "x");
  const [script = ""] = await build({ kind: "prebuilt", path: project.path });
  const { stdout } = await new Deno.Command("sh", { args: ["-c", `${script} | tar -tf -`] }).output();
  assertEquals(new TextDecoder().decode(stdout).trim().split("\n").sort(), ["./", "./app", "./web/"]);
});

/** A place for the files of a test, in which a script has run, and what building a tarball or directory of it ends with. */
async function made(script: string, name: string, start = "bin/shop start"): Promise<string> {
  await using work = await directory();
  const here = local({ cwd: work.path });
  await here.run(raw(script));
  const path = `${work.path}/${name}`;
  const settings = { ...config({ start }), build: { kind: "prebuilt", path } as const };
  const artifact = artifactPath(settings.build, work.path);
  const plan = planDeploy(settings, new Map([[silentServer(), facts()]]), { ...planInputs, artifact });
  try {
    await buildArtifact({ ...fakeContext(), local: here }, plan);
    return (await here.read(sh`tar -tzf ${artifact}`)).split("\n").sort().join(" ");
  } catch (error) {
    if (!(error instanceof AlcaideError)) throw error;
    return `${error.message.replaceAll(`${work.path}/`, "")} (${
      error.hint?.replaceAll(`${work.path}/`, "")
    })`;
  }
}

const tree = "mkdir -p shop-1.0/bin && echo x >shop-1.0/bin/shop && echo y >shop-1.0/README";
const folder = 'all of it is in the folder shop-1.0, and start is "bin/shop start"';
const empty = "it is empty (Look at the command that makes it, and at build)";

for (
  const [name, script, file, result, start] of [
    [
      "takes a tarball as it is",
      `${tree} && tar -C shop-1.0 -czf a.tgz .`,
      "a.tgz",
      "./ ./README ./bin/ ./bin/shop",
    ],
    [
      "takes names without a dot",
      `${tree} && cd shop-1.0 && tar -czf ../a.tgz bin README`,
      "a.tgz",
      "README bin/ bin/shop",
    ],
    [
      "takes one folder that start names",
      `${tree} && tar -C shop-1.0 -czf a.tgz bin`,
      "a.tgz",
      "bin/ bin/shop",
    ],
    [
      "takes one folder of any name that start names",
      `${tree} && tar -czf a.tgz shop-1.0/bin`,
      "a.tgz",
      "shop-1.0/bin/ shop-1.0/bin/shop",
      "/app/shop-1.0/bin/shop",
    ],
    ["takes a single file", "echo x >shop && tar -czf a.tgz shop", "a.tgz", "shop"],
    [
      "refuses a tarball with all in one folder",
      `${tree} && tar -czf a.tgz shop-1.0`,
      "a.tgz",
      `Cannot use a.tgz as a release: ${folder} (Pack the folder's contents: tar -C shop-1.0 -czf a.tgz . Or name the folder in start)`,
    ],
    [
      "refuses the same with a dot",
      `${tree} && tar -czf a.tgz ./shop-1.0`,
      "a.tgz",
      `Cannot use a.tgz as a release: ${folder} (Pack the folder's contents: tar -C shop-1.0 -czf a.tgz . Or name the folder in start)`,
    ],
    [
      "refuses a directory with all in one folder",
      `${tree} && mkdir dist && mv shop-1.0 dist && mkdir dist/.alcaide`,
      "dist",
      `Cannot use dist as a release: ${folder} (Write build: dist/shop-1.0, or name the folder in start)`,
    ],
    [
      "refuses an empty tarball",
      "mkdir e && tar -C e -czf a.tgz .",
      "a.tgz",
      `Cannot use a.tgz as a release: ${empty}`,
    ],
    [
      "refuses an empty directory",
      "mkdir -p dist/.alcaide",
      "dist",
      `Cannot use dist as a release: ${empty}`,
    ],
    [
      "refuses what is no tarball",
      "head -c 2000 /dev/zero | tr '\\0' x >a.tar",
      "a.tar",
      "Cannot use a.tar as a release: tar can't read it (It may be cut off, or not be a tarball: look at the command that makes it)",
    ],
  ] as const
) {
  Deno.test(`buildArtifact() ${name}`, async () => assertEquals(await made(script, file, start), result));
}

Deno.test("buildArtifact() keeps the holes of a sparse file", async () => {
  await using work = await directory();
  const here = local({ cwd: work.path });
  await here.run(raw("mkdir dist && echo x >dist/app && truncate -s 3G dist/hole"));
  const [script = ""] = await build({ kind: "prebuilt", path: `${work.path}/dist` });
  await here.run(raw(`${script} >artifact.tar || exit 1
rm -rf dist && mkdir out && tar -C out -xf artifact.tar`));
  const [kilobytes] = (await here.read(raw("du -sk out"))).split("\t");
  assertEquals([Number(kilobytes) < 1000, (await Deno.stat(`${work.path}/out/hole`)).size], [
    true,
    3 * 2 ** 30,
  ]);
});

Deno.test("buildArtifact() runs the command in the Alcaidefile's directory first", async () => {
  await using dist = await directory();
  await Deno.writeTextFile(`${dist.path}/app`, "x");
  const scripts = await build({ kind: "command", command: "mix release | tee log", path: dist.path });
  assertEquals(
    scripts[0],
    "{ cd /home/me/shop\n} || exit $?\nunset ALCAIDE_MASTER_KEY\nmix release | tee log",
  );
});

Deno.test("buildArtifact() says which command failed", async () => {
  const made: Build = { kind: "command", command: "mix release", path: "/a/dist" };
  const error = await assertRejects(
    () => build(made, 127),
    AlcaideError,
    'Cannot build the release: "mix release" failed',
  );
  assertEquals((error.cause as CommandError).exit.code, 127);
});

const absent: readonly { made: Build; hint: string }[] = [
  { made: { kind: "prebuilt", path: "/no/such" }, hint: "Build it first, or look at build.prebuilt" },
  {
    made: { kind: "command", command: "true", path: "/no/such" },
    hint: "The build command ended well but left nothing there: look at build.result",
  },
];
for (const { made, hint } of absent) {
  Deno.test(`buildArtifact() finds no result of ${made.kind}`, async () => {
    const error = await assertRejects(() => build(made), AlcaideError, "/no/such does not exist");
    assertEquals(error.hint, hint);
  });
}

Deno.test("buildArtifact() refuses a file that is no tarball", async () => {
  await using dist = await directory();
  const path = `${dist.path}/shop.zip`;
  await Deno.writeTextFile(path, "");
  await assertRejects(
    () => build({ kind: "prebuilt", path }),
    AlcaideError,
    "neither a directory nor a tarball",
  );
});

Deno.test("deploy() whose build fails leaves the release before, for a rollback", async () => {
  const server = fakeServer({ model: await serverAfter(2) });
  const { error } = await deployTo(server, {
    config: { build: { command: "make it", result: "out" } },
    local: (script) => script.includes("make it") ? { code: 2, stdout: "", stderr: "" } : undefined,
  });
  assertEquals(`${error}`, "StepError: Cannot build the release");
  assertEquals([...server.model.trees.keys()], ["/jails/shop_blue", "/jails/shop_green"]);
  const back = await rollBack(server);
  assertEquals([back.error, liveRelease(server.model, "shop")], [undefined, "1-1a2b3c4"]);
});

Deno.test("deploy() looks into a tarball that needs no build, and says nothing of a build", async () => {
  const server = fakeServer();
  const asked: string[] = [];
  const { error, ctx } = await deployTo(server, {
    local: (script) => {
      asked.push(script);
      return undefined;
    },
  });
  assertEquals(error, undefined);
  assertEquals(asked.filter((script) => script.includes("tar -tf")).length, 1);
  assertEquals(ctx.ui.text().includes("Build the release"), false);
});
