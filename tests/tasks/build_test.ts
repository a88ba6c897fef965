// @ts-types="../../types/std_assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import type { Build } from "../../lib/config/types.ts";
import { AlcaideError, type CommandError } from "../../lib/error.ts";
import { runner } from "../../lib/runner.ts";
import { artifactPath, buildArtifact, isTarball, tarballEndings } from "../../tasks/build.ts";
import { planDeploy } from "../../tasks/plan_deploy.ts";
import { fakeContext } from "../fake/context.ts";
import { config, facts, silentServer } from "../fake/facts.ts";

for (const ending of tarballEndings) {
  Deno.test(`isTarball() knows ${ending}`, () => assertEquals(isTarball(`/a/shop-1.2${ending}`), true));
}

for (const path of ["/a/dist", "/a/shop.zip", "/a/tar", "/a.tar.gz/dist"]) {
  Deno.test(`isTarball() says no to ${path}`, () => assertEquals(isTarball(path), false));
}

Deno.test("artifactPath() is the tarball itself, or a new one", () => {
  assertEquals(artifactPath({ kind: "prebuilt", path: "/a/x.tgz" }, "/tmp/w"), "/a/x.tgz");
  assertEquals(artifactPath({ kind: "prebuilt", path: "/a/dist" }, "/tmp/w"), "/tmp/w/artifact.tar.gz");
});

/** Builds with a machine whose scripts end as told; gives what it was asked. */
async function build(made: Build, code = 0): Promise<string[]> {
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
    artifact: artifactPath(made, "/tmp/w"),
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
  assertEquals(await build({ kind: "prebuilt", path: dist.path }), [
    `COPYFILE_DISABLE=1 tar -czf /tmp/w/artifact.tar.gz --exclude .alcaide -C ${dist.path} .`,
  ]);
});

Deno.test("what buildArtifact() packs has no keys in it, also when it is a project itself, or several", async () => {
  await using project = await directory();
  for (const place of ["", "web/"]) {
    await Deno.mkdir(`${project.path}/${place}.alcaide`, { recursive: true });
    await Deno.writeTextFile(`${project.path}/${place}.alcaide/master.key`, "x");
  }
  await Deno.writeTextFile(`${project.path}/app`, "x");
  const [script = ""] = await build({ kind: "prebuilt", path: project.path });
  const packed = script.replace("/tmp/w/artifact.tar.gz", "-");
  const { stdout } = await new Deno.Command("sh", { args: ["-c", `${packed} | tar -tzf -`] }).output();
  assertEquals(new TextDecoder().decode(stdout).trim().split("\n").sort(), ["./", "./app", "./web/"]);
});

Deno.test("buildArtifact() takes a tarball as it is", async () => {
  await using dist = await directory();
  const path = `${dist.path}/shop.tar.gz`;
  await Deno.writeTextFile(path, "");
  assertEquals(await build({ kind: "prebuilt", path }), []);
});

Deno.test("buildArtifact() runs the command in the Alcaidefile's directory first", async () => {
  await using dist = await directory();
  const scripts = await build({ kind: "command", command: "mix release | tee log", path: dist.path });
  assertEquals(scripts[0], "cd /home/me/shop || exit 1\nunset ALCAIDE_MASTER_KEY\nmix release | tee log");
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
    const error = await assertRejects(() => build(made), AlcaideError, "there is no /no/such");
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
