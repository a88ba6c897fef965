// Alcaidefiles that wait for something that never comes.

import { assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { patiently } from "../../../lib/cli/patience.ts";
import { ConfigError } from "../../../lib/core/error.ts";

const module = (path: string) => JSON.stringify(new URL(`../../../${path}`, import.meta.url).href);

/** Runs the program, which gives up soon, on an Alcaidefile in a process of its own: what never ends has to end with that. */
async function run(
  text: string,
  args: readonly string[],
  limit = 50,
): Promise<{ status: number; said: string[] }> {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${directory}/Alcaidefile.ts`, text);
    const program = `
import { main } from ${module("lib/cli/main.ts")};
import { memoryUi } from ${module("tests/fake/memory_ui.ts")};
import { config } from ${module("tasks/config.ts")};
const said = [];
const ui = () => {
  const made = memoryUi();
  return { ...made, info: (text) => said.push(text), fail: (error, place) => {
    made.fail(error, place);
    said.push(...made.errors);
  } };
};
const options = { tasks: { config }, version: "1", cwd: ${JSON.stringify(directory)}, ui };
const patience = { tell: ${limit === 50 ? 1 : limit}, limit: ${limit} };
main(${JSON.stringify(args)}, { ...options, patience }).then((status) => {
  console.log(JSON.stringify({ status, said }));
  Deno.exit(0);
});`;
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-lock", program],
      cwd: fromFileUrl(new URL("../../../", import.meta.url)),
      env: { NO_COLOR: "1" },
    }).output();
    const decoder = new TextDecoder();
    const last = decoder.decode(stdout).trim().split("\n").at(-1) ?? "";
    if (last === "") throw new Error(decoder.decode(stderr));
    return JSON.parse(last.replaceAll(directory, ""));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const hint = "  Look for an await of a promise that is never settled, here or in what it imports";
const limit = (what: string) =>
  `Error: Cannot use /Alcaidefile.ts: ${what} does not end: it is still waiting after 0.05 s\n${hint}`;

Deno.test("an await at the top level that never ends is said, and given up with status 78", async () => {
  assertEquals(await run(`await new Promise(() => {});\nexport default {};\n`, ["config"]), {
    status: 78,
    said: ["Waiting for an await at its top level of /Alcaidefile.ts", limit("an await at its top level")],
  });
});

Deno.test("a configuration function that never ends is given up at once where nothing is left to do", async () => {
  assertEquals(await run(`export default () => new Promise(() => {});\n`, ["config"], 60_000), {
    status: 78,
    said: [
      "Error: Cannot use /Alcaidefile.ts: its configuration function does not end: nothing is left to do, and yet it waits\n" +
      hint,
    ],
  });
});

Deno.test("a configuration function that waits while something runs on is given up after a while", async () => {
  const file = `setInterval(() => {}, 1000);\nexport default () => new Promise(() => {});\n`;
  assertEquals(await run(file, ["config"]), {
    status: 78,
    said: [
      "Waiting for its configuration function of /Alcaidefile.ts",
      limit("its configuration function"),
    ],
  });
});

Deno.test("completion offers what is known without an Alcaidefile that never ends", async () => {
  assertEquals(await run(`await new Promise(() => {});\n`, ["__complete", "--", "conf"]), {
    status: 0,
    said: [],
  });
});

Deno.test("patiently() counts from the moment when everything is loaded", async () => {
  const awaited = { path: "a", what: "b", keepAlive: true };
  const soon = { tell: 0, limit: 0 };
  const later = () => new Promise<void>((resolve) => setTimeout(resolve, 20));
  assertEquals(await patiently(awaited, () => later().then(() => "loaded"), soon), "loaded");
  const never = (begun: () => void) => later().then(begun).then(() => new Promise(() => {}));
  await assertRejects(() => patiently(awaited, never, soon), ConfigError, "b does not end");
});
