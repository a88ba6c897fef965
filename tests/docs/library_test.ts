// The library in somebody else's program, as docs/library.md says that it is had.

import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";

const repository = fromFileUrl(new URL("../../", import.meta.url));

Deno.test("a program elsewhere uses a copy of the sources by deno.json, and goes on after an error", async () => {
  const [, block = "{}"] = /```json\n([^]*?)```/.exec(
    await Deno.readTextFile(`${repository}docs/library.md`),
  ) ?? [];
  const directory = await Deno.makeTempDir();
  try {
    await Deno.symlink(repository, `${directory}/alcaide`);
    await Deno.mkdir(`${directory}/mine`);
    await Deno.writeTextFile(`${directory}/mine/deno.json`, block);
    await Deno.writeTextFile(
      `${directory}/mine/program.ts`,
      `import { ConfigError, deploy } from "alcaide";
const wrong = { app: "My-App", server: "x", build: { prebuilt: "y" } };
const error = await Array.fromAsync(deploy.events(wrong)).catch((error) => error);
console.log(error instanceof ConfigError, error.problems[0].path);
`,
    );
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", "--no-lock", "program.ts"],
      cwd: `${directory}/mine`,
      env: { NO_COLOR: "1" },
    }).output();
    const decoder = new TextDecoder();
    assertEquals(decoder.decode(stdout), "true app\n", decoder.decode(stderr));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
