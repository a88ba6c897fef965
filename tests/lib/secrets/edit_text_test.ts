// Secrets as text in an editor.

import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  differenceOf,
  editHelp,
  editText,
  parseEdited,
  valueProblem,
} from "../../../lib/secrets/edit_text.ts";
import { hostileWord, seeded } from "../../shell.ts";

const help = `${editHelp.join("\n")}\n\n`;

for (
  const [value, row] of [
    ["plain", "N=plain"],
    ["with blanks, # and = and $x", "N=with blanks, # and = and $x"],
    ["a'b\"c\\n", "N=a'b\"c\\n"],
    ["", 'N=""'],
    [" x", 'N=" x"'],
    ["x\t", 'N="x\\t"'],
    ["'x'", "N=\"'x'\""],
    ['"x"', 'N="\\"x\\""'],
    ["one\ntwo", 'N="""\none\ntwo\n"""'],
    ["one\n", 'N="""\none\n\n"""'],
    ["\n", 'N="""\n\n\n"""'],
    [
      "-----BEGIN KEY-----\n\tab==\n-----END KEY-----\n",
      'N="""\n-----BEGIN KEY-----\n\tab==\n-----END KEY-----\n\n"""',
    ],
    ['a\n"""\nb', 'N="a\\n\\"\\"\\"\\nb"'],
    ["a\r\nb", 'N="a\\r\\nb"'],
    ["\u001b[31mred\u200b", 'N="\\u{1b}[31mred\\u{200b}"'],
    ["😀 café", "N=😀 café"],
  ] as const
) {
  Deno.test(`editText() writes ${JSON.stringify(value)} so that it can be read again`, () => {
    const text = editText(new Map([["N", value]]));
    assertEquals(text, `${help}${row}\n`);
    assertEquals(parseEdited(text), { values: new Map([["N", value]]), problems: [], comments: 0 });
  });
}

Deno.test("parseEdited() reads whatever editText() wrote, also after an editor of Windows", () => {
  const values = new Map(
    Array.from({ length: 300 }, (_, index) => [`N${index}`, hostileWord(seeded(index), 30)]),
  );
  const sorted = new Map([...values].sort(([a], [b]) => (a < b ? -1 : 1)));
  const text = editText(values);
  for (const variant of [text, text.replaceAll("\n", "\r\n"), `\ufeff${text}`, text.trimEnd()]) {
    const { values: read, problems } = parseEdited(variant);
    assertEquals([problems, read], [[], sorted]);
  }
});

for (
  const [text, value] of [
    ["N=", ""],
    ["  N = x  ", "x"],
    ["N='a $b'", "a $b"],
    ["N=a'b", "a'b"],
    ["N=a # b", "a # b"],
    ['N="a" ', "a"],
    ['N="\\u{1F600}\\u{41}\\\\"', "😀A\\"],
    ['N="""\n"""', ""],
    ['N="""\n  a\n  """', "  a"],
    ["N=x\r\n", "x"],
  ] as const
) {
  Deno.test(`parseEdited() reads ${JSON.stringify(text)}`, () => {
    assertEquals(parseEdited(text), { values: new Map([["N", value]]), problems: [], comments: 0 });
  });
}

for (
  const [text, line, problem] of [
    ["hello", 1, "it is not NAME=value"],
    ["\n\n=x", 3, "it has no name"],
    ["export N=x", 1, '"export" doesn\'t belong here'],
    ["1N=x", 1, "its name has other characters than letters, digits, _ . and -"],
    ["A B=x", 1, "it is not NAME=value"],
    ["N=1\nM=2\nN=3", 3, "N is in line 1 already"],
    ["N='x", 1, "its value begins with ' and doesn't end with it: put it into double quotes"],
    ['N="x', 1, 'no " ends its value: write \\" for one inside, and """ for several lines'],
    ['N="x" y', 1, 'there is text after its closing "'],
    ['N="\\x"', 1, 'after \\ it has another character than n r t " \\ u{…}'],
    ['N="\\u{d800}"', 1, 'after \\ it has another character than n r t " \\ u{…}'],
    ['A=1\nN="""\nx\nB=2', 2, 'no line with """ ends its value'],
    ["N=a\0b", 1, "it has a NUL character, which no variable can hold"],
  ] as const
) {
  Deno.test(`parseEdited() finds what is wrong in ${JSON.stringify(text)}`, () => {
    assertEquals(parseEdited(text).problems, [{ line, problem }]);
  });
}

Deno.test("parseEdited() finds everything that is wrong at once", () => {
  assertEquals(parseEdited("A=1\nx\ny\nB=2").problems.map(({ line }) => line), [2, 3]);
});

Deno.test("parseEdited() counts the comments that aren't kept, without those of the help", () => {
  assertEquals(parseEdited(`${help}# mine\nA=1\n  # mine too\n`).comments, 2);
});

Deno.test("no problem's text holds a value", () => {
  for (const text of ["hunter2", "N=hunter2\nN=hunter2", 'N="hunter2', "N='hunter2", '"hunter2"=x']) {
    assertEquals(JSON.stringify(parseEdited(text).problems).includes("hunter2"), false, text);
  }
});

Deno.test("the help in the editor says what can be written", () => {
  assertStringIncludes(editHelp.join("\n"), "NAME=value");
});

Deno.test("valueProblem() refuses what no variable can hold", () => {
  assertEquals(valueProblem("x\ud800"), "it is not text: encode it, for example in base64");
  assertEquals(valueProblem("😀\n"), undefined);
});

Deno.test("differenceOf() names what was added, changed and removed", () => {
  const difference = differenceOf(
    new Map([["A", "1"], ["B", "2"], ["C", "3"]]),
    new Map([["A", "1"], ["B", "x"], ["D", "4"]]),
  );
  assertEquals(difference, { added: ["D"], changed: ["B"], removed: ["C"] });
});

Deno.test("parseEdited() is quick with 100 kB of blanks in a value", () => {
  const value = `x${" ".repeat(100_000)}y`;
  assertEquals(parseEdited(` N = ${value} `).values.get("N"), value);
});
