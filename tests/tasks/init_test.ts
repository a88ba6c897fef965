import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { configKeys, jailKeys } from "../../lib/config/config.ts";
import { resolveConfig } from "../../lib/config/resolve.ts";
import { AlcaideError, ConfigError, UsageError } from "../../lib/core/error.ts";
import { loadAlcaidefile } from "../../lib/cli/loader.ts";
import { memoryUi } from "../fake/memory_ui.ts";
import * as internal from "../../internal.ts";
import * as api from "../../mod.ts";
import { init } from "../../tasks/init.ts";
import { alcaidefileText } from "../../lib/init/alcaidefile.ts";
import { withMixAlias } from "../../lib/init/mix.ts";
import { templateNames, templates } from "../../lib/init/templates.ts";
import { typesText } from "../../lib/init/types.ts";
import type { Context } from "../../lib/task/context.ts";

/** A run with options, or with somebody who is asked and gives these answers, then none. */
type Run = (
  how?: Readonly<Record<string, unknown>> & { answers?: readonly (string | null)[] },
) => Promise<Ran>;

async function inDirectory(name: string, use: (directory: string, run: Run) => Promise<void>) {
  const parent = await Deno.makeTempDir();
  const directory = `${parent}/${name}`;
  await Deno.mkdir(directory);
  const run: Run = async ({ answers, ...options } = {}) => {
    const questions: string[] = [];
    const line = (question: string) => Promise.resolve(answers?.[questions.push(question) - 1] ?? null);
    const confirm = async (question: string) => await line(question) === "y";
    const person = { line, confirm, secret: () => Promise.resolve(null) };
    const ui = memoryUi(answers === undefined ? {} : { person });
    await init({ ui, directory, options } as unknown as Context);
    const infos = ui.events.flatMap((event) => event.type === "info" ? [event.text] : []);
    return { infos, text: ui.results[0] ?? "", questions };
  };
  try {
    await use(directory, run);
  } finally {
    await Deno.remove(parent, { recursive: true });
  }
}

interface Ran {
  readonly infos: string[];
  readonly text: string;
  readonly questions: readonly string[];
}

/** The questions that are asked of every app. */
const values = [
  "Name of the app? (empty for shop)",
  "Server, as user@host? (empty for later)",
  "Domain? (empty for none yet)",
];

Deno.test("init writes an Alcaidefile, types and .gitignore, and says what comes next", async () => {
  await inDirectory("shop", async (directory, run) => {
    const { infos, text } = await run();
    assertEquals(infos, ["Alcaidefile.ts: written", "alcaide.d.ts: written", ".gitignore: written"]);
    assertMatch(text, /^Next:\n/);
    assertEquals(await Deno.readTextFile(`${directory}/.gitignore`), ".alcaide/\n");
  });
});

Deno.test("init writes for the kind of app that it finds, and says so", async () => {
  await inDirectory("shop", async (directory, run) => {
    await Deno.writeTextFile(`${directory}/go.mod`, "module shop\n");
    const { infos, questions } = await run({ answers: [] });
    assertEquals([infos[0], questions], ["go.mod: Go, by go build", values]);
    const file = await loadAlcaidefile(`${directory}/Alcaidefile.ts`);
    assertEquals(resolveConfig(await file.config(), { directory }).start, "./shop");
  });
});

