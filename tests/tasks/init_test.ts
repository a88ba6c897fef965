import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { configKeys, jailKeys } from "../../lib/config/config.ts";
import { resolveConfig } from "../../lib/config/resolve.ts";
import { AlcaideError } from "../../lib/core/error.ts";
import { loadAlcaidefile } from "../../lib/cli/loader.ts";
import * as internal from "../../internal.ts";
import * as api from "../../mod.ts";
import { alcaidefileText } from "../../lib/init/alcaidefile.ts";
import { templateNames, templates } from "../../lib/init/templates.ts";
import { typesText } from "../../lib/init/types.ts";
import { inDirectory, values } from "./initialising.ts";

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

for (const app of ["my_shop", "web"]) {
  Deno.test(`init calls the release of a Mix project as mix.exs does, in an app called ${app}`, async () => {
    await inDirectory("checkout", async (directory, run) => {
      await Deno.writeTextFile(
        `${directory}/mix.exs`,
        "app: :my_shop, deps: [{:phoenix, x}, {:postgrex, x}]",
      );
      await run(app === "web" ? { app } : {});
      const file = await loadAlcaidefile(`${directory}/Alcaidefile.ts`);
      const config = resolveConfig(await file.config(), { directory });
      assertEquals([config.app, config.start], [app, "bin/my_shop start"]);
    });
  });
}

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

Deno.test("init asks again where the answer is no template", async () => {
  await inDirectory("shop", async (directory, run) => {
    const { questions } = await run({ answers: ["phenix", "phoenix"] });
    assertEquals(
      questions[1],
      'Cannot find the template "phenix" (Did you mean "phoenix"?)\nWhich kind of app is it? (empty for another)',
    );
    assertStringIncludes(await Deno.readTextFile(`${directory}/Alcaidefile.ts`), "build: phoenix()");
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
    await Deno.writeTextFile(
      `${directory}/wrong.ts`,
      text.replace("// stopTimeout: 30", 'stopTimeout: "30"'),
    );
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
