import { assertEquals } from "@std/assert";
import { transcripts } from "../../fake/transcript.ts";

for (const [name, text] of Object.entries(await transcripts())) {
  Deno.test(`deploy() runs what tests/golden/${name} says (deno task golden rewrites it)`, async () => {
    assertEquals(text, await Deno.readTextFile(new URL(`../../golden/${name}`, import.meta.url)));
  });

  Deno.test(`deploy() puts a secret into ${name} once, where the environment is written`, () => {
    const places = text.split("\n").filter((line) => line.includes("[secret]"));
    assertEquals(places, ["DATABASE_PASSWORD='[secret]'"]);
  });

  Deno.test(`deploy() holds no secret of ${name} anywhere else`, () =>
    assertEquals(text.includes("s3cret"), false));
}
