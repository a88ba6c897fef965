// A thousand hostile values through the text of commands and a real /bin/sh: all arrive, none is executed.

import { assertEquals } from "@std/assert";
import { envText, setVariables } from "../../lib/commands/jail/variables.ts";
import { document, raw, sh, word } from "../../lib/core/sh.ts";
import { writeFile } from "../../lib/remote/files.ts";
import { commandOf } from "../../lib/running/run.ts";
import { seeded, shell } from "../shell.ts";
import { canary, hostileValues } from "./hostile.ts";

// The same each time: `deno task fuzz` looks for new faults.
const seed = Number(Deno.env.get("ALCAIDE_TEST_SEED") ?? 11);
const values = hostileValues(seeded(seed), 1000);
const print = sh`printf '%s\0'`;

/** The values that a script prints. */
async function printed(script: { readonly text: string }): Promise<string[]> {
  const { stdout, stderr } = await shell(script.text, { env: { LC_ALL: "C.UTF-8" } });
  assertEquals(stderr, "");
  return stdout.split("\0").slice(0, -1);
}

const ways = {
  "words of run": sh`/bin/sh -c ${word(commandOf(["printf", "%s\\0", ...values.slice(0, 400)]))}`,
  "a script within a script": sh`/bin/sh -s ${document(sh`/bin/sh -s ${document(sh`${print} ${values}`)}`)}`,
  "variables": sh`ALCAIDE_VARIABLES=${envText(Object.fromEntries(values.map((value, i) => [`V${i}`, value])))}
${setVariables}
${print} ${raw(values.map((_, index) => `"$V${index}"`).join(" "))}`,
};

for (const [name, command] of Object.entries(ways)) {
  Deno.test(`hostile values are what they were as ${name} (seed ${seed})`, async () => {
    const got = await printed(command);
    assertEquals(got, values.slice(0, got.length));
    assertEquals(got.length >= 400, true);
    await canaryIsAway();
  });
}

Deno.test(`hostile values are what they were as paths and texts of files (seed ${seed})`, async () => {
  const directory = await Deno.makeTempDir();
  try {
    const name = (value: string) => [...value.replaceAll("/", "_")].slice(0, 60).join("");
    const names = [...new Set(values.map(name))].filter((one) => !["", ".", ".."].includes(one)).slice(
      0,
      100,
    );
    const files = names.map((one) => `${directory}/${one}`);
    await printed(sh`${raw(files.map((file) => writeFile(file, `${file}\n`).text).join("\n"))}`);
    assertEquals(
      await Promise.all(files.map((file) => Deno.readTextFile(file))),
      files.map((file) => `${file}\n`),
    );
    await canaryIsAway();
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

async function canaryIsAway(): Promise<void> {
  assertEquals(await Deno.stat(canary).then(() => "executed", () => "away"), "away");
}
