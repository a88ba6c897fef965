// The compiled program: what only a real binary can show. It needs Deno's runtime for binaries.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { dirname, join } from "@std/path";
import { bareEnvironment, compileProgram, compilerPath, compilingUnavailable } from "../../compiled.ts";
import { parsed } from "../../schemas.ts";
import { noSshd } from "../transport/ssh/sshd.ts";
import { files, type Given, markers, namesIn, readMuch, run, type Said, variable } from "./binary.ts";

const reason = await compilingUnavailable();
const noServer = noSshd();

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
      const given = { program, project, env: bare };
      for (const [name, step] of Object.entries(plainSteps)) await context.step(name, () => step(given));
      await context.step({
        name: `it reads much from a server${noServer === undefined ? "" : ` (skipped: ${noServer})`}`,
        ignore: noServer !== undefined,
        fn: () => readMuch(given),
      });
      await context.step("nothing is left behind, nothing was downloaded", async () => {
        assertEquals(await Array.fromAsync(Deno.readDir(temporary)), []);
        assertEquals(await Deno.stat(bare["DENO_DIR"] ?? "").catch(() => undefined), undefined);
      });
      const baked = { ...given, ...await prepareBaking(given) };
      for (const [name, step] of Object.entries(bakedSteps)) await context.step(name, () => step(baked));
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});

/** Steps with a binary that reads an Alcaidefile. */
const plainSteps: Readonly<Record<string, (given: Given) => Promise<void>>> = {
  "it runs a task: types, circular and late imports, the library": async ({ program, project, env }) => {
    assertEquals(await run(program, ["hello"], project, env), {
      code: 0,
      stdout: "12 later a 'b c' d e true\n",
      stderr: "",
    });
  },

  "it says that it is a binary": async ({ program, project, env }) => {
    const { stdout } = await run(program, ["--json", "version"], project, env);
    const { binary, target } = parsed(stdout, "version");
    assertEquals([binary, target], [true, Deno.build.target]);
  },

  "it holds the page of the dashboard": async ({ program, project, env }) => {
    const child = new Deno.Command(program, { args: ["dashboard"], cwd: project, env, stderr: "piped" })
      .spawn();
    const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
    const { value = "" } = await reader.read();
    const address = /http\S+/.exec(value)?.[0] ?? "";
    for (
      const [file, holds] of [["", "<h1>Alcaide"], ["client.js", "EventSource"], ["style.css", "--paper"]]
    ) {
      assertStringIncludes(await (await fetch(new URL(file ?? "", address))).text(), holds ?? "");
    }
    child.kill("SIGINT");
    await reader.cancel();
    assertEquals((await child.status).code, 0);
  },

  "it points at the line of a task that fails": async ({ program, project, env }) => {
    const { code, stderr } = await run(program, ["fails"], project, env);
    assertEquals(code, 1);
    assertMatch(stderr, /It fails/);
    assertMatch(stderr, /Alcaidefile\.ts:10:9/);
    assert(!stderr.includes("deno-compile"), stderr);
  },

  "it points at the line of a module that fails": async (given) => {
    const { code, stderr } = await runOther(given, 'export { default } from "./lib/broken.ts";\n');
    assertEquals(code, 78);
    assertEquals(
      stderr.replace(given.project, ""),
      `Error: Cannot use /lib/broken.ts:3:18: Cannot read properties of null (reading 'c')
    3 | export default b.c;
                         ^
`,
    );
  },

  "it has no packages and offers to compile": async (given) => {
    const { code, stderr } = await runOther(
      given,
      'import x from "npm:left-pad@1.3.0";\nexport default x;\n',
    );
    assertEquals(code, 78);
    assertMatch(
      stderr,
      /B\.ts:1:15: This binary holds no packages, so it can't import "npm:left-pad@1\.3\.0"/,
    );
    assertMatch(stderr, /"alcaide compile"/);
  },

  // Deno's runtime ends it before our code begins. Once it no longer does, README's limit goes.
  "in a removed directory Deno ends it with words that a page explains": async ({ program, project }) => {
    const shell = 'mkdir "$1/gone" && cd "$1/gone" && rmdir "$1/gone" && exec "$0" --version';
    const args = ["-c", shell, program, project];
    const { code, stderr } = await new Deno.Command("/bin/sh", { args }).output();
    assertMatch(
      new TextDecoder().decode(stderr),
      /panicked at cli\/rt\/run\.rs:\d+:\d+:\n.*message: "No such file or directory"/,
    );
    assertEquals(code, 101);
    const page = await Deno.readTextFile(new URL("../../../docs/troubleshooting.md", import.meta.url));
    assertMatch(page, /`panicked at cli\/rt\/run\.rs` .* `No such file or directory`/);
  },
};

