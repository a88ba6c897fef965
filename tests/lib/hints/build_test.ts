import { assertEquals, assertStringIncludes } from "@std/assert";
import { explainBuild } from "../../../lib/hints/build.ts";

const spec = {
  commands: ["mix deps.get", "mix compile"],
  result: "_build/prod/rel/shop",
  timeout: 1_800_000,
};

function explain(stderr: string, said: readonly string[] = [], result = spec.result) {
  return explainBuild("web", { ...spec, result }, { code: 1, stdout: "", stderr }, said);
}

Deno.test("explainBuild() names the command that failed, and shows its last lines", () => {
  const error = explain("failed 2 1\n", Array.from({ length: 30 }, (_, index) => `line ${index}`));
  assertEquals(error?.message, 'Cannot build the release on web: "mix compile" ended with status 1');
  assertEquals(error?.details.length, 20);
  assertEquals(error?.details.at(-1), "line 29");
});

Deno.test("explainBuild() says that the time was up", () => {
  const error = explain("failed 1 124\n");
  assertEquals([error?.message, error?.hint], [
    'Cannot build the release on web: "mix deps.get" did not end within 1800 s',
    "Give the build more time: its timeout, in seconds",
  ]);
});

Deno.test("explainBuild() says when nothing was built, and what it may be called", () => {
  assertStringIncludes(explain("missing\n")?.message ?? "", "the build left no _build/prod/rel/shop");
  assertStringIncludes(explain("missing\n")?.hint ?? "", 'phoenix({ app: "NAME" })');
  assertStringIncludes(explain("missing\n", [], "dist")?.hint ?? "", "look at the build's result");
});

Deno.test("explainBuild() leaves alone what is no command of the build", () => {
  assertEquals(explain("pkg: No packages available to install matching 'elixr'\n"), undefined);
});

const hints = [
  ['** (Mix) The task "assets.deploy" could not be found', "phoenix({ assets: false })"],
  [
    "** (RuntimeError) tailwind is not available for architecture: amd64-portbld-freebsd14.3",
    "MIX_TAILWIND_PATH",
  ],
  ["** (Mix) Unknown release :shop. The available releases are: [:web]", 'phoenix({ release: "NAME" })'],
  ["** (Mix) Could not find Hex, which is needed to build dependency :jason", "Hex or rebar is missing"],
  [
    "** (Mix) httpc request failed with: {:failed_connect, [{:inet, [:inet], :nxdomain}]}",
    "does not reach the outside",
  ],
  ["/bin/sh: gmake: not found", "A tool is missing in the build jail"],
  ["** (RuntimeError) environment variable SECRET_KEY_BASE is missing.", "the app's are not set there"],
  [
    "** (Mix) You're trying to run :shop on Elixir v1.14.0 but it has declared in its mix.exs file it supports only ~> 1.18",
    "another Elixir",
  ],
  ["tar: write error: No space left on device", "disk is full"],
  ["something that nobody knows", "The lines above are the last of its output"],
] as const;
for (const [line, hint] of hints) {
  Deno.test(`explainBuild() has a hint for ${line.slice(0, 50)}`, () => {
    assertStringIncludes(explain("failed 2 1\n", [line])?.hint ?? "", hint);
  });
}

Deno.test("explainBuild() knows what the kernel kills", () => {
  assertStringIncludes(explain("failed 2 137\n")?.hint ?? "", "run out of memory");
});
