// An Alcaidefile of tasks: what it may leave out, what it may export, and what its functions may give.

import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Servers } from "../../../lib/remote/servers.ts";
import { good, inDirectory } from "./running.ts";

/** Tasks that ask for nothing, for a field, and for servers. */
const tasks = `import { task, withSecrets } from "alcaide";
export const hello = task("Say hello", async (ctx) => {
  const { local, directory, signal } = ctx;
  const own = { ...ctx, args: ["x"], config: (await withSecrets(ctx)).config };
  ctx.ui.info("hello from " + own.config.directory + " with " + own.config.jail.port);
  ctx.ui.info("secrets: " + await ctx.secrets.exists());
});
export const name = async ({ config, ui }) => void ui.info("this is " + config.app);
export const all = async ({ servers }) => { await servers.each(async () => {}); };
export const first = async ({ servers }) => void servers.first;
export const build = async ({ config }) => void config.build;
`;

const none = "Cannot use FILE: it exports no configuration\n  Write export default defineConfig({ … })";
const noServer =
  'Cannot use server: it is missing\n  Give "root@203.0.113.7", a record such as { host: "203.0.113.7" }, or a list of them';
const noBuild =
  'Cannot use build: it is missing\n  Give { prebuilt: "dist" }, { command: "make", result: "dist" } or phoenix()';
const noApp = 'Cannot use app: it is missing\n  Give a text such as "shop"';

/** A default export, and what each task says: undefined when it runs. */
const cases: readonly [
  title: string,
  file: string,
  said: Readonly<Record<string, readonly string[] | undefined>>,
][] = [
  ["no configuration", "", {
    ...{ hello: undefined, name: [none], all: [none], first: [none], build: [none], look: [none] },
  }],
  ["an empty configuration", "export default {};", {
    ...{ hello: undefined, name: [noApp], all: [noServer], first: [noServer], build: [noBuild] },
    look: [noApp, noServer, noBuild],
  }],
  ["no build", 'export default { app: "shop", server: "a" };', {
    ...{
      hello: undefined,
      name: undefined,
      all: undefined,
      first: undefined,
      build: [noBuild],
      look: [noBuild],
    },
  }],
  ["no server", 'export default { app: "shop", build: { prebuilt: "x" } };', {
    ...{ hello: undefined, name: undefined, all: [noServer], build: undefined, look: [noServer] },
  }],
  [
    "no app, and a build made for one",
    'import { phoenix } from "alcaide"; export default { build: phoenix() };',
    {
      ...{ hello: undefined, name: [noApp], build: [noApp], look: [noApp, noServer] },
    },
  ],
  [
    "a function that says the environment",
    "export default ({ environment }) => ({ env: { E: environment ?? '' } });",
    {
      ...{ hello: undefined, name: [noApp] },
    },
  ],
];
/** Servers that do nothing. */
const connect = () => ({
  each: () => Promise.resolve([]),
  first: {},
  [Symbol.asyncDispose]: () => Promise.resolve(),
} as unknown as Servers);

for (const [title, file, said] of cases) {
  for (const [task, problems] of Object.entries(said)) {
    Deno.test(`main() with ${title}: "${task}" ${problems ? "says what is missing" : "runs"}`, async () => {
      await inDirectory(`${file}\n${tasks}`, async (run, directory) => {
        const { status, ui } = await run([task], { connect });
        const path = `${directory}/Alcaidefile.ts`;
        const lines = problems?.map((one) => `Error: ${one.replace("FILE", path)}`) ?? [];
        if (problems && !problems.includes(none)) lines.push(`    Read from ${path}`);
        assertEquals([status, ui.errors], problems ? [78, [lines.join("\n")]] : [0, []]);
      });
    });
  }
}

Deno.test("main() gives a task without a configuration its directory, the defaults and the secrets", async () => {
  await inDirectory(tasks, async (run, directory) => {
    const { said } = await run(["-e", "staging", "hello"]);
    assertStringIncludes(said, `hello from ${directory} with 4000`);
    assertStringIncludes(said, "secrets: false");
  });
});

Deno.test("main() says what is wrong also beside what is missing, to every task", async () => {
  await inDirectory(`export default { app: "x-y" };\n${tasks}`, async (run) => {
    const { status, ui } = await run(["hello"]);
    assertEquals([status, ui.errors[0]?.match(/Cannot use (\w+)/g)], [78, [
      ...["Cannot use app", "Cannot use server", "Cannot use build"],
    ]]);
  });
});

for (const task of ["deploy", "setup", "rollback"] as const) {
  Deno.test(`${task} called by a task says at once all that is missing`, async () => {
    const text = `import { ${task} } from "alcaide";
      export default { app: "shop" };
      export const mine = async (ctx) => { await ${task}(ctx); };`;
    await inDirectory(text, async (run) => {
      const { status, ui } = await run(["mine"], { connect });
      assertEquals(status, 78);
      assertStringIncludes(ui.errors[0] ?? "", `Error: ${noServer}\nError: ${noBuild}\n`);
    });
  });
}

