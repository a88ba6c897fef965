// A binary in a directory that was removed: Deno's runtime ends it before our code begins. Once it no longer does, README's limit goes.

import { assertEquals, assertMatch } from "@std/assert";
import { compileProgram, compilingUnavailable } from "../../compiled.ts";

const reason = await compilingUnavailable();

Deno.test({
  name: `in a removed directory Deno ends a binary with words that a page explains${
    reason === undefined ? "" : ` (skipped: ${reason})`
  }`,
  ignore: reason !== undefined,
  fn: async () => {
    const directory = await Deno.makeTempDir({ prefix: "alcaide-binary-" });
    try {
      const program = await compileProgram(directory);
      const shell = 'mkdir "$1/gone" && cd "$1/gone" && rmdir "$1/gone" && exec "$0" --version';
      const { code, stderr } = await new Deno.Command("/bin/sh", { args: ["-c", shell, program, directory] })
        .output();
      assertMatch(
        new TextDecoder().decode(stderr),
        /panicked at cli\/rt\/run\.rs:\d+:\d+:\n.*message: "No such file or directory"/,
      );
      assertEquals(code, 101);
      const page = await Deno.readTextFile(new URL("../../../docs/troubleshooting.md", import.meta.url));
      assertMatch(page, /`panicked at cli\/rt\/run\.rs` .* `No such file or directory`/);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});
