// Completions of the built-in tasks: names of releases, secrets, accessories and servers, without a server or a key.

import { assertEquals } from "@std/assert";
import { main } from "../../lib/cli/main.ts";
import { rememberBegun, rememberLive, withCache } from "../../lib/task/seen_releases.ts";
import { memoryUi } from "../fake/memory_ui.ts";
import { builtInTasks } from "../../tasks/mod.ts";
import { releases } from "../../tasks/releases.ts";
import { status } from "../../tasks/status.ts";
import { rollback } from "../../tasks/rollback.ts";
import { fakeContext } from "../fake/context.ts";
import { copyModel } from "../fake/model.ts";
import { fakeServer } from "../fake/server.ts";
import { serverAfter } from "../lib/deploy/deploying.ts";
import { directory } from "../lib/secrets/directory.ts";

const alcaidefile = `export default {
  app: "shop",
  server: ["root@203.0.113.7", { host: "203.0.113.8", tags: ["jobs"] }],
  build: { prebuilt: "x" },
  accessories: {
    db: { packages: ["x"], ports: [1], start: "x", server: "all" },
    cache: { packages: ["x"], ports: [2], start: "x", server: "all" },
  },
};
`;
const after = await serverAfter(3);

/** Candidates for the last of some words; finding them must neither say nor ask anything. */
async function completed(cwd: string, ...words: string[]): Promise<string[]> {
  const ui = memoryUi();
  const options = { tasks: builtInTasks, version: "1", cwd, cache: `${cwd}/cache`, ui: () => ui };
  const code = await main(["__complete", "--", ...words], options);
  assertEquals([code, ui.errors, ui.events.filter(({ type }) => type !== "output")], [0, [], []]);
  const text = ui.events.map((event) => event.type === "output" ? event.text : "").join("");
  return text.split("\n").filter((line) => line !== "").map((line) => line.split("\t")[0] ?? "");
}

/** A context of the same app on one server, whose program keeps what it saw. */
function keeping(cwd: string, options: Record<string, unknown> = {}) {
  return withCache(
    fakeContext({ servers: [fakeServer({ model: copyModel(after) })], options }),
    `${cwd}/cache`,
  );
}

Deno.test("completion names secrets, accessories and servers", async () => {
  await using dir = await directory();
  await Deno.writeTextFile(`${dir.path}/Alcaidefile.ts`, alcaidefile);
  await dir.encrypt({ A_KEY: "x", B_KEY: "y" });
  await dir.encrypt({ STAGED: "x" }, "alcaide.staging.secrets", "staging");
  const cases: readonly [words: string[], values: string[]][] = [
    [["secrets", "show", ""], ["A_KEY", "B_KEY"]],
    [["secrets", "set", "B"], ["B_KEY"]],
    [["secrets", "set", "A_KEY", ""], []],
    [["secrets", "unset", "A_KEY", ""], ["B_KEY"]],
    [["secrets", "rotate", ""], []],
    [["-e", "staging", "secrets", "show", ""], ["STAGED"]],
    [["secrets", "show", "-e", "staging", ""], ["STAGED"]],
    [["secrets", "show", "--file", "alcaide.staging.secrets", ""], ["STAGED"]],
    [["secrets", "show", "--file", "gone.secrets", ""], []],
    [["accessory", "logs", ""], ["db", "cache"]],
    [["accessory", "list", ""], []],
    [["db", "dump", "--accessory", ""], ["db", "cache"]],
    [["status", "--server", ""], ["203.0.113.7", "203.0.113.8", "jobs", "all"]],
    [["db", "console", "--server="], ["--server=203.0.113.7", "--server=203.0.113.8", "--server=jobs"]],
    [["rollback", ""], []],
  ];
  for (const [words, values] of cases) {
    assertEquals(await completed(dir.path, ...words), values, words.join(" "));
  }
});

Deno.test("completion names secrets beside an Alcaidefile that isn't finished, and nothing where nothing is", async () => {
  await using dir = await directory();
  assertEquals(await completed(dir.path, "secrets", "show", ""), []);
  assertEquals(await completed(dir.path, "accessory", "logs", ""), []);
  await dir.encrypt({ A_KEY: "x" });
  await Deno.writeTextFile(`${dir.path}/Alcaidefile.ts`, "export default {{");
  assertEquals(await completed(dir.path, "secrets", "show", ""), ["A_KEY"]);
  assertEquals(await completed(dir.path, "status", "--server", ""), []);
});

for (
  const [name, see] of [
    ["releases", (cwd) => releases(keeping(cwd))],
    ["status", (cwd) => status(keeping(cwd))],
    ["rollback --list", (cwd) => rollback(keeping(cwd, { list: true }))],
  ] as readonly [string, (cwd: string) => Promise<unknown>][]
) {
  Deno.test(`completion of rollback names the releases that ${name} saw, but the live one`, async () => {
    await using dir = await directory();
    await Deno.writeTextFile(
      `${dir.path}/Alcaidefile.ts`,
      `export default { app: "shop", server: "root@203.0.113.7", build: { prebuilt: "x" } };\n`,
    );
    await see(dir.path);
    assertEquals(await completed(dir.path, "rollback", ""), ["2-1a2b3c4", "1-1a2b3c4"]);
    assertEquals(await completed(dir.path, "rollback", "1"), ["1-1a2b3c4"]);
    await rememberBegun(keeping(dir.path), "4-5e6f708");
    assertEquals((await completed(dir.path, "logs", "--release", "")).slice(0, 2), [
      "4-5e6f708",
      "3-1a2b3c4",
    ]);
    await rememberLive(keeping(dir.path), "4-5e6f708");
    assertEquals(await completed(dir.path, "rollback", ""), ["3-1a2b3c4", "2-1a2b3c4", "1-1a2b3c4"]);
    const [file] = await Array.fromAsync(Deno.readDir(`${dir.path}/cache`));
    await Deno.writeTextFile(`${dir.path}/cache/${file?.name}`, "{");
    assertEquals(await completed(dir.path, "rollback", ""), []);
  });
}

Deno.test("releases that can't be kept hinder nothing", async () => {
  await using dir = await directory();
  await Deno.writeTextFile(`${dir.path}/cache`, "no directory");
  await releases(keeping(dir.path));
});
