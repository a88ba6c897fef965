import { assertEquals, assertRejects } from "@std/assert";
import { CommandError, type Exit } from "../../../lib/core/error.ts";
import { runner } from "../../../lib/remote/runner.ts";
import { secret } from "../../../lib/core/secret.ts";
import { sh, word } from "../../../lib/core/sh.ts";

function answering(exit: Partial<Exit>) {
  const scripts: string[] = [];
  const exec = (script: string) => {
    scripts.push(script);
    return Promise.resolve({ code: 0, stdout: "", stderr: "", ...exit });
  };
  return { scripts, exec };
}

Deno.test("runner().read() gives the output without its last line break", async () => {
  assertEquals(await runner("web", answering({ stdout: "a\nb\n\n" })).read(sh`x`), "a\nb\n");
});

Deno.test("runner().run() gives how the command ended", async () => {
  const exit = { code: 0, stdout: "a\n", stderr: "b\n" };
  assertEquals(await runner("web", answering(exit)).run(sh`x`), exit);
});

const failures: readonly Partial<Exit>[] = [{ code: 1 }, { code: 255 }, { code: null }, {
  code: null,
  signal: "KILL",
}];
for (const exit of failures) {
  for (const verb of ["run", "read"] as const) {
    Deno.test(`runner().${verb}() throws for ${JSON.stringify(exit)}`, async () => {
      await assertRejects(() => runner("web", answering(exit))[verb](sh`x`), CommandError, "on web");
    });
  }
  Deno.test(`runner().exec() doesn't throw for ${JSON.stringify(exit)}`, async () => {
    assertEquals((await runner("web", answering(exit)).exec(sh`x`)).code, exit.code);
  });
}

Deno.test("runner().test() takes 0 for yes", async () => {
  assertEquals(await runner("web", answering({ code: 0 })).test(sh`x`), true);
});

Deno.test("runner().test() takes 1 for no", async () => {
  assertEquals(await runner("web", answering({ code: 1 })).test(sh`x`), false);
});

for (const code of [2, 127, null]) {
  Deno.test(`runner().test() throws for status ${code}`, async () => {
    await assertRejects(() => runner("web", answering({ code })).test(sh`x`), CommandError);
  });
}

Deno.test("runner() keeps secrets out of its errors", async () => {
  const command = sh`login ${secret("hunter2")}`;
  const error = await assertRejects(() => runner("web", answering({ code: 1 })).run(command), CommandError);
  assertEquals(error.shown, "login [secret]");
});

Deno.test("runner() adds the hint it was given", async () => {
  const run = () => runner("web", answering({ code: 1 })).run(sh`x`, { hint: "Do y" });
  assertEquals((await assertRejects(run, CommandError)).hint, "Do y");
});

Deno.test("runner() wraps every command", async () => {
  const place = answering({});
  await runner("jail", place, (inner) => sh`jexec j sh -c ${word(inner)}`).run(sh`echo ${"a b"}`);
  assertEquals(place.scripts, [`jexec j sh -c 'echo '\\''a b'\\'''`]);
});
