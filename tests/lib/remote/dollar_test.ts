import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { AlcaideError, CommandError } from "../../../lib/core/error.ts";
import { secret } from "../../../lib/core/secret.ts";
import { $ } from "../../../lib/remote/dollar.ts";
import { inFolder } from "../../folder.ts";
import { hostileWord, seeded } from "../../shell.ts";

async function failureOf(command: PromiseLike<unknown>): Promise<CommandError> {
  return await assertRejects(async () => await command, CommandError);
}

Deno.test("$ brings hostile words through its shell, each as one word", async () => {
  const random = seeded(11);
  const words = [
    ...["", " ", "a b", "it's", '"x"', "$HOME", "$(ls)", "`ls`", ";ls", "a\nb", "*", "?", "~", "\\", "a\\nb"],
    ...["-n", "{a,b}", "!x", "#c", "|", "&", "<", ">", "A=b", "[a]", "\r", "\t"],
    ...Array.from({ length: 60 }, () => hostileWord(random)),
  ];
  const print = `printf '%s\\0' "$@"`;
  const text = new TextDecoder().decode(await $`sh -c ${print} sh ${words} end`.bytes());
  assertEquals(text.split("\0").slice(0, -1), [...words, "end"]);
});

Deno.test("$ takes text, numbers, booleans, secrets and lists", async () => {
  const values = ["a b", 1.5, true, secret("c d"), [["e f"], 2]];
  assertEquals(await $`printf ${"%s,"} ${values} x${"y z"}`.text(), "a b,1.5,true,c d,e f,2,xy z,");
  assertEquals(await $`printf '[%s]' ${[]}`.text(), "[]");
});

Deno.test("$ refuses what has no form in a command, before anything starts", () => {
  const refused: [() => unknown, RegExp][] = [
    [() => $`echo ${undefined as unknown as string}`, /value 1 in a command: it is undefined/],
    [() => $`echo ${1} ${Promise.resolve() as unknown as string}`, /value 2 in a command: it is a promise/],
    [() => $`echo ${new Uint8Array(1)}`, /value 1 in a command: an object has no form/],
    [() => $`echo ${NaN}`, /value 1 in a command: a number has no form/],
    [() => $`echo ${"a\0b"}`, /NUL/],
    [() => $`echo "${"$(id)"}"`, /Cannot put value 1 inside quotes/],
    [() => $`cat < ${3}`, /value 1 in a command: after < stands the name of a file, bytes or a stream/],
    [() => $`ls > ${secret("x")}`, /value 1 in a command: after > stands the name of a file or a stream/],
    [() => $`ls`.pipe({} as never), /is not a command of \$/],
  ];
  for (const [make, message] of refused) assertMatch(assertThrows(make, TypeError).message, message);
});

Deno.test("$ gives what a command prints as text, lines, JSON, bytes and a stream", async () => {
  assertEquals(await $`printf 'a\n\nb\n'`.text(), "a\n\nb");
  assertEquals(await $`printf 'a\n\nb\n'`.lines(), ["a", "", "b"]);
  assertEquals(await $`printf ''`.lines(), []);
  assertEquals(await $`echo ${'{"a":[1]}'}`.json<{ a: number[] }>(), { a: [1] });
  assertEquals(await $`printf '\377\000'`.bytes(), new Uint8Array([255, 0]));
  assertEquals(await new Response($`printf 'a\nb'`.stream()).text(), "a\nb");
  assertEquals(await $`sh -c ${"exit 3"}`.code(), 3);
  const { message } = await assertRejects(() => $`echo ${secret("no json")}`.json(), AlcaideError);
  assertMatch(message, /^Cannot read what echo \[secret\] printed as JSON: /);
  assert(!message.includes("no json"), message);
});

Deno.test("$ knows pipes, redirects, &&, || and variables", async () => {
  await inFolder(async (directory) => {
    const file = `${directory}/a b.txt`;
    await $`printf 'b\na\n' > ${file} && echo c >> ${file}`;
    assertEquals(await $`sort < ${file} | tr a-z A-Z`.lines(), ["A", "B", "C"]);
    assertEquals(await $`X=1 && echo $X $(echo two) || echo never`.text(), "1 two");
    assertEquals(await $`sh -c ${"echo out; echo err >&2"} 2>&1 | sort`.lines(), ["err", "out"]);
    assertEquals(await $`pwd`.cwd(directory).text(), await Deno.realPath(directory));
  });
});