for (
  const file of ["", "export default {};", "export default () => { throw new Error('KEY is not set'); };"]
) {
  Deno.test(`alcaide tasks and completions know the tasks beside "${file}"`, async () => {
    await inDirectory(`${file}\n${tasks}`, async (run) => {
      const { status, ui } = await run(["tasks"]);
      assertEquals([status, ui.errors], [0, []]);
      assertStringIncludes(ui.results[0] ?? "", "  hello        Say hello");
      const { ui: completing } = await run(["__complete", "--", "hel"]);
      assertEquals(completing.events, [
        { type: "output", stream: "out", text: "hello\tSay hello\nhelp\tExplain a task\n" },
      ]);
    });
  });
}

/** Exports of an Alcaidefile besides its tasks. */
const exported = `
export const tasks = () => ["not a task"];
export const version = "1";
export const init = { a: 1 };
export const then = (resolve) => resolve("called");
export const help = function* () {};
export class Helper {}
export const nothing = undefined;
`;
for (const words of [["look"], ["nine"], ["tasks"], ["help"], ["__complete", "--", "ni"]]) {
  Deno.test(`main() runs "${words.join(" ")}" whatever else the Alcaidefile exports`, async () => {
    await inDirectory(good + exported, async (run) => {
      const { status, ui } = await run(words);
      assertEquals([status, ui.errors, ui.text().includes("can't be run")], [
        words[0] === "nine" ? 9 : 0,
        [],
        false,
      ]);
    });
  });
}

Deno.test("main() runs a task named then", async () => {
  await inDirectory(`${good}export const then = async () => 7;`, async (run) => {
    assertEquals((await run(["then"])).status, 7);
  });
});

for (const name of ["help", "bare", "tasks"]) {
  Deno.test(`alcaide tasks warns of a task that no command can run: ${name}`, async () => {
    const text = `import { task } from "alcaide"; ${good}export const ${name} = task("Mine", async () => 5);`;
    await inDirectory(text, async (run, directory) => {
      assertEquals((await run(["nine"])).status, 9);
      const { status, ui } = await run(["tasks"]);
      assertEquals([status, ui.events[0]], [0, {
        type: "warning",
        text:
          `The task "${name}" of ${directory}/Alcaidefile.ts can't be run: "alcaide ${name}" is a built-in task`,
        hint: "Give it another name",
      }]);
    });
  });
}

const generators = `import { task } from "alcaide";
${good}
export async function* deploy(ctx) { ctx.ui.info("ran"); }
export const sync = function* (ctx) { ctx.ui.info("ran"); };
export const made = task("Made", async function* (ctx) { ctx.ui.info("ran"); });
export const after = task({ description: "After", depends: [sync], run: async () => {} });
export const calls = task("Calls", async (ctx) => await made(ctx));
`;
for (const name of ["deploy", "sync", "made", "after", "calls"]) {
  Deno.test(`main() refuses a generator as a task: ${name}`, async () => {
    await inDirectory(generators, async (run) => {
      const { status, ui } = await run([name]);
      assertEquals([status, ui.text().includes("ran")], [1, false]);
      const [first, second, ...rest] = ui.errors[0]?.split("\n") ?? [];
      assertEquals(first, "Error: Cannot run a generator as a task: its body never runs");
      assertStringIncludes(second ?? "", `  in the task "${name}", `);
      assertEquals(rest.at(-1), "  Hint: Write the function without *");
    });
  });
}

const refused = {
  ...Object.fromEntries(["256", "-1", "1.5", "NaN", "Infinity"].map((text) => [text, `status ${text}`])),
  '"3"': "a string",
  "false": "a boolean",
  "3n": "a bigint",
};
for (const [given, named] of Object.entries(refused)) {
  Deno.test(`main() refuses ${given} as a task's status`, async () => {
    await inDirectory(`${good}export const odd = async () => ${given};`, async (run) => {
      const { status: code, ui } = await run(["odd"]);
      assertEquals(code, 1);
      assertStringIncludes(
        ui.errors[0] ?? "",
        `Error: Cannot end with ${named}: a status is a whole number from 0 to 255\n  in the task "odd"`,
      );
      assertStringIncludes(
        ui.errors[0] ?? "",
        "Hint: Return 1 for a failure, or throw an AlcaideError; ctx.ui.result shows a result",
      );
    });
  });
}

for (
  const [given, status] of [["0", 0], ["255", 255], ["undefined", 0], ["{ code: 3 }", 0], ["[1]", 0]] as const
) {
  Deno.test(`main() ends with ${status} for a task that returns ${given}`, async () => {
    await inDirectory(`${good}export const fine = async () => (${given});`, async (run) => {
      assertEquals((await run(["fine"])).status, status);
    });
  });
}