Deno.test("init --template counts more than what it finds", async () => {
  await inDirectory("shop", async (directory, run) => {
    await Deno.writeTextFile(`${directory}/go.mod`, "module shop\n");
    await run({ template: "static" });
    assertMatch(await Deno.readTextFile(`${directory}/Alcaidefile.ts`), /build: staticSite\(/);
  });
});

Deno.test("init asks at a terminal for the kind of app where no file tells", async () => {
  await inDirectory("shop", async (directory, run) => {
    const { infos, text, questions } = await run({ answers: [" Phoenix "] });
    assertEquals(questions, ["Which kind of app is it? (empty for another)", ...values]);
    assertEquals(infos[0], "phoenix  Phoenix, by mix release");
    assertMatch(text, /secrets set SECRET_KEY_BASE/);
    assertMatch(await Deno.readTextFile(`${directory}/Alcaidefile.ts`), /build: phoenix\(\)/);
    // One that is there is left alone: there is nothing to ask.
    assertEquals((await run({ answers: ["rails"] })).questions, []);
  });
});

for (const answer of ["", null]) {
  Deno.test(`init writes a plain Alcaidefile where the answer is ${JSON.stringify(answer)}`, async () => {
    await inDirectory("shop", async (directory, run) => {
      await run({ answers: [answer] });
      assertEquals(await Deno.readTextFile(`${directory}/Alcaidefile.ts`), alcaidefileText("shop"));
    });
  });
}

Deno.test("init writes nothing where the answer is no template", async () => {
  await inDirectory("shop", async (directory, run) => {
    const error = await assertRejects(() => run({ answers: ["phenix"] }), UsageError);
    assertEquals([error.message, error.hint], [
      'Cannot find the template "phenix"',
      'Did you mean "phoenix"?',
    ]);
    assertEquals(await Array.fromAsync(Deno.readDir(directory)), []);
  });
});

/** The configuration of the Alcaidefile in a directory. */
async function configOf(directory: string) {
  const file = await loadAlcaidefile(`${directory}/Alcaidefile.ts`);
  return resolveConfig(await file.config(), { directory });
}

Deno.test("init writes the name, the server and the domain that the person gives", async () => {
  await inDirectory("shop", async (directory, run) => {
    const answers = ["", " corner ", "deploy@198.51.100.7:2222", "corner.example.com"];
    const { text } = await run({ answers });
    const { app, servers: [server], domains } = await configOf(directory);
    assertEquals([app, server?.host, domains], ["corner", "198.51.100.7", ["corner.example.com"]]);
    assertMatch(text, /^Next:\n {2}1\. Write your build into Alcaidefile\.ts\n/);
  });
});

Deno.test("init asks for nothing that options say, and for nothing under --yes", async () => {
  await inDirectory("shop", async (directory, run) => {
    const { questions, text } = await run({ template: "node", server: "me@there", answers: ["corner"] });
    assertEquals([questions, (await configOf(directory)).app], [[values[0], values[2]], "corner"]);
    assertMatch(text, /^Next:\n {2}1\. "alcaide config" shows/);
  });
  await inDirectory("shop", async (directory, run) => {
    const { questions } = await run({ yes: true, domain: "a.example.com", answers: ["node"] });
    assertEquals([questions, (await configOf(directory)).domains], [[], ["a.example.com"]]);
  });
});

Deno.test("init writes nothing where a value can't be used, and says which", async () => {
  await inDirectory("shop", async (directory, run) => {
    const error = await assertRejects(() => run({ domain: "no domain", app: "Shop" }), ConfigError);
    assertEquals(error.problems.map(({ path }) => path), ["app", "domain"]);
    assertEquals(await Array.fromAsync(Deno.readDir(directory)), []);
  });
});

const mixExs = `defmodule Shop.MixProject do
  defp aliases do
    [
      setup: ["deps.get"]
    ]
  end
  defp deps, do: [{:phoenix, "~> 1.8"}]
end
`;

Deno.test("init adds mix alcaide.deploy when it is asked to, once", async () => {
  await inDirectory("shop", async (directory, run) => {
    const read = () => Deno.readTextFile(`${directory}/mix.exs`);
    await Deno.writeTextFile(`${directory}/mix.exs`, mixExs);
    assertEquals((await run({ answers: [] })).questions, [...values, 'Add "mix alcaide.deploy" to mix.exs?']);
    assertEquals(await read(), mixExs);
    assertEquals((await run({ mix: true })).infos[0], "mix.exs: extended");
    assertEquals(await read(), withMixAlias(mixExs));
    assertEquals((await run({ mix: true })).text, "Everything is there already");
  });
  await inDirectory("shop", async (directory, run) => {
    await Deno.writeTextFile(`${directory}/mix.exs`, mixExs);
    await run({ answers: ["", "", "", "y"] });
    assertEquals(await Deno.readTextFile(`${directory}/mix.exs`), withMixAlias(mixExs));
  });
});

Deno.test("init --mix says what is wrong with mix.exs, and writes nothing", async () => {
  await inDirectory("shop", async (directory, run) => {
    const missing = await assertRejects(() => run({ mix: true }), AlcaideError);
    assertEquals([missing.message, missing.hint], [
      `Cannot read ${directory}/mix.exs`,
      "Run it beside the project's mix.exs",
    ]);
    await Deno.writeTextFile(`${directory}/mix.exs`, "defmodule Shop.MixProject do\nend\n");
    const plain = await assertRejects(() => run({ mix: true }), AlcaideError);
    assertEquals([plain.message, plain.hint], [
      `Cannot add mix alcaide.deploy: ${directory}/mix.exs has no "defp aliases do"`,
      "Add the alias by hand: docs/phoenix.md shows it",
    ]);
    assertEquals((await Array.fromAsync(Deno.readDir(directory))).length, 1);
  });
});

Deno.test("init leaves everything alone the second time", async () => {
  await inDirectory("shop", async (_, run) => {
    await run();
    const { infos, text } = await run();
    assertEquals(infos, ["Alcaidefile.ts: left alone", "alcaide.d.ts: left alone", ".gitignore: left alone"]);
    assertEquals(text, "Everything is there already");
  });
});

Deno.test("init never overwrites", async () => {
  await inDirectory("shop", async (directory, run) => {
    const files = { "Alcaidefile.ts": "mine", "alcaide.d.ts": "mine", ".gitignore": "dist\n/.alcaide\n" };
    for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(`${directory}/${name}`, text);
    await run();
    for (const [name, text] of Object.entries(files)) {
      assertEquals(await Deno.readTextFile(`${directory}/${name}`), text);
    }
  });
});

Deno.test("init leaves alone an Alcaidefile in JavaScript", async () => {
  await inDirectory("shop", async (directory, run) => {
    await Deno.writeTextFile(`${directory}/Alcaidefile.js`, "mine");
    assertEquals((await run()).infos[0], "Alcaidefile.ts: left alone");
  });
});

Deno.test("init adds its lines to a .gitignore without a last line break", async () => {
  await inDirectory("shop", async (directory, run) => {
    await Deno.writeTextFile(`${directory}/.gitignore`, "dist");
    assertEquals((await run()).infos[2], ".gitignore: extended");
    assertEquals(await Deno.readTextFile(`${directory}/.gitignore`), "dist\n.alcaide/\n");
  });
});

Deno.test("init says what it cannot write", async () => {
  await inDirectory("shop", async (directory, run) => {
    await Deno.mkdir(`${directory}/.gitignore`);
    const error = await assertRejects(run, AlcaideError);
    assertEquals([error.message, error.hint], [
      `Cannot write ${directory}/.gitignore`,
      "Check the directory's permissions",
    ]);
  });
});

for (
  const [directory, app] of [
    ["shop", "shop"],
    ["My-App.web", "my_app_web"],
    ["42", "app"],
    ["Café", "cafe"],
    [
      "x_blue",
      "x",
    ],
  ] as const
) {
  Deno.test(`init calls the app in ${directory} ${app}`, async () => {
    await inDirectory(directory, async (path, run) => {
      await run();
      const file = await loadAlcaidefile(`${path}/Alcaidefile.ts`);
      assertEquals(resolveConfig(await file.config(), { directory: path }).app, app);
    });
  });
}

/** The Alcaidefile with all its comments made code. */
function uncommented(text: string): string {
  const [head = "", ...fields] = text.split("\n");
  const body = fields
    .map((line) => line.replace(/^(\s*)\/\/ (?=\w+: | {2}|\},|import |export |\}\);)/, "$1"))
    .filter((line) => !/^\s*build: \{ prebuilt/.test(line))
    .join("\n");
  return `${head}\n${body}`;
}

