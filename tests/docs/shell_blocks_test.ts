// Every block of shell commands in README and docs is run as it stands, or named with the reason why it can't be.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, join } from "@std/path";
import { compilingUnavailable } from "../compiled.ts";
import { repository } from "./pages.ts";
import { ran, readShellBlocks, shellBlocks } from "./shell_blocks.ts";

Deno.test("every block of shell commands is run by a test, or the table says why not", async () => {
  const keys = (await readShellBlocks()).map(({ key }) => key);
  const twice = keys.filter((key, index) => keys.indexOf(key) !== index);
  assertEquals(
    keys.filter((key) => shellBlocks[key] === undefined),
    [],
    "run them, or name them with a reason",
  );
  assertEquals(
    Object.keys(shellBlocks).filter((key) => !keys.includes(key)),
    [],
    "no page has these any more",
  );
  assertEquals(twice, [], "two blocks of a page begin alike");
  assert(keys.length > 50, "the search for blocks is broken");
});

/** Runs a block as it stands in a directory. */
async function runBlock(key: string, cwd: string, env: Record<string, string>): Promise<string> {
  assertEquals(shellBlocks[key], ran[1]);
  const text = (await readShellBlocks()).find((block) => block.key === key)?.text ?? "";
  const { success, stdout, stderr } = await new Deno.Command("/bin/sh", { args: ["-ec", text], cwd, env })
    .output();
  const said = new TextDecoder().decode(stdout);
  assert(success, `${key}: ${said}${new TextDecoder().decode(stderr)}`);
  return said;
}

const withoutRuntime = await compilingUnavailable();

Deno.test({
  name: `README's binary is compiled and installed by the lines that stand there${
    withoutRuntime === undefined ? "" : ` (skipped: ${withoutRuntime})`
  }`,
  ignore: withoutRuntime !== undefined,
  fn: async () => {
    const place = await Deno.makeTempDir({ prefix: "alcaide-docs-" });
    try {
      // A checkout of its own: what is made in dist/ is not ours to overwrite.
      const archive = new Deno.Command("sh", {
        args: [
          "-c",
          `mkdir checkout && cp -R "$0"/deno.* "$0"/*.ts "$0"/lib "$0"/tasks "$0"/scripts "$0"/docs "$0"/tests checkout/`,
          repository,
        ],
        cwd: place,
      });
      assert((await archive.output()).success);
      const path = `${dirname(Deno.execPath())}:${Deno.env.get("PATH")}`;
      const said = await runBlock("README.md: deno task compile", join(place, "checkout"), {
        HOME: place,
        PATH: path,
        DENO_DIR: await denoDir(),
      });
      assertStringIncludes(said, `${place}/.local/bin/alcaide is installed: `);
    } finally {
      await Deno.remove(place, { recursive: true });
    }
  },
});

async function denoDir(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}

Deno.test("the workflows of docs/ci.md are written by the lines that stand there", async () => {
  const place = await Deno.makeTempDir({ prefix: "alcaide-docs-" });
  try {
    const program = `#!/bin/sh\nexec "${Deno.execPath()}" run -A --no-lock "${repository}/cli.ts" "$@"\n`;
    await Deno.writeTextFile(join(place, "alcaide"), program, { mode: 0o755 });
    const env = { PATH: `${place}:${Deno.env.get("PATH")}`, DENO_DIR: await denoDir() };
    await runBlock("docs/ci.md: alcaide ci github      # .github/workflows/alcaide.yml", place, env);
    for (
      const path of [".github/workflows/alcaide.yml", ".forgejo/workflows/alcaide.yml", ".gitlab-ci.yml"]
    ) {
      assertStringIncludes(await Deno.readTextFile(join(place, path)), "alcaide");
    }
  } finally {
    await Deno.remove(place, { recursive: true });
  }
});

Deno.test("the test app is compiled by the lines of docs/testing.md", async () => {
  const place = await Deno.makeTempDir({ prefix: "alcaide-docs-" });
  try {
    await Deno.copyFile(join(repository, "tests/app/app.c"), join(place, "app.c"));
    await runBlock("docs/testing.md: mkdir -p app/bin", place, {});
    assert((await Deno.stat(join(place, "app/bin/app"))).isFile);
  } finally {
    await Deno.remove(place, { recursive: true });
  }
});
