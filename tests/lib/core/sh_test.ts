import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { AlcaideError } from "../../../lib/core/error.ts";
import { type Arg, document, isCommand, quote, quoteAlways, raw, sh, word } from "../../../lib/core/sh.ts";
import { secret } from "../../../lib/core/secret.ts";
import { hostileWord, seeded, shell } from "../../shell.ts";

const words: readonly { name: string; text: string; quoted: string }[] = [
  { name: "a plain word", text: "bin/shop-1.2_x", quoted: "bin/shop-1.2_x" },
  { name: "nothing", text: "", quoted: "''" },
  { name: "a space", text: "a b", quoted: "'a b'" },
  { name: "an apostrophe", text: "it's", quoted: `'it'\\''s'` },
  { name: "only apostrophes", text: "''", quoted: `''\\'''\\'''` },
  { name: "a variable", text: "$HOME", quoted: "'$HOME'" },
  { name: "a backquote", text: "`id`", quoted: "'`id`'" },
  { name: "a line break", text: "a\nb", quoted: "'a\nb'" },
  { name: "a tilde", text: "~root", quoted: "'~root'" },
  { name: "a pattern", text: "*.[ch]?", quoted: "'*.[ch]?'" },
  { name: "an assignment", text: "A=b", quoted: "'A=b'" },
  { name: "an equals sign that assigns nothing", text: "+1=2", quoted: "+1=2" },
  { name: "a comment sign", text: "#x", quoted: "'#x'" },
  { name: "a bang", text: "!", quoted: "'!'" },
  { name: "letters beyond ASCII", text: "Größe", quoted: "'Größe'" },
  { name: "a backslash", text: "a\\b", quoted: "'a\\b'" },
];

for (const { name, text, quoted } of words) {
  Deno.test(`quote() writes ${name} as one word`, () => assertEquals(quote(text), quoted));
}

Deno.test("quote() refuses a NUL character", () => {
  assertThrows(() => quote("a\0b"), TypeError, "Cannot quote text with a NUL character");
});

Deno.test("quoteAlways() quotes a plain word too", () => assertEquals(quoteAlways("abc"), "'abc'"));

Deno.test("quoteAlways() refuses a NUL character", () => {
  assertThrows(() => quoteAlways("\0"), TypeError, "NUL");
});

const rendered: readonly { name: string; made: { text: string; shown: string }; text: string }[] = [
  { name: "a text", made: sh`cat ${"a b"}`, text: "cat 'a b'" },
  { name: "a number", made: sh`head -n ${3}`, text: "head -n 3" },
  { name: "a list as several words", made: sh`rm -- ${["a", "b c"]}`, text: "rm -- a 'b c'" },
  { name: "an empty list as nothing", made: sh`rm ${[]}`, text: "rm " },
  { name: "a list in a list", made: sh`x ${["a", ["b", 1]]}`, text: "x a b 1" },
  { name: "a command as it is", made: sh`${sh`a b`} && ${sh`c ${"d e"}`}`, text: "a b && c 'd e'" },
  {
    name: "a command as one word",
    made: sh`sh -c ${word(sh`echo ${"a b"}`)}`,
    text: `sh -c 'echo '\\''a b'\\'''`,
  },
  {
    name: "a value in quotes that a substitution opens anew",
    made: sh`x="$(cat ${"a b"})"`,
    text: `x="$(cat 'a b')"`,
  },
  { name: "a value after closed quotes", made: sh`echo 'a' "b" ${"c d"}`, text: `echo 'a' "b" 'c d'` },
  {
    name: "a value after an apostrophe in a comment",
    made: sh`# it's here
cat ${"a b"}`,
    text: "# it's here\ncat 'a b'",
  },
  { name: "a value after an escaped quote", made: sh`echo \" ${"a b"}`, text: `echo \\" 'a b'` },
  { name: "backslashes as typed", made: sh`printf '%s\n' ${"x"}`, text: "printf '%s\\n' x" },
  { name: "a shell variable with braces", made: sh`echo "\${a#b}"`, text: 'echo "${a#b}"' },
  { name: "a backquote", made: sh`echo \`id\``, text: "echo `id`" },
  {
    name: "parentheses within a substitution",
    made: sh`x=$(( $(cat ${"f"}) + (1) )); y ${"a b"}`,
    text: "x=$(( $(cat f) + (1) )); y 'a b'",
  },
];

for (const { name, made, text } of rendered) {
  Deno.test(`sh() writes ${name}`, () => {
    assertEquals(made.text, text);
    assertEquals(made.shown, text);
  });
}

const refused: readonly { name: string; value: unknown; message: string }[] = [
  { name: "undefined", value: undefined, message: "Cannot use value 1 in a command: it is undefined" },
  { name: "null", value: null, message: "Cannot use value 1 in a command: it is null" },
  { name: "a boolean", value: true, message: "a boolean has no form in the shell" },
  { name: "an object", value: {}, message: "object has no form in the shell, make it text first" },
  { name: "a function", value: () => {}, message: "a function has no form in the shell" },
  { name: "a promise", value: Promise.resolve(""), message: "it is a promise, await it first" },
  { name: "NaN", value: NaN, message: "Cannot use value 1 in a command" },
  { name: "infinity", value: Infinity, message: "Cannot use value 1 in a command" },
  { name: "undefined in a list", value: ["a", undefined], message: "it is undefined" },
  { name: "a NUL character", value: "\0", message: "NUL" },
];

for (const { name, value, message } of refused) {
  Deno.test(`sh() refuses ${name}`, () => {
    assertThrows(() => sh`x ${value as Arg}`, TypeError, message);
  });
}

