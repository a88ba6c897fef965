import { assertEquals } from "@std/assert";
import { runApp, type StartOptions } from "./start.ts";

const cases: [string, StartOptions, { code: number; stdout?: string; stderr?: string }][] = [
  ["migrate", { args: ["migrate"] }, { code: 0, stdout: "migrated to release test\n" }],
  ["migrate that fails", { args: ["migrate"], conf: { APP_MIGRATE: "fail" } }, {
    code: 1,
    stderr: "migration of release test failed\n",
  }],
  ["fail", { args: ["fail"] }, { code: 1, stderr: "told to fail\n" }],
  ["echo", { args: ["echo", "a  b", "c"] }, { code: 0, stdout: "a  b c\n" }],
  ["args", { args: ["args", "a b", "", "é\n"] }, { code: 0, stdout: "[a b]\n[]\n[é\n]\n" }],
  ["tty", { args: ["tty"] }, { code: 0, stdout: "stdin no tty\nstdout no tty\nstderr no tty\nTERM unset\n" }],
  ["exit", { args: ["exit", "42"] }, { code: 42 }],
  ["cat", { args: ["cat"], input: "line\nno end" }, { code: 0, stdout: "line\nno end" }],
  ["env", { args: ["env", "A"], env: { A: "b\n" } }, { code: 0, stdout: "b\n" }],
  ["env of an unset variable", { args: ["env", "A"] }, { code: 1 }],
  ["release", { args: ["release"], text: "nine" }, { code: 0, stdout: "nine\n" }],
  ["sleep", { args: ["sleep", "0"] }, { code: 0 }],
];

for (const [name, options, expected] of cases) {
  Deno.test(`app subcommand ${name}`, async () => {
    assertEquals(await runApp(options), { stdout: "", stderr: "", ...expected });
  });
}

Deno.test("app subcommand that is unknown exits 2", async () => {
  assertEquals((await runApp({ args: ["nothing"] })).code, 2);
});

Deno.test("app migrate leaves a line in a file", async () => {
  const path = await Deno.makeTempFile();
  try {
    await runApp({ text: "one", args: ["migrate", path] });
    await runApp({ text: "two", args: ["migrate", path] });
    assertEquals(await Deno.readTextFile(path), "one\ntwo\n");
  } finally {
    await Deno.remove(path);
  }
});
