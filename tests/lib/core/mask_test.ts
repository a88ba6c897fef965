import { assertEquals } from "@std/assert";
import { masked, masker } from "../../../lib/core/mask.ts";
import { seeded } from "../../shell.ts";

Deno.test("masked() puts [secret] in the place of each secret", () => {
  assertEquals(
    masked("a hunter2, b s3cret hunter2", ["hunter2", "s3cret"]),
    "a [secret], b [secret] [secret]",
  );
  assertEquals(masked("nothing", [""]), "nothing");
});

Deno.test("masked() hides the rest of a secret that begins as another one, or holds it", () => {
  assertEquals(masked("hunter22 xhunter2", ["hunter2", "hunter22", "xhunter2"]), "[secret] [secret]");
});

Deno.test("masked() hides each line of a secret, but not lines that could be anything", () => {
  const key = "-----BEGIN KEY-----\nMC4CAQAwBQYDK2Vw\n}\n-----END KEY-----\n";
  assertEquals(masked("MC4CAQAwBQYDK2Vw { }", [key]), "[secret] { }");
  assertEquals(masked(`key: ${key}`, [key]), "key: [secret]");
});

function inPieces(bytes: Uint8Array, cuts: readonly number[], secrets: readonly string[]): Uint8Array {
  const { take, rest } = masker(secrets);
  const ends = [...cuts, bytes.length].sort((a, b) => a - b);
  const pieces = ends.map((end, index) => take(bytes.slice(ends[index - 1] ?? 0, end)));
  return Uint8Array.from([...pieces, rest()].flatMap((piece) => [...piece]));
}

Deno.test("masker() finds a secret wherever it is cut, and keeps every other byte", () => {
  const random = seeded(7);
  const secrets = ["hunter2", "hunhunt", "hunter2x x", "xhunter2", "schlüssel"];
  const words = [...secrets, "hun", "hunter", "ü", "\n", "x", " "];
  for (let i = 0; i < 300; i++) {
    const text = Array.from({ length: 12 }, () => words[Math.floor(random() * words.length)]).join("");
    const bytes = new TextEncoder().encode(text);
    const cuts = Array.from({ length: 6 }, () => Math.floor(random() * bytes.length));
    const said = new TextDecoder().decode(inPieces(bytes, cuts, secrets));
    assertEquals(secrets.filter((secret) => said.includes(secret)), [], JSON.stringify([text, cuts]));
    assertEquals(new TextDecoder().decode(inPieces(bytes, cuts, [])), text);
  }
  const binary = Uint8Array.from({ length: 512 }, (_, i) => i % 256);
  assertEquals(inPieces(binary, [100, 300], secrets), binary);
});

Deno.test("masker() holds back no more than the beginning of a secret", () => {
  const { take } = masker(["hunter2"]);
  assertEquals(new TextDecoder().decode(take(new TextEncoder().encode("Password? "))), "Password? ");
});