Deno.test("sh() says which value it refuses", () => {
  assertThrows(() => sh`x ${1} ${"b"} ${null as unknown as Arg}`, TypeError, "Cannot use value 3");
});

Deno.test("sh() refuses a value inside double quotes", () => {
  assertThrows(
    () => sh`echo "${"x"}"`,
    TypeError,
    'Cannot put value 1 inside quotes: remove the " around it',
  );
});

Deno.test("sh() refuses a value inside single quotes", () => {
  assertThrows(
    () => sh`echo ${"a"} '${"x"}'`,
    TypeError,
    "Cannot put value 2 inside quotes: remove the ' around it",
  );
});

Deno.test("sh() refuses a value inside quotes within a substitution", () => {
  assertThrows(() => sh`x=$(cat "${"x"}")`, TypeError, "Cannot put value 1 inside quotes");
});

Deno.test("sh() masks a secret in what is shown", () => {
  const made = sh`login -p ${secret("hunt er2")}`;
  assertEquals([made.text, made.shown], ["login -p 'hunt er2'", "login -p [secret]"]);
});

Deno.test("word() refuses a command with a secret: it becomes an argument", () => {
  const error = assertThrows(() => word(sh`: ${secret("s3cret")}`), AlcaideError);
  assertEquals([error.message, error.hint], [
    "Cannot put a secret into an argument list: every user of the machine can read it",
    "Run the command without stdin and terminal, or write the secret to a file of mode 600 first",
  ]);
});

Deno.test("sh() masks secrets in lists, nested commands and here-documents", () => {
  const inner = sh`a ${["b", secret("s3cret")]}
cat ${document(secret("s3cret"))}`;
  const all = sh`{ ${inner}
}
sh -s ${document(inner)}
${inner}`;
  assertEquals(all.shown.includes("s3cret"), false);
  assertEquals(all.text.match(/s3cret/g)?.length, 6);
});

Deno.test("isCommand() knows a command of another copy of the library", () => {
  assertEquals(isCommand({ text: "", shown: "", [Symbol.for("alcaide.command")]: true }), true);
});

Deno.test("isCommand() takes no look-alike", () => assertEquals(isCommand({ text: "", shown: "" }), false));

Deno.test("sh() makes commands that can't be changed", () => {
  assertThrows(() => Object.assign(sh`true`, { text: "false" }), TypeError);
});

Deno.test("raw() takes a user's text as shell code", () => {
  assertEquals(sh`cd /app && ${raw("exec bin/x | tee y")}`.text, "cd /app && exec bin/x | tee y");
});

Deno.test("document() gives a text a line break at its end", () => {
  assertEquals(sh`cat ${document("a")}`.text, "cat <<'END_OF_TEXT'\na\nEND_OF_TEXT");
});

Deno.test("document() of nothing is empty", () => {
  assertEquals(sh`cat ${document("")}`.text, "cat <<'END_OF_TEXT'\nEND_OF_TEXT");
});

Deno.test("document() finds a mark that the text doesn't hold", () => {
  assertStringIncludes(document("x\nEND_OF_TEXT\ny").text, "<<'END_OF_TEXT_'");
});

Deno.test("document() refuses a NUL character", () => {
  assertThrows(() => document("\0"), TypeError, "NUL");
});

Deno.test("document() loses nothing of a line that begins like its end and goes on beyond ASCII", async () => {
  const text = "E\u00a0\nE\ufeff\nEé\nEND_OF_TEXT日\nA é\nAé\nNé\n";
  assertStringIncludes(document(text).text, "<<'BND_OF_TEXT'");
  assertEquals((await shell(sh`cat ${document(text)}`.text)).stdout, text);
});

Deno.test("document() passes any text through a real shell", async () => {
  const random = seeded(11);
  for (let i = 0; i < 20; i++) {
    const text = `${hostileWord(random)}\n${hostileWord(random)}END_OF_TEXT\nEND_OF_TEXT\n`;
    const { stdout } = await shell(sh`cat ${document(text)}`.text);
    assertEquals(stdout, text);
  }
});

Deno.test("document() runs a command as a script that can't read the rest of itself", async () => {
  const inner = sh`cat
echo ${"a 'b'"}
cat ${document("deep")}`;
  const { stdout } = await shell(
    sh`/bin/sh -s ${document(inner)}
echo after`.text,
  );
  assertEquals(stdout, "a 'b'\ndeep\nafter\n");
});

Deno.test("document() nests", async () => {
  const nested = sh`/bin/sh -s ${
    document(sh`/bin/sh -s ${document(sh`cat ${document("a\nEND_OF_TEXT\nb")}`)}`)
  }`;
  const { stdout } = await shell(nested.text);
  assertEquals(stdout, "a\nEND_OF_TEXT\nb\n");
});

Deno.test("word() nests", async () => {
  const inner = sh`printf %s ${`it's "so" $HOME`}`;
  const { stdout } = await shell(sh`sh -c ${word(sh`sh -c ${word(inner)}`)}`.text);
  assertEquals(stdout, `it's "so" $HOME`);
});

Deno.test("quote() brings 400 hostile words through a real shell", async () => {
  const seed = Number(Deno.env.get("ALCAIDE_TEST_SEED") ?? Math.floor(Math.random() * 2 ** 31));
  const random = seeded(seed);
  const hostile = Array.from({ length: 400 }, () => hostileWord(random));
  const { stdout, code } = await shell(sh`printf '%s\0' ${hostile}`.text);
  assertEquals(code, 0, `seed ${seed}`);
  assertEquals(stdout.split("\0").slice(0, -1), hostile, `with ALCAIDE_TEST_SEED=${seed}`);
});
