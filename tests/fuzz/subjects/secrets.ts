/** The encrypted file, its key, and the text that a person edits. */

import { assert, assertEquals } from "@std/assert";
import { encodeBase64 } from "@std/encoding/base64";
import { decryptFile, importKey } from "../../../lib/secrets/cipher.ts";
import { editText, parseEdited } from "../../../lib/secrets/edit_text.ts";
import { parseFile } from "../../../lib/secrets/format.ts";
import { parseKey } from "../../../lib/secrets/key_text.ts";
import { encrypted } from "../bases.ts";
import { hostileValue } from "../hostile.ts";
import { arrived, damaged } from "../mutate.ts";
import { pick, type Random, subject, tried } from "../subject.ts";

const key = await importKey(new Uint8Array(32).fill(7));
const values = new Map([["A", "one"], ["DATABASE_URL", "ecto://shop:x@db/shop"], [
  "tls.key",
  "-----BEGIN\n",
]]);

export const secretsFile = subject(700, (random: Random) => damaged(encrypted, random), async (text) => {
  const came = arrived(text);
  const parsed = await tried(() => parseFile(came, "alcaide.secrets"));
  if (parsed === undefined) return "refused";
  const opened = await tried(() => decryptFile(parsed.value, key, "alcaide.secrets"));
  if (opened === undefined) return "refused";
  // Line ends and remarks are not part of what is proven; all else is.
  const plain = (one: string) =>
    one.replaceAll("\r\n", "\n").split("\n").filter((line) => !line.startsWith("#")).join("\n");
  assertEquals(plain(came), plain(encrypted), "A file that was tampered with was opened");
  assertEquals(opened.value, values);
  return "accepted";
});

const bytes = Uint8Array.from({ length: 32 }, (_, index) => index * 7);
const keyTexts = [
  `${encodeBase64(bytes)}\n`,
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
];

export const keyText = subject(
  300,
  (random: Random) => damaged(pick(random, keyTexts), random),
  async (text) => {
    const read = await tried(() => parseKey(arrived(text), "the key"));
    if (read === undefined) return "refused";
    assertEquals(read.value.length, 32);
    return "accepted";
  },
);

export const edited = subject(
  500,
  (random: Random) => {
    const names = ["A", "B_1", "tls.key", "D"];
    return damaged(editText(new Map(names.map((name) => [name, hostileValue(random)]))), random);
  },
  (text) => {
    const { values, problems } = parseEdited(arrived(text));
    assert(problems.every(({ line, problem }) => line > 0 && problem !== ""));
    const again = parseEdited(editText(values));
    assertEquals([again.values, again.problems], [values, []], "Written and read again, the values differ");
    return problems.length > 0 ? "refused" : "accepted";
  },
);
