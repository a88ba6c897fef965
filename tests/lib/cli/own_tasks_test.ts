// Tasks of the Alcaidefile, and the tasks that are about tasks.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { connectBySsh } from "../../../lib/task/make_context.ts";
import { memoryUi } from "../../fake/memory_ui.ts";
import { good, inDirectory } from "./running.ts";

const trouble = `import { AlcaideError, task, UsageError } from "alcaide";
export default { app: "shop", server: "a", build: { prebuilt: "x" } };
export const crash = task("Crash", async () => {
  await Promise.resolve();
  JSON.parse("{}").a.b();
});
export async function refuse() {
  throw new AlcaideError("Cannot do it", { hint: "Do another thing" });
}
export async function usage() {
  throw new UsageError("Cannot do it that way");
}
export async function text() {
  throw "a text";
}
export async function deep() {
  // Where the stack is used up a binary gives such a trace: no map is applied.
  const stack = "RangeError: too deep\\n    at f (file:///tmp/alcaide-source-0123abcd/0.mjs:1:1)";
  throw Object.assign(new RangeError("too deep"), { stack });
}
export async function nameless() {
  // As Deno writes the frame of a function without a name that waits.
  const stack = "Error: inside\\n    at async " + import.meta.url + ":8:9";
  throw Object.assign(new Error("inside"), { stack });
}
export const ask = task("Ask", async (ctx) => await ctx.confirm("Really?") ? 5 : 6);
`;

Deno.test("main() shows where in an own task something nobody foresaw happens", async () => {
  await inDirectory(trouble, async (run, directory) => {
    const { ui, status } = await run(["crash"]);
    const column = Number(/:5:(\d+)/.exec(ui.errors[0] ?? "")?.[1]);
    assertEquals([status, ui.errors], [1, [
      "Error: Cannot read properties of undefined (reading 'b')\n" +
      `  in the task "crash", ${directory}/Alcaidefile.ts:5:${column}\n` +
      '    5 |   JSON.parse("{}").a.b();\n' +
      `${" ".repeat(column + 7)}^`,
    ]]);
  });
});

Deno.test("main() shows where in an own task an error was thrown, and its hint below", async () => {
  await inDirectory(trouble, async (run, directory) => {
    const { ui } = await run(["refuse"]);
    assertMatch(
      ui.errors[0] ?? "",
      /^Error: Cannot do it\n {2}in the task "refuse", [^]*\n {2}Hint: Do another thing$/,
    );
    assertStringIncludes(ui.errors[0] ?? "", `${directory}/Alcaidefile.ts:8:9`);
  });
});

Deno.test("main() shows the line of a function without a name that waits", async () => {
  await inDirectory(trouble, async (run, directory) => {
    const { ui } = await run(["nameless"]);
    assertStringIncludes(ui.errors[0] ?? "", `in the task "nameless", ${directory}/Alcaidefile.ts:8:9\n`);
  });
});

for (const name of ["text", "deep"]) {
  Deno.test(`main() names at least task and file where nothing tells the line (${name})`, async () => {
    await inDirectory(trouble, async (run, directory) => {
      const { ui } = await run([name]);
      assertStringIncludes(ui.errors[0] ?? "", `\n  in the task "${name}", ${directory}/Alcaidefile.ts`);
    });
  });
}

Deno.test("main() shows the own task's line that called for a failure of SSH, which happens in a library", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    // An SSH of 1998, which SSH's library refuses at once.
    for await (const socket of listener) await socket.write(new TextEncoder().encode("SSH-1.5-old\r\n"));
  })().catch(() => {});
  const file = `import { sh, task } from "alcaide";
export default {
  app: "shop", server: "root@127.0.0.1:${listener.addr.port}", build: { prebuilt: "x" }, start: "x",
};
export const kernel = task("Ask for the kernel", async ({ servers }) => {
  await Promise.resolve();
  await servers.each((server) => server.read(sh\`uname -r\`));
});
`;
  await inDirectory(file, async (run, directory) => {
    const { ui, status } = await run(["kernel"], { connect: connectBySsh });
    assertEquals(status, 1);
    assertMatch(ui.errors[0] ?? "", /^Error: Cannot connect to "root@127.0.0.1:\d+": [^]* 7 \| /);
    assertStringIncludes(ui.errors[0] ?? "", `in the task "kernel", ${directory}/Alcaidefile.ts:7:41\n`);
  });
  listener.close();
  await serving;
});

