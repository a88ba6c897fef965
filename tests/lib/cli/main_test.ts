import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { SignalSource } from "../../../lib/cli/signals.ts";
import { AlcaideError } from "../../../lib/core/error.ts";
import { task } from "../../../lib/task/task.ts";
import { good, inDirectory } from "./running.ts";

Deno.test("main() runs a task with its configuration, words and options", async () => {
  await inDirectory(good, async (run, directory) => {
    const { status, ctx, closed } = await run(["look", "-d", "a", "b"]);
    assertEquals([status, ctx?.args, ctx?.options["deep"], closed()], [0, ["a", "b"], true, 1]);
    assertEquals([ctx?.config.app, ctx?.config.directory, ctx?.directory], ["shop", directory, directory]);
  });
});

Deno.test("main() finds the Alcaidefile above the working directory", async () => {
  await inDirectory(good, async (run, directory) => {
    await Deno.mkdir(`${directory}/a/b`, { recursive: true });
    const { ctx } = await run(["look"], { cwd: `${directory}/a/b` });
    assertEquals(ctx?.directory, directory);
  });
});

Deno.test("main() takes the Alcaidefile that -c names, before or behind the task", async () => {
  await inDirectory(undefined, async (run, directory) => {
    await Deno.writeTextFile(`${directory}/other.ts`, good);
    for (const args of [["-c", "other.ts", "look"], ["look", `--config=${directory}/other.ts`]]) {
      assertEquals((await run(args)).ctx?.config.app, "shop");
    }
  });
});

Deno.test("main() hands the environment to the configuration, before or behind the task", async () => {
  const file =
    `export default ({ environment }) => ({ app: environment ?? "none", server: "a", build: { prebuilt: "x" } });
    export async function own() {}
    own.args = [];`;
  await inDirectory(file, async (run) => {
    for (
      const args of [["-e", "staging", "look"], ["look", "-e", "staging"], ["look", "x", "-e", "staging"]]
    ) {
      const { ctx } = await run(args);
      assertEquals([ctx?.config.app, ctx?.config.environment], ["staging", "staging"]);
    }
    assertEquals((await run(["look"])).ctx?.config.app, "none");
    assertEquals((await run(["own", "-e", "staging"])).status, 0);
  });
});

Deno.test("main() hands everything behind a passing task's name on untouched", async () => {
  await inDirectory(good, async (run) => {
    const words = ["ls", "-l", "--json", "-e", "x", "--", "--help", "007"];
    const { status, ctx } = await run(["run", ...words]);
    assertEquals([status, ctx?.args, ctx?.config.environment], [0, words, undefined]);
  });
});

Deno.test("main() runs the functions of the Alcaidefile", async () => {
  const file = `${good}export async function hello({ ui, args }) { ui.info("hello " + args[0]); return 5; }`;
  await inDirectory(file, async (run) => {
    const { status, said } = await run(["hello", "you"]);
    assertEquals(status, 5);
    assertStringIncludes(said, "hello you");
  });
});

Deno.test("main() lets an own task take a built-in's place", async () => {
  await inDirectory(`${good}export async function look({ ui }) { ui.info("mine"); }`, async (run) => {
    const { ctx, said } = await run(["look"]);
    assertEquals(ctx, undefined);
    assertStringIncludes(said, "mine");
  });
});

Deno.test("main() gives an own task the whole public API", async () => {
  const file = `import { defineConfig, task } from "alcaide";
    export default defineConfig({ app: "shop", server: "a", build: { prebuilt: "x" } });
    export const mine = task({ description: "Mine", options: { n: { type: "number", description: "N" } },
      run: async (ctx) => ctx.options.n as number });`;
  await inDirectory(file, async (run) => assertEquals((await run(["mine", "--n", "7"])).status, 7));
});

Deno.test("main() passes a task's exit status on", async () => {
  await inDirectory(good, async (run) => assertEquals((await run(["nine"])).status, 9));
});

Deno.test("main() reports a failure and gives its exit status", async () => {
  await inDirectory(good, async (run) => {
    const { status, ui, closed } = await run(["fail"]);
    assertEquals([status, ui.errors, closed()], [75, ["Error: Cannot take the lock"], 1]);
  });
});

Deno.test("main() reports what nobody foresaw with status 1", async () => {
  await inDirectory(good, async (run) => {
    const { status, ui } = await run(["crash"]);
    assertEquals(status, 1);
    assertMatch(ui.errors[0] ?? "", /^Error: x is undefined\n.*--verbose/);
  });
});

Deno.test("main() says every problem of the configuration and which file it is", async () => {
  await inDirectory("export default { app: 'x-y' };", async (run, directory) => {
    const { status, ui } = await run(["look"]);
    assertEquals([status, ui.errors[0]?.match(/Cannot use/g)?.length], [78, 3]);
    assertStringIncludes(ui.errors[0] ?? "", `Read from ${directory}/Alcaidefile.ts`);
  });
});

