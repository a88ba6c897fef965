// The same commands say the same, whether Deno runs the sources, a binary does, or a binary that holds the Alcaidefile.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { bareEnvironment, compileProgram, compilerPath, compilingUnavailable } from "../compiled.ts";
import { removeApp } from "./clean.ts";
import { onlyOnTestHost, type Place, repository } from "./place.ts";
import { ask, cacheDirectory, makeProject, type ProgramForm, type Project, type Result } from "./project.ts";
import { scenario } from "./scenario.ts";

const tasks = `
import { Command, Context, routedJail, sh, task } from "alcaide"; // two of them are types
import { Greeting, greet } from "./tasks/greet.ts";

export const greeting = task("Greet from the jail", async (ctx: Context): Promise<void> => {
  const command: Command = sh\`echo \${greet(Greeting.Long)}\`;
  ctx.ui.result(null, await (await routedJail(ctx)).read(command));
});

export const broken = task("Fail", (_: Context): Promise<void> => Promise.reject(new Error("It's broken")));
`;

const greet = `import names from "./names.json" with { type: "json" };
import { greeting } from "../Alcaidefile.ts";
export enum Greeting { Short = "Hi", Long = "Good day" }
export function greet(how: Greeting): string { return \`\${how}, \${names[0]}, it's "\${greeting.description}"\`; }
`;

/** The output of one form of the program: the commands with their outcomes. */
interface Said {
  readonly line: string;
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Differences between two runs of the same program: times, places, and a disk's free space. */
function steady(text: string, { directory }: Project): string {
  return text
    .replaceAll(directory, "DIRECTORY")
    .replaceAll("DIRECTORY/Alcaidefile.ts:", "Alcaidefile.ts:")
    .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?( ?UTC|Z)?/g, "WHEN")
    .replaceAll(/\b\d+(\.\d+)?( seconds?| minutes?| ?m?s)\b( ago)?/g, "TIME")
    .replaceAll(/\bjust now\b/g, "TIME")
    .replaceAll(/[\d.]+ [kMGT]?B free of [\d.]+ [kMGT]?B|\b\d+(\.\d+)? [kMGT]?i?B\b/g, "SIZE")
    .replaceAll(/\bpid \d+/g, "pid N")
    // A step that takes long is named before it has ended.
    .replaceAll(/^• (.*)\n(?=[✓✗] \1 )/gm, "")
    // Columns are as wide as what stands in them.
    .replaceAll(/ {2,}/g, "  ");
}

/** The full path of a user, from nothing to your own task. */
async function walk(place: Place, project: Project, said: (line: string, result: Result) => void) {
  const run = async (...args: string[]) => {
    const result = await project.alcaide(args);
    said(args.join(" "), result);
    if (/^(setup|deploy|rollback)$/.test(args[0] ?? "")) assertEquals(result.code, 0, result.stderr);
    return result;
  };
  await run("version", "--quiet");
  await run("setup");
  await project.release({ text: "one" });
  await run("deploy");
  assertEquals((await ask(place, project, "/")).text, "one\n");
  await project.release({ text: "two" });
  await run("deploy");
  await run("run", "bin/app", "echo", "two words", "it's");
  await run("run", "exit 7");
  await run("logs", "--grep", "listening");
  await run("greeting");
  await run("broken");
  await run("help", "greeting");
  await run("greting");
  await run("rollback");
  assertEquals((await ask(place, project, "/")).text, "one\n");
  await run("releases");
}

/** Walks with one form of the program and gives all that it said. */
async function sayingOf(place: Place, form: ProgramForm, prepare = none): Promise<Said[]> {
  await using project = await makeProject(place, "shop", {}, form);
  await project.configure({}, tasks);
  await Deno.mkdir(join(project.directory, "tasks"));
  await Deno.writeTextFile(join(project.directory, "tasks", "greet.ts"), greet);
  await Deno.writeTextFile(join(project.directory, "tasks", "names.json"), '["world"]');
  await prepare(project);
  const all: Said[] = [];
  await walk(place, project, (line, { code, stdout, stderr }) => {
    // Only the version names the form.
    const shown = line.startsWith("version") ? stdout.replace(/ \(.*/, "") : stdout;
    all.push({ line, code, stdout: steady(shown, project), stderr: steady(stderr, project) });
  });
  await removeApp(place, "shop");
  return all;
}

function none(_: Project): Promise<void> {
  return Promise.resolve();
}

/** What `init` says and writes in an empty directory. */
async function initOf(form: ProgramForm, place: Place): Promise<unknown> {
  await using project = await makeProject(place, "shop", {}, form);
  await Deno.remove(join(project.directory, "Alcaidefile.ts"));
  const { code, stdout, stderr } = await project.alcaide(["init"]);
  const files: Record<string, string> = {};
  for (const name of ["Alcaidefile.ts", "alcaide.d.ts", ".gitignore"]) {
    const text = await Deno.readTextFile(join(project.directory, name));
    files[name] = text.replace(/alcaide.e2e.shop.[0-9a-z_]+/g, "shop");
  }
  return { code, stdout, stderr, files };
}

const skip = onlyOnTestHost("be asked by several forms of the program") ?? await compilingUnavailable();

scenario("sources, binary and baked binary: one path, the same words", async (place, part) => {
  const work = await Deno.makeTempDir({ prefix: "alcaide-forms-" });
  const sources = {
    command: [Deno.execPath(), "run", "-A", "--quiet", join(repository, "mod.ts")],
    env: { PATH: Deno.env.get("PATH") ?? "", DENO_DIR: await cacheDirectory() },
  };
  const bare = bareEnvironment(join(work, "deno"));
  let expected: Said[] = [];
  const program = join(work, "alcaide");
  try {
    await part("Deno runs the sources", async () => {
      expected = await sayingOf(place, sources);
      const ends = expected.map(({ line, code }) => `${line}: ${code}`);
      assertEquals(ends.filter((end) => !end.endsWith(": 0")), ["run exit 7: 7", "broken: 1", "greting: 2"]);
      const text = expected.map(({ stdout, stderr }) => stdout + stderr).join("");
      assertMatch(text, /Good day, world, it's "Greet from the jail"/);
      assertMatch(text, /Alcaidefile\.ts:\d+:\d+/);
    });

    await part("a binary does the same without Deno, packages and a registry", async () => {
      await compileProgram(work);
      const form = { command: [program], env: bare };
      // The setup of the first has prepared the host; nothing else may differ.
      assertEquals(afterSetup(await sayingOf(place, form)), afterSetup(expected));
      assertEquals(await initOf(form, place), await initOf(sources, place));
      assertEquals(await Deno.stat(bare["DENO_DIR"] ?? "").catch(() => undefined), undefined);
    });

    await part("a binary with the Alcaidefile in it does the same without the Alcaidefile", async () => {
      const form = { command: [join(work, "shop")], env: bare };
      const said = await sayingOf(
        place,
        form,
        (project) => bake(project, { program, output: join(work, "shop") }),
      );
      assertEquals(afterSetup(said), afterSetup(expected));
    });
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}, { skip });

function afterSetup(said: readonly Said[]): Said[] {
  return said.filter(({ line }) => line !== "setup");
}

async function bake(
  { directory }: Project,
  { program, output }: { program: string; output: string },
): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, {
    args: ["compile", "-o", output],
    cwd: directory,
    env: { PATH: await compilerPath(), DENORT_BIN: Deno.env.get("DENORT_BIN") ?? "" },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  for (const name of ["Alcaidefile.ts", "tasks"]) {
    await Deno.remove(join(directory, name), { recursive: true });
  }
}
