import { assertEquals, assertThrows } from "@std/assert";
import { inShell, script } from "../../../lib/core/script.ts";
import { type Command, document, type Expression, sh } from "../../../lib/core/sh.ts";
import { secret } from "../../../lib/core/secret.ts";
import { shell, syntaxError } from "../../shell.ts";

const part = (name: string, status = 0) => sh`echo ${name}; ( exit ${status} )`;

const endings: readonly { name: string; text: string; code: number; stdout: string }[] = [
  { name: "runs all parts", text: script(part("a"), part("b")).text, code: 0, stdout: "a\nb\n" },
  {
    name: "ends at one that fails",
    text: script(part("a"), part("b", 7), part("c")).text,
    code: 7,
    stdout: "a\nb\n",
  },
  {
    name: "ends where a script in it does",
    text: script(script(part("a"), part("b", 7)), part("c")).text,
    code: 7,
    stdout: "a\nb\n",
  },
  {
    name: "ends where a script inside a part does",
    text: script(
      sh`if true; then
${script(part("a", 7), part("b"))}
fi; true`,
      part("c"),
    ).text,
    code: 7,
    stdout: "a\n",
  },
  {
    name: "keeps variables, functions and the directory",
    text: script(sh`x=1; f() { echo "$x $PWD"; }; cd /`, sh`f`).text,
    code: 0,
    stdout: "1 /\n",
  },
  {
    name: "takes parts with here-documents",
    text: script(
      sh`cat ${document("a\n")}`,
      sh`cat ${document("b\n")}
false`,
      part("c"),
    ).text,
    code: 1,
    stdout: "a\nb\n",
  },
  {
    name: "takes parts that end with a comment",
    text: script(sh`false # it's`, part("a")).text,
    code: 1,
    stdout: "",
  },
  { name: "leaves out empty parts", text: script(sh``, part("a")).text, code: 0, stdout: "a\n" },
  {
    name: "goes on behind a shell of its own that ends well",
    text: script(inShell(sh`x=1; exit 0`), sh`echo "\${x-none}"`).text,
    code: 0,
    stdout: "none\n",
  },
  {
    name: "ends where a shell of its own fails",
    text: script(inShell(sh`exit 9`), part("a")).text,
    code: 9,
    stdout: "",
  },
];

for (const { name, text, code, stdout } of endings) {
  Deno.test(`script() ${name}`, async () => {
    assertEquals(await syntaxError(text), "");
    const ended = await shell(text);
    assertEquals([ended.code, ended.stdout], [code, stdout]);
  });
}

Deno.test("script() puts a script's parts beside its own, not into braces again", () => {
  const inner = script(sh`a`, sh`b`);
  assertEquals(script(inner, sh`c`).text, script(sh`a`, sh`b`, sh`c`).text);
});

Deno.test("script() masks secrets", () => {
  assertEquals(script(sh`a ${secret("s3cret")}`).shown, "{ a [secret]\n} || exit $?");
});

const scripts = {
  "a script": script(sh`a`),
  "a here-document": document("a"),
  "what ends with a here-document": sh`cat ${document("a")}`,
  "a script in a list": [sh`a`, script(sh`b`)],
};
for (const [name, one] of Object.entries(scripts)) {
  Deno.test(`sh() refuses text behind ${name} on its line`, () => {
    const why =
      "Cannot put anything behind value 1 on its line: it is a script, or ends with a here-document";
    assertThrows(() => sh`if ${one}; then :; fi`, TypeError, why);
    assertThrows(() => sh`x=$(${one})`, TypeError, why);
    assertThrows(() => sh`${one}${sh`b`}`, TypeError, why);
    assertThrows(() => sh`${sh`a ${one}`} && b`, TypeError, why);
  });
  Deno.test(`sh() takes ${name} that has lines of its own`, () => {
    sh`if a; then
${one}
fi || ${one}`;
    sh`${sh`( ${one}
)`} || b`;
  });
}

// Types: what takes an expression takes no script.
const expression: Expression = sh`a`;
// @ts-expect-error A script ends its shell.
const noExpression: Expression = script(sh`a`);
const either: readonly Command[] = [expression, noExpression, script(expression)];
Deno.test("script() takes expressions and scripts", () => {
  assertEquals(script(...either).text, Array(3).fill("{ a\n} || exit $?").join("\n"));
});
