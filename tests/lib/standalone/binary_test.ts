// The compiled program: what only a real binary can show. It needs Deno's runtime for binaries.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { dirname, join } from "@std/path";
import { bareEnvironment, compileProgram, compilerPath, compilingUnavailable } from "../../compiled.ts";
import { noSshd } from "../transport/ssh/sshd.ts";
import { files, type Given, markers, namesIn, readMuch, run, variable } from "./binary.ts";

const reason = await compilingUnavailable();

Deno.test({
  name: `a binary reads and holds an Alcaidefile${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  ignore: reason !== undefined,
  fn: async (context) => {
    const directory = await Deno.makeTempDir({ prefix: "alcaide-binary-" });
    const project = join(directory, "a shop");
    const temporary = join(directory, "tmp");
    const bare: Record<string, string> = { ...bareEnvironment(join(directory, "deno")), TMPDIR: temporary };
    try {
      await Deno.mkdir(temporary);
      for (const [name, text] of Object.entries({ ...files, ...markers })) {
        await Deno.mkdir(dirname(join(project, name)), { recursive: true });
        await Deno.writeTextFile(join(project, name), text);
      }
      const program = await compileProgram(directory);
      await tryBinary(context, { program, project, env: bare });
      await context.step("nothing is left behind, nothing was downloaded", async () => {
        assertEquals(await Array.fromAsync(Deno.readDir(temporary)), []);
        assertEquals(await Deno.stat(bare["DENO_DIR"] ?? "").catch(() => undefined), undefined);
      });
      await bakeAndTry(context, { program, project, env: bare });
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});

async function tryBinary(context: Deno.TestContext, { program, project, env }: Given): Promise<void> {
  await context.step("it runs a task: types, circular and late imports, the library", async () => {
    assertEquals(await run(program, ["hello"], project, env), {
      code: 0,
      stdout: "12 later a 'b c' d e true\n",
      stderr: "",
    });
  });

  const noServer = noSshd();
  await context.step({
    name: `it reads much from a server${noServer === undefined ? "" : ` (skipped: ${noServer})`}`,
    ignore: noServer !== undefined,
    fn: () => readMuch({ program, project, env }),
  });

  await context.step("it says that it is a binary", async () => {
    const { stdout } = await run(program, ["--json", "version"], project, env);
    const { value } = JSON.parse(stdout);
    assertEquals([value.binary, value.target], [true, Deno.build.target]);
  });

  await context.step("it points at the line of a task that fails", async () => {
    const { code, stderr } = await run(program, ["fails"], project, env);
    assertEquals(code, 1);
    assertMatch(stderr, /It fails/);
    assertMatch(stderr, /Alcaidefile\.ts:10:9/);
    assert(!stderr.includes("deno-compile"), stderr);
  });

  await context.step("it points at the line of a module that fails", async () => {
    await Deno.writeTextFile(join(project, "B.ts"), 'export { default } from "./lib/broken.ts";\n');
    const { code, stderr } = await run(program, ["-c", "B.ts", "config"], project, env);
    await Deno.remove(join(project, "B.ts"));
    assertEquals(code, 78);
    assertEquals(
      stderr.replace(project, ""),
      `Error: Cannot use /lib/broken.ts:3:18: Cannot read properties of null (reading 'c')
    3 | export default b.c;
                         ^
`,
    );
  });

  await context.step("it has no packages and offers to compile", async () => {
    await Deno.writeTextFile(
      join(project, "B.ts"),
      'import x from "npm:left-pad@1.3.0";\nexport default x;\n',
    );
    const { code, stderr } = await run(program, ["-c", "B.ts", "config"], project, env);
    await Deno.remove(join(project, "B.ts"));
    assertEquals(code, 78);
    assertMatch(
      stderr,
      /B\.ts:1:15: This binary holds no packages, so it can't import "npm:left-pad@1\.3\.0"/,
    );
    assertMatch(stderr, /"alcaide compile"/);
  });
}

/** Text of a secret, of its key and of the encrypted file, none of which may be in a binary. */
async function withSecrets({ program, project, env }: Given): Promise<string[]> {
  const value = "marker-of-a-secret-value-c7d1";
  assertEquals((await run(program, ["secrets", "init"], project, env)).code, 0);
  await Deno.writeTextFile(join(project, "value"), value);
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", `exec "${program}" secrets set TOKEN <value`],
    cwd: project,
    env,
    clearEnv: true,
  });
  assert((await child.output()).success);
  const config = files["Alcaidefile.ts"].replace('app: "shop"', 'app: "shop", keyCommand: "cat the.key"');
  await Deno.writeTextFile(join(project, "Alcaidefile.ts"), config);
  const key = (await Deno.readTextFile(join(project, ".alcaide", "master.key"))).trim();
  const file = await Deno.readTextFile(join(project, "alcaide.secrets"));
  return [value, ...key.split("\n"), ...file.split("\n")].filter((line) =>
    line.length > 20 && !line.startsWith("#")
  );
}

async function bakeAndTry(context: Deno.TestContext, given: Given): Promise<void> {
  const { program, project, env } = given;
  const baked = join(project, "shop");
  const compiling = {
    ...env,
    PATH: await compilerPath(),
    DENORT_BIN: Deno.env.get("DENORT_BIN") ?? "",
    TOKEN: variable,
  };

  const secret = await withSecrets(given);

  await context.step("alcaide compile says what is missing where there is no Deno", async () => {
    const { code, stderr } = await run(program, ["compile"], project, env);
    assertEquals(code, 1);
    assertMatch(stderr, /Cannot find Deno to compile with/);
  });

  await context.step("alcaide compile refuses a target and an output that can't be", async () => {
    const target = await run(program, ["compile", "--target", "amiga"], project, compiling);
    assertEquals(target.code, 2);
    assertMatch(target.stderr, /Cannot compile for "amiga"\n {2}Hint: Targets: linux-x64, /);
    const output = await run(program, ["compile", "-o", "lib"], project, compiling);
    assertMatch(output.stderr, /Cannot write "lib": it is a directory/);
  });

  await context.step("alcaide compile writes one file, and leaves nothing else", async () => {
    const before = await namesIn(project);
    const { code, stdout, stderr } = await run(program, ["compile", "-o", "shop"], project, compiling);
    assertEquals(code, 0, stderr);
    assertMatch(stdout, /^shop is written: \d+ MB\n$/);
    assertEquals(await namesIn(project), [...before, "shop"].sort());
  });

  await context.step("secrets, keys and variables are not in it, nor the directories above", async () => {
    const text = new TextDecoder("latin1").decode(await Deno.readFile(baked));
    assert(text.includes("Say hello"), "the search is broken: the task isn't found either");
    assert(secret.length >= 3, "no secrets were made");
    const found = [...secret, ...Object.values(markers), variable, dirname(project)].filter((marker) =>
      text.includes(marker)
    );
    assertEquals(found, []);
  });

  await context.step("it needs no Alcaidefile and takes no other", async () => {
    const elsewhere = dirname(project);
    assertEquals((await run(baked, ["hello"], elsewhere, env)).stdout, "12 later a 'b c' d e true\n");
    const { code, stderr } = await run(baked, ["-c", "x.ts", "hello"], elsewhere, env);
    assertEquals(code, 2);
    assertMatch(stderr, /Cannot use another Alcaidefile: this program holds its own/);
  });

  await context.step("a task that needs no configuration reads the Alcaidefile in it", async () => {
    // Without the key file, only the keyCommand of the Alcaidefile leads to the key.
    await Deno.rename(join(project, ".alcaide", "master.key"), join(project, "the.key"));
    for (const program of [baked, given.program]) {
      const { stdout, stderr } = await run(program, ["secrets", "show", "TOKEN"], project, env);
      assertEquals([stdout.trim(), stderr], [secret[0], ""]);
    }
  });

  await context.step(
    "names of the project's deno.json are in it, its workspace and packages do no harm",
    async () => {
      const more = {
        "C.ts":
          'import { name } from "mine";\nimport file from "./Alcaidefile.ts";\nexport default { ...file, app: name };\n',
        "deno.jsonc":
          '{ "imports": { "mine": "./lib/later.ts" }, /* … */ "workspace": ["./lib"], "nodeModulesDir": "manual" }',
        "lib/deno.json": '{ "name": "@me/lib", "version": "1.0.0", "exports": "./later.ts" }',
        "package.json": '{ "type": "commonjs", "dependencies": { "nowhere-to-be-had": "1.0.0" } }',
      };
      for (const [name, text] of Object.entries(more)) await Deno.writeTextFile(join(project, name), text);
      const { code, stderr } = await run(
        program,
        ["compile", "-c", "C.ts", "-o", "other"],
        project,
        compiling,
      );
      assertEquals(code, 0, stderr);
      assertMatch((await run(join(project, "other"), ["config"], project, env)).stdout, /^app +later$/m);
    },
  );

  await context.step("it points at lines of the Alcaidefile in it", async () => {
    const { stderr } = await run(baked, ["fails"], project, env);
    assertMatch(stderr, /(^|[ "(])Alcaidefile\.ts:10:9/m);
    assertMatch(stderr, /10 \| {3}throw new TypeError/);
  });
}