Deno.test("$ reads from bytes, streams and secrets, and writes to a stream", async () => {
  const bytes = new TextEncoder().encode("from bytes");
  assertEquals(await $`cat < ${bytes}`.text(), "from bytes");
  assertEquals(await $`cat < ${new Blob(["from a stream"]).stream()}`.text(), "from a stream");
  assertEquals(await $`cat < ${secret("a secret")}`.text(), "a secret");
  let written = "";
  await $`echo out > ${new WritableStream({
    write: (chunk) => void (written += new TextDecoder().decode(chunk)),
  })}`;
  assertEquals(written, "out\n");
});

Deno.test("$ has nothing to read unless it is given something", async () => {
  assertEquals(await $`cat`.text(), "");
  for (
    const content of [
      "text",
      secret("secret"),
      new TextEncoder().encode("bytes"),
      new Blob(["stream"]).stream(),
    ]
  ) {
    const read = await $`cat`.stdin(content).text();
    assert(["text", "secret", "bytes", "stream"].includes(read), read);
  }
  assertEquals(await $`cat`.stdin("").text(), "");
});

Deno.test("$ adds variables and takes them away", async () => {
  const print = "echo ${A-none} ${HOME-none}";
  assertEquals(await $`sh -c ${print}`.env("A", secret("x y")).env("HOME", undefined).text(), "x y none");
});

Deno.test("$ throws a CommandError with status, texts and hint", async () => {
  const error = await failureOf($`sh -c ${"echo out; echo err >&2; exit 3"}`.quiet().hint("Look there"));
  assertEquals(error.message, "Cannot finish a command on local: it ended with status 3");
  assertEquals(error.exit, { code: 3, stdout: "out\n", stderr: "err\n" });
  assertEquals([error.hint, error.details], ["Look there", ["err"]]);
  assertEquals(error.shown, "sh -c 'echo out; echo err >&2; exit 3'");
  assertMatch(error.stack ?? "", /dollar_test\.ts/);
  const missing = await failureOf($`no-such-program-here`.quiet());
  assertEquals([missing.exit.code, missing.hint], [
    127,
    "Is the program installed, and in a directory of PATH?",
  ]);
});

Deno.test("$ lets a command end as noThrow() says", async () => {
  assertEquals(await $`sh -c ${"exit 3"}`.noThrow(), { code: 3 });
  assertEquals(await $`sh -c ${"exit 3"}`.noThrow(2, 3), { code: 3 });
  await failureOf($`sh -c ${"exit 4"}`.noThrow(2, 3));
  assertEquals(await $`sh -c ${"echo a; exit 3"}`.noThrow().text(), "a");
});

Deno.test("$ fails with each command of a pipe, and when a signal kills one", async () => {
  assertEquals((await failureOf($`sh -c ${"exit 3"} | cat`)).exit.code, 3);
  assertEquals((await failureOf($`sh -c ${"kill -9 $$"}`)).exit.code, 137);
  assertEquals((await failureOf($`sh -c ${"echo half; kill -9 $$"} | cat`.quiet())).exit.code, 137);
});

Deno.test("$ does not fail when a reader has enough", async () => {
  assertEquals(await $`seq 200000 | head -n 1`.text(), "1");
  assertEquals(await $`head -c 1`.stdin("x".repeat(300_000)).text(), "x");
  assertEquals(await $`yes`.pipe($`head -n 1`).text(), "y");
});

Deno.test("$ says which text it cannot understand, without its secrets", async () => {
  const error = await assertRejects(async () => await $`if [ ${secret("hunter2")} ]; then 'x`, AlcaideError);
  assertMatch(error.message, /^Cannot run if \[ \[secret\] \]; then 'x: /);
  assert(!error.message.includes("hunter2"), error.message);
  await assertRejects(
    async () => await $`ls`.cwd("/no/such/directory"),
    AlcaideError,
    "Cannot run ls: Failed to launch command because the cwd does not exist (/no/such/directory).",
  );
});

Deno.test("$ shows no secret in its errors", async () => {
  const [word, variable, input] = ["hunter2", "s3cret", "pa55"].map(secret);
  const script = 'echo "$1 $A" >&2; cat >&2; exit 1';
  const command = $`sh -c ${script} sh ${word ?? ""}`.env("A", variable).stdin(input ?? "").quiet();
  const error = await failureOf(command);
  assertEquals(error.exit.stderr, "[secret] [secret]\n[secret]");
  assertEquals(error.shown, `sh -c '${script}' sh [secret]`);
  assertEquals(/hunter2|s3cret|pa55/.exec(Deno.inspect(error, { depth: 9 }) + error.stack), null);
});
