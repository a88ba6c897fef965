import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";

Deno.test("main() says that the working directory was removed, and tells the version all the same", async () => {
  const module = (path: string) => JSON.stringify(new URL(`../../../${path}`, import.meta.url).href);
  // In a program of its own: the directory is the whole process's.
  const program = `
import { main } from ${module("lib/cli/main.ts")};
import { memoryUi } from ${module("tests/fake/memory_ui.ts")};
const directory = Deno.makeTempDirSync();
Deno.chdir(directory);
Deno.removeSync(directory);
const secrets = Object.assign(() => Promise.resolve(), { description: "x", configless: true });
for (const args of [["--version"], ["tasks"], ["deploy"], ["secrets", "init"], ["__complete", "--", "dep"]]) {
  const ui = memoryUi();
  const status = await main(args, { tasks: { secrets }, version: "1.2.3", ui: () => ui });
  console.log(JSON.stringify([args[0], status, ...ui.errors]));
}`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-lock", program],
    cwd: fromFileUrl(new URL("../../../", import.meta.url)),
  }).output();
  const gone = "Error: Cannot tell the working directory: it was removed\n" +
    "  Hint: Change to a directory that is there, such as by cd";
  assertEquals(new TextDecoder().decode(stdout).trim().split("\n").map((line) => JSON.parse(line)), [
    ["--version", 0],
    ["tasks", 2, gone],
    ["deploy", 2, gone],
    ["secrets", 2, gone],
    ["__complete", 0],
  ]);
});
