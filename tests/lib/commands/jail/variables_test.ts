import { assertEquals } from "@std/assert";
import { envText } from "../../../../lib/commands/jail/variables.ts";
import { secret } from "../../../../lib/core/secret.ts";
import { sh } from "../../../../lib/core/sh.ts";
import { playground } from "../../../playground.ts";
import { hostileWord, seeded, shell } from "../../../shell.ts";

/** Reads an environment's text as rc(8) does, and gives a variable as the app would see it. */
async function valueInShell(text: string, name: string): Promise<string> {
  await using place = await playground();
  await place.write("/env", text);
  const { stdout } = await shell(sh`set -a; . ${place.at("/env")}; printenv ${name}; printf .`.text);
  return stdout.replace(/\n\.$/, "");
}

const values = [
  "plain",
  "",
  " a  b ",
  "it's",
  '"quoted"',
  "$HOME `id` $(id)",
  "back\\slash\\n",
  "two\nlines\n",
  "Größe 日本 🙂",
  "#no comment",
  "ends in a backslash\\",
  "a=b; rm -rf /",
  "\t\r\x1b",
  "!!",
  "~",
];
for (const value of values) {
  Deno.test(`envText() brings ${JSON.stringify(value)} through a real shell`, async () => {
    assertEquals(await valueInShell(envText({ BEFORE: "1", VALUE: value, AFTER: "2" }), "VALUE"), value);
  });
}

Deno.test("envText() brings a hundred hostile values through a real shell", async () => {
  const random = seeded(37);
  const env = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`V${i}`, hostileWord(random)]));
  await using place = await playground();
  await place.write("/env", envText(env));
  const { stdout } = await shell(sh`set -a; . ${place.at("/env")}; env -0`.text);
  const seen = new Map(stdout.split("\0").map((row) => [row.split("=")[0], row.slice(row.indexOf("=") + 1)]));
  assertEquals(Object.keys(env).map((name) => seen.get(name)), Object.values(env));
});

Deno.test("envText() reveals secrets: only its caller may wrap it", () => {
  assertEquals(envText({ KEY: secret("s3") }), "KEY='s3'\n");
});
