// The command that README recommends for a checkout leaves the checkout as it is.

import { assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl } from "@std/path";

const repository = fromFileUrl(new URL("../../", import.meta.url));

Deno.test("README's alias writes no lock, whatever the Alcaidefile imports", async () => {
  const [, words = ""] =
    /^alias alcaide='deno (.*?)'/m.exec(await Deno.readTextFile(`${repository}README.md`)) ?? [];
  assertMatch(words, /^run /);
  const directory = await Deno.makeTempDir();
  const lock = await Deno.readTextFile(`${repository}deno.lock`);
  try {
    // There already, but by another name than the lock knows it.
    const file =
      'import "npm:deno-std@^1.4.0/assert/mod.js";\nexport const hello = async ({ ui }) => ui.result(1, "hello");\n';
    await Deno.writeTextFile(`${directory}/Alcaidefile.ts`, file);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [...words.replace("/path/to/alcaide/", repository).split(" "), "hello"],
      cwd: directory,
    }).output();
    assertEquals([code, new TextDecoder().decode(stdout)], [0, "hello\n"], new TextDecoder().decode(stderr));
    assertEquals(await Deno.readTextFile(`${repository}deno.lock`), lock);
    assertEquals((await Array.fromAsync(Deno.readDir(directory))).map(({ name }) => name), [
      "Alcaidefile.ts",
    ]);
  } finally {
    await Deno.writeTextFile(`${repository}deno.lock`, lock);
    await Deno.remove(directory, { recursive: true });
  }
});
