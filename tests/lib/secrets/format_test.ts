// The layout of the encrypted file, and what is said when it isn't right.

import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { decryptFile, encryptFile, importKey, type Key, type Values } from "../../../lib/secrets/cipher.ts";
import { fileText, parseFile } from "../../../lib/secrets/format.ts";
import { ConfigError } from "../../../lib/core/error.ts";
import { hostileWord, seeded } from "../../shell.ts";

const key = await keyOf(1);
const other = await keyOf(2);
const values = new Map([["B", "two"], ["A", "one\n"], ["tls.key", "-----BEGIN\n"]]);

function keyOf(byte: number): Promise<Key> {
  return importKey(new Uint8Array(32).fill(byte));
}

async function textOf(environment?: string): Promise<string> {
  return fileText(await encryptFile({ environment, values }, key));
}

async function decryptText(text: string, key: Key, path: string): Promise<Values> {
  return await decryptFile(parseFile(text, path), key, path);
}

async function problemOf(
  run: () => Promise<unknown>,
): Promise<readonly [string | undefined, string | undefined]> {
  const error = await assertRejects(run, ConfigError);
  assertEquals(error.problems.length, 1);
  return [error.message, error.problems[0]?.hint];
}

const restore = "Take it from the repository: git checkout -- x.secrets";

Deno.test("an encrypted file has a header, a line per name in order, and a seal", async () => {
  const lines = (await textOf("staging")).split("\n");
  assertMatch(lines[0] ?? "", /^alcaide-secrets\/1 environment=staging key=[0-9a-f]{16}$/);
  assertMatch(lines[1] ?? "", /^# Safe to commit: /);
  assertEquals(lines.slice(2).map((line) => line.split(/ |:/)[0]), ["A", "B", "tls.key", "end", ""]);
  assertEquals(/one|two|BEGIN/.test(lines.join("")), false);
});

Deno.test("decrypting gives what was encrypted", async () => {
  assertEquals(await decryptText(await textOf(), key, "x.secrets"), new Map([...values].sort()));
});

Deno.test("decrypting gives random texts back as they were", async () => {
  const many = new Map(
    Array.from({ length: 50 }, (_, index) => [`N${index}`, hostileWord(seeded(index), 30)]),
  );
  const file = await encryptFile({ environment: undefined, values: many }, key);
  assertEquals(await decryptFile(parseFile(fileText(file), "x"), key, "x"), new Map([...many].sort()));
});

Deno.test("a value that stays the same keeps its line, the others change", async () => {
  const file = await encryptFile({ environment: undefined, values }, key);
  const changed = new Map(values).set("B", "three").set("C", "new");
  const next = await encryptFile({ environment: undefined, values: changed }, key, { file, values });
  const [before, after] = [fileText(file).split("\n"), fileText(next).split("\n")];
  const fresh = after.filter((line) => !before.includes(line)).map((line) => line.split(/ |:/)[0]);
  assertEquals(fresh, ["B", "C", "end"]);
  assertEquals(await decryptFile(next, key, "x"), new Map([...changed].sort()));
});

Deno.test("two encryptions of the same have no line in common but the header", async () => {
  const [one, two] = [(await textOf()).split("\n"), (await textOf()).split("\n")];
  assertEquals(one.filter((line) => two.includes(line)).length, 3); // Header, remark, and nothing behind the end.
});

Deno.test("another key is told from damage", async () => {
  assertEquals(await problemOf(async () => await decryptText(await textOf(), other, "x.secrets")), [
    "Cannot use x.secrets: it was encrypted with another key",
    "Ask whoever changed the key for the new one",
  ]);
});

Deno.test("any flipped bit of a value is found, and its name said", async () => {
  const file = await encryptFile({ environment: undefined, values: new Map([["A", "x"], ["B", "y"]]) }, key);
  const data = file.values.get("A") ?? new Uint8Array();
  for (let bit = 0; bit < data.length * 8; bit++) {
    const flipped = data.slice();
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const broken = { ...file, values: new Map(file.values).set("A", flipped) };
    assertEquals(await problemOf(() => decryptFile(broken, key, "x.secrets")), [
      "Cannot use x.secrets: the value of A is damaged",
      restore,
    ]);
  }
});

Deno.test("any changed character of the whole text is found", async () => {
  const text = await textOf("staging");
  const remark = [text.indexOf("#"), text.indexOf("\n", text.indexOf("#"))];
  for (let at = 0; at < text.length; at++) {
    // The remark is there for people.
    if (at >= (remark[0] ?? 0) && at < (remark[1] ?? 0)) continue;
    const changed = text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);
    await assertRejects(() => decryptText(changed, key, "x"), ConfigError, undefined, `character ${at}`);
  }
});