Deno.test("main() shows the own task's line that called for what a package of npm throws", async () => {
  const file = `import { broken } from "./node_modules/broken/mod.js";
export default { app: "shop", server: "a", build: { prebuilt: "x" } };
export async function use() {
  broken();
}
`;
  await inDirectory(file, async (run, directory) => {
    await Deno.mkdir(`${directory}/node_modules/broken`, { recursive: true });
    await Deno.writeTextFile(
      `${directory}/node_modules/broken/mod.js`,
      "export function broken() { null.x; }\n",
    );
    const { ui } = await run(["use"]);
    assertStringIncludes(ui.errors[0] ?? "", `in the task "use", ${directory}/Alcaidefile.ts:4:3\n`);
  });
});

Deno.test("main() shows no place for what is wrong with the command line", async () => {
  await inDirectory(trouble, async (run) => {
    assertEquals((await run(["usage"])).ui.errors, ["Error: Cannot do it that way"]);
  });
});

Deno.test("main() lets a task ask, and says what to do where nobody can answer", async () => {
  await inDirectory(trouble, async (run) => {
    assertEquals((await run(["ask"], { ui: () => memoryUi({ answer: true }) })).status, 5);
    assertEquals((await run(["ask"], { ui: () => memoryUi({ answer: false }) })).status, 6);
    const { status, ui } = await run(["ask"]);
    assertEquals(status, 1);
    assertStringIncludes(ui.errors[0] ?? "", 'Error: Cannot ask "Really?": there is no terminal\n');
    assertStringIncludes(ui.errors[0] ?? "", "Hint: Answer with --yes, or run it at a terminal");
  });
});

const loose = `import { task } from "alcaide";
export default { app: "shop", server: "a", build: { prebuilt: "x" } };
export const rejected = task("Forget a promise", async ({ ui }) => {
  void Promise.reject(new Error("boom"));
  await new Promise((resolve) => setTimeout(resolve, 5));
  ui.info("it went on");
});
export const thrown = task("Throw in a timer", async ({ signal }) => {
  setTimeout(() => { throw new TypeError("late"); }, 1);
  await new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("stopped"))));
});
export const never = task("Wait for nothing", () => {
  queueMicrotask(() => dispatchEvent(new Event("beforeunload", { cancelable: true })));
  return new Promise(() => {});
});
`;

Deno.test("main() shows where an own task lets a promise be rejected that nobody awaits", async () => {
  await inDirectory(loose, async (run, directory) => {
    const { ui, status } = await run(["rejected"]);
    assertEquals([status, ui.errors], [1, [
      `Error: boom\n  in the task "rejected", ${directory}/Alcaidefile.ts:4:23\n` +
      '    4 |   void Promise.reject(new Error("boom"));\n' +
      `${" ".repeat(30)}^`,
    ]]);
  });
});

Deno.test("main() stops an own task in whose timer something is thrown, and shows where", async () => {
  await inDirectory(loose, async (run, directory) => {
    const { ui, status } = await run(["thrown"]);
    assertEquals(status, 1);
    assertStringIncludes(
      ui.errors[0] ?? "",
      `Error: late\n  in the task "thrown", ${directory}/Alcaidefile.ts:9:`,
    );
  });
});

Deno.test("main() fails when an own task waits for what can't happen any more", async () => {
  await inDirectory(loose, async (run) => {
    const { ui, status } = await run(["never"]);
    assertEquals(status, 1);
    assertStringIncludes(
      ui.errors[0] ?? "",
      "Cannot finish: the task waits for something that never happens",
    );
    assertStringIncludes(ui.errors[0] ?? "", "Hint: A promise in the Alcaidefile is never settled");
  });
});

Deno.test("main() lists tasks for programs, with what they take", async () => {
  await inDirectory(`${good}export async function mine() {}`, async (run) => {
    const { ui } = await run(["tasks", "--json"]);
    const [event] = ui.events;
    const { tasks } = (event as { value: { tasks: { name: string; source: string }[] } }).value;
    assertEquals(
      tasks.at(-1),
      {
        ...{ source: "Alcaidefile", name: "mine", group: null, description: "" },
        ...{ args: null, options: {}, examples: [] },
      } as unknown as typeof tasks[number],
    );
    assertEquals(tasks.filter(({ source }) => source === "built-in").map(({ name }) => name), [
      ...["look", "run", "one", "bare", "nine", "fail", "crash", "greedy", "tasks", "completions"],
    ]);
  });
});