/** Runs with another Alcaidefile. */
async function runOther({ program, project, env }: Given, text: string): Promise<Said> {
  await Deno.writeTextFile(join(project, "B.ts"), text);
  const said = await run(program, ["-c", "B.ts", "config"], project, env);
  await Deno.remove(join(project, "B.ts"));
  return said;
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

/** A project whose Alcaidefile becomes part of a binary. */
interface Baking extends Given {
  /** The binary that is made. */
  readonly baked: string;
  /** Variables with which Deno is found. */
  readonly compiling: Record<string, string>;
  /** Text that must not be in it; the value of the secret first. */
  readonly secret: readonly string[];
}

async function prepareBaking(given: Given): Promise<Omit<Baking, keyof Given>> {
  const compiling = {
    ...given.env,
    PATH: await compilerPath(),
    DENORT_BIN: Deno.env.get("DENORT_BIN") ?? "",
    TOKEN: variable,
  };
  return { baked: join(given.project, "shop"), compiling, secret: await withSecrets(given) };
}

const bakedSteps: Readonly<Record<string, (given: Baking) => Promise<void>>> = {
  "alcaide compile says what is missing where there is no Deno": async ({ program, project, env }) => {
    const { code, stderr } = await run(program, ["compile"], project, env);
    assertEquals(code, 1);
    assertMatch(stderr, /Cannot find Deno to compile with/);
  },

  "alcaide compile refuses a target and an output that can't be": async ({ program, project, compiling }) => {
    const target = await run(program, ["compile", "--target", "amiga"], project, compiling);
    assertEquals(target.code, 2);
    assertMatch(target.stderr, /Cannot compile for "amiga"\n {2}Hint: Targets: linux-x64, /);
    const output = await run(program, ["compile", "-o", "lib"], project, compiling);
    assertMatch(output.stderr, /Cannot write "lib": it is a directory/);
  },

  "alcaide compile writes one file, and leaves nothing else": async ({ program, project, compiling }) => {
    const before = await namesIn(project);
    const { code, stdout, stderr } = await run(program, ["compile", "-o", "shop"], project, compiling);
    assertEquals(code, 0, stderr);
    assertMatch(stdout, /^shop is written: \d+ MB\n$/);
    assertEquals(await namesIn(project), [...before, "shop"].sort());
  },

  "secrets, keys and variables are not in it, nor the directories above": async (
    { baked, project, secret },
  ) => {
    const text = new TextDecoder("latin1").decode(await Deno.readFile(baked));
    assert(text.includes("Say hello"), "the search is broken: the task isn't found either");
    assert(secret.length >= 3, "no secrets were made");
    const found = [...secret, ...Object.values(markers), variable, dirname(project)].filter((marker) =>
      text.includes(marker)
    );
    assertEquals(found, []);
  },

  "it needs no Alcaidefile and takes no other": async ({ baked, project, env }) => {
    const elsewhere = dirname(project);
    assertEquals((await run(baked, ["hello"], elsewhere, env)).stdout, "12 later a 'b c' d e true\n");
    const { code, stderr } = await run(baked, ["-c", "x.ts", "hello"], elsewhere, env);
    assertEquals(code, 2);
    assertMatch(stderr, /Cannot use another Alcaidefile: this program holds its own/);
  },

  "a task that needs no configuration reads the Alcaidefile in it": async (
    { baked, program, project, env, secret },
  ) => {
    // Without the key file, only the keyCommand of the Alcaidefile leads to the key.
    await Deno.rename(join(project, ".alcaide", "master.key"), join(project, "the.key"));
    for (const one of [baked, program]) {
      const { stdout, stderr } = await run(one, ["secrets", "show", "TOKEN"], project, env);
      assertEquals([stdout.trim(), stderr], [secret[0], ""]);
    }
  },

  "names of the project's deno.json are in it, its workspace and packages do no harm": async (
    { program, project, env, compiling },
  ) => {
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

  "it points at lines of the Alcaidefile in it": async ({ baked, project, env }) => {
    const { stderr } = await run(baked, ["fails"], project, env);
    assertMatch(stderr, /(^|[ "(])Alcaidefile\.ts:10:9/m);
    assertMatch(stderr, /10 \| {3}throw new TypeError/);
  },
};