Deno.test("a text that is cut off anywhere is refused", async () => {
  const text = await textOf();
  for (let length = 0; length < text.length; length++) {
    await assertRejects(() => decryptText(text.slice(0, length), key, "x"), ConfigError);
  }
  assertEquals(
    await problemOf(() => decryptText(text.split("\n").slice(0, 4).join("\n"), key, "x.secrets")),
    [
      "Cannot use x.secrets: its end is missing: it was cut off",
      restore,
    ],
  );
});

const apart = "its lines don't belong together: some were added, removed, or taken from another version";

for (
  const [what, change, problem, hint = restore] of [
    ["is empty", () => "", "it is empty"],
    [
      "is something else",
      () => "DB=1\n",
      "it does not begin like a file of encrypted secrets",
    ],
    [
      "is newer",
      (text: string) => text.replace("secrets/1", "secrets/2"),
      "it is of version 2, and this alcaide reads version 1",
      "Use a newer alcaide",
    ],
    ["has a damaged header", (text: string) => text.replace(" key=", " kex="), "line 1 is damaged"],
    [
      "has another key's name",
      (text: string) => text.replace(/key=.{4}/, "key=0000"),
      "its first line is damaged",
    ],
    ["lost a line", (text: string) => text.replace(/^A: .*\n/m, ""), apart],
    [
      "has a line under another name",
      (text: string) => text.replace(/^B: /m, "C: "),
      "the value of C is damaged",
    ],
    [
      "has lines in another order",
      (text: string) => text.replace(/^(A: .*\n)(B: .*\n)/m, "$2$1"),
      "its names are not in order in line 4",
    ],
    [
      "has a line twice",
      (text: string) => text.replace(/^(A: .*\n)/m, "$1$1"),
      "its names are not in order in line 4",
    ],
    ["has a line that is none", (text: string) => text.replace(/^B: /m, "B "), "line 4 is damaged"],
    [
      "has more behind its end",
      (text: string) => `${text}C: AAAA\n`,
      "there is text after its last line, line 6",
    ],
    [
      "is another environment's",
      (text: string) => text.replace(" key", " environment=staging key"),
      "all its values are damaged, or it is another environment's",
    ],
    [
      "was merged with conflicts",
      (text: string) =>
        text.replace(/^B: .*\n/m, (line) => `<<<<<<< HEAD\n${line}=======\n${line}>>>>>>> theirs\n`),
      "line 4 is a mark of a merge conflict",
      "Take one side whole (git checkout --theirs -- x.secrets), then set the other side's changes again",
    ],
  ] as const
) {
  Deno.test(`a file that ${what} is refused`, async () => {
    const text = change(await textOf());
    assertEquals(await problemOf(() => decryptText(text, key, "x.secrets")), [
      `Cannot use x.secrets: ${problem}`,
      hint,
    ]);
  });
}

Deno.test("a line of an older version of the file is found", async () => {
  const old = await textOf();
  const changed = await encryptFile({ environment: undefined, values: new Map(values).set("A", "new") }, key);
  const mixed = fileText(changed).replace(/^A: .*$/m, old.match(/^A: .*$/m)?.[0] ?? "");
  assertEquals(
    (await problemOf(() => decryptText(mixed, key, "x.secrets")))[0],
    `Cannot use x.secrets: ${apart}`,
  );
});

Deno.test("a file with the line ends of Windows is read as well", async () => {
  assertEquals((await decryptText((await textOf()).replaceAll("\n", "\r\n"), key, "x")).get("A"), "one\n");
});

Deno.test("parseFile() reads names without a key", async () => {
  const file = parseFile(await textOf("staging"), "x");
  assertEquals([[...file.values.keys()], file.environment, file.keyId], [
    ["A", "B", "tls.key"],
    "staging",
    key.id,
  ]);
});

Deno.test("keys have names that tell them apart", () => {
  assertEquals(key.id === other.id, false);
  assertThrows(() => parseFile("x", "y"), ConfigError);
});