Deno.test("main() runs a task without configuration where there is none", async () => {
  await inDirectory(undefined, async (run, directory) => {
    const { status, ctx } = await run(["bare"]);
    assertEquals([status, ctx?.directory], [0, directory]);
  });
});

Deno.test("main() gives no servers to a task without configuration", async () => {
  await inDirectory(undefined, async (run) => {
    const { status, ui } = await run(["greedy"]);
    assertEquals(status, 1);
    assertStringIncludes(
      ui.errors[0] ?? "",
      "Cannot give servers to a task that runs without a configuration",
    );
  });
});

const refusals: readonly [args: string[], status: number, said: string][] = [
  [["lok"], 2, 'Error: Cannot find the task "lok"\n  Hint: Did you mean "look"?'],
  [["mine2"], 2, 'Error: Cannot find the task "mine2"\n  Hint: Did you mean "mine"?'],
  [["--jsn", "look"], 2, 'Error: Cannot understand the option --jsn\n  Hint: Did you mean "--json"?'],
  [["look", "--dep"], 2, 'Error: Cannot understand the option --dep\n  Hint: Did you mean "--deep"?'],
  [
    ["one"],
    2,
    'Error: Cannot run one without NAME\n  Hint: Run "alcaide help one" for its arguments and options',
  ],
  [["look", "-qv"], 2, "Error: Cannot be quiet and verbose at once\n  Hint: Leave out --quiet or --verbose"],
  [
    ["-q", "look", "-v"],
    2,
    "Error: Cannot be quiet and verbose at once\n  Hint: Leave out --quiet or --verbose",
  ],
  [["-c"], 2, "Error: Cannot use --config without a value\n  Hint: Write --config=VALUE"],
  [["help", "lok"], 2, 'Error: Cannot find the task "lok"\n  Hint: Did you mean "look"?'],
];

for (const [args, status, said] of refusals) {
  Deno.test(`main() refuses "alcaide ${args.join(" ")}"`, async () => {
    await inDirectory(`${good}export async function mine() {}`, async (run) => {
      const found = await run(args);
      assertEquals([found.status, found.ui.errors], [status, [said]]);
    });
  });
}

Deno.test("main() says where it looked for an Alcaidefile", async () => {
  await inDirectory(undefined, async (run, directory) => {
    const { status, ui } = await run(["look"]);
    assertEquals([status, ui.errors], [78, [
      `Error: Cannot use Alcaidefile.ts: there is none in ${directory} and the directories above it\n` +
      '  Run "alcaide init" to write one, or name one with -c FILE',
    ]]);
  });
});

Deno.test("main() says that own tasks are unknown where there is no Alcaidefile", async () => {
  await inDirectory(undefined, async (run, directory) => {
    const { status, ui } = await run(["warm"]);
    assertEquals(status, 2);
    assertStringIncludes(ui.errors[0] ?? "", `There is no Alcaidefile in ${directory}`);
  });
});

Deno.test("main() hands the choice of output on, before or behind the task", async () => {
  await inDirectory(good, async (run) => {
    const { choice } = await run(["--json", "look", "-v", "--yes", "--no-color"]);
    assertEquals(choice, { json: true, verbose: true, quiet: false, yes: true, noColor: true });
  });
});

Deno.test("main() tells mistakes in the form that the command line asks for", async () => {
  await inDirectory(
    good,
    async (run) => assertEquals((await run(["look", "--json", "--nope"])).choice?.json, true),
  );
});

for (
  const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGQUIT", 131], ["SIGHUP", 129]] as const
) {
  Deno.test(`main() ends with ${code} when ${signal} stops a task`, async () => {
    const listeners = new Map<string, () => void>();
    const signals: SignalSource = {
      addSignalListener: (name, listener) => void listeners.set(name, listener),
      removeSignalListener: (name) => void listeners.delete(name),
    };
    const wait = task("Wait", async (ctx) => {
      listeners.get(signal)?.();
      // As a library would, that knows nothing of the reason.
      if (ctx.signal.aborted) {
        throw await Promise.resolve(new DOMException("The signal has been aborted", "AbortError"));
      }
    });
    await inDirectory(good, async (run) => {
      const { status, ui } = await run(["wait"], { signals, tasks: { wait } });
      assertEquals([status, ui.errors, listeners.size], [code, ["Interrupted"], 0]);
    });
  });
}

Deno.test("main() reports a failure while stopping as what it is", async () => {
  const listeners = new Map<string, () => void>();
  const signals: SignalSource = {
    addSignalListener: (name, listener) => void listeners.set(name, listener),
    removeSignalListener: () => {},
  };
  const wait = task("Wait", () => {
    listeners.get("SIGINT")?.();
    return Promise.reject(new AlcaideError("Cannot undo"));
  });
  await inDirectory(good, async (run) => {
    const { status, ui } = await run(["wait"], { signals, tasks: { wait } });
    assertEquals([status, ui.errors], [1, ["Error: Cannot undo"]]);
  });
});