Deno.test("init writes an Alcaidefile whose commented fields are right and complete", async () => {
  await inDirectory("shop", async (directory, run) => {
    await run();
    await Deno.writeTextFile(`${directory}/full.ts`, uncommented(alcaidefileText("shop")));
    const { config: read, tasks } = await loadAlcaidefile(`${directory}/full.ts`);
    const config = await read();
    assertEquals(Object.keys(config as object).sort(), [...configKeys].sort());
    assertEquals(Object.keys((config as { jail: object }).jail), [...jailKeys]);
    assertEquals(Object.keys(tasks), ["kernel"]);
    assert(Object.isFrozen(resolveConfig(config, { directory })));
  });
});

Deno.test("init writes types that pass by themselves, with an Alcaidefile and its tasks, and find a mistake", async () => {
  await inDirectory("shop", async (directory, run) => {
    await run();
    const text = alcaidefileText("shop");
    await Deno.writeTextFile(`${directory}/full.ts`, uncommented(text));
    for (const name of templateNames) {
      await Deno.writeTextFile(`${directory}/${name}.ts`, alcaidefileText("shop", templates[name]));
    }
    await Deno.writeTextFile(`${directory}/wrong.ts`, text.replace("// keep: 5", 'keep: "5"'));
    const { stderr } = await new Deno.Command(Deno.execPath(), {
      args: "check --no-config --no-lock alcaide.d.ts Alcaidefile.ts full.ts wrong.ts".split(" ")
        .concat(templateNames.map((name) => `${name}.ts`)),
      cwd: directory,
      env: { NO_COLOR: "1" },
      stdout: "null",
      stderr: "piped",
    }).output();
    const output = new TextDecoder().decode(stderr);
    assertMatch(output, /Type 'string' is not assignable to type 'number'/);
    // The mistake is the only one.
    const places = [...output.matchAll(/ at file:.*\/(\S+?):\d+:\d+$/gm)].map(([, name]) => name);
    assertEquals([places[0], output.match(/\[ERROR\]/g)?.length], ["wrong.ts", 1], output);
  });
});

Deno.test("the types that init writes name every function, class and value of the library, and nothing else", async () => {
  const names = [...(await typesText()).matchAll(/^ {2}export (?:function|class|const) ([\w$]+)/gm)].map((
    [, name = ""],
  ) => name);
  assertEquals([...new Set(names)].sort(), [...Object.keys(api), ...Object.keys(internal)].sort());
});
