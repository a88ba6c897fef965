// alcaide secrets set, show and unset, as a person uses them.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { dialogue } from "../../tasks/secrets_cli.ts";
import { filled } from "./desks.ts";

Deno.test("secrets set takes a value from standard input, and show gives it back byte for byte", async () => {
  await using it = await filled();
  for (
    const [stdin, stored, ...options] of [
      ["hunter2\n", "hunter2"],
      ["hunter2\r\n", "hunter2"],
      ["hunter2", "hunter2"],
      ["hunter2\n", "hunter2\n", "--exact"],
      ["-----BEGIN\n\tx\r\n'\"$`\\-----END\n", "-----BEGIN\n\tx\r\n'\"$`\\-----END\n"],
      ["\ufeffé漢😀\u0001\u001b[31m", "\ufeffé漢😀\u0001\u001b[31m"],
    ] as const
  ) {
    const { code, out, err } = await it.run(["secrets", "set", "A", ...options], { stdin });
    assertEquals(code, 0, err);
    assertEquals(`${out}${err}`.includes("hunter2"), false);
    assertEquals((await it.run(["secrets", "show", "A"])).out, stored);
  }
});

Deno.test("secrets set refuses what no variable can hold, and nothing at all", async () => {
  await using it = await filled();
  const before = await it.read("alcaide.secrets");
  for (
    const [stdin, message] of [
      [new Uint8Array([0xff, 0x41]), "Cannot set A: it is not text in UTF-8"],
      ["a\0b", "Cannot set A: it has a NUL character, which no variable can hold"],
      ["", "Cannot set A to nothing: standard input is empty"],
      ["\n", "Cannot set A to nothing: standard input holds nothing but a line break\n  Hint: Write A="],
      ["\r\n", "Cannot set A to nothing: standard input holds nothing but a line break"],
    ] as const
  ) {
    const { code, err } = await it.run(["secrets", "set", "A"], { stdin });
    assertEquals(code, 1);
    assertStringIncludes(err, message);
  }
  assertEquals(await it.read("alcaide.secrets"), before);
});

const misuses = [
  [
    ["set"],
    'Cannot set a secret without its NAME\n  Hint: Run "alcaide help secrets" for its arguments and options',
  ],
  [["set", "A=hunter2"], "Cannot set a secret of that name\n  Hint: Use letters, digits"],
  [
    ["set", "A", "hunter2"],
    'Cannot use the words after "secrets set": it takes one name, and no value\n',
  ],
  [["edit", "hunter2"], 'Cannot use the words after "secrets edit": it takes no names\n'],
  [["set", "A", "--names"], 'Cannot use --names with "secrets set"'],
  [["set", "A", "--bytes", "9"], "Cannot use --bytes without --generate"],
  [
    ["set", "A", "--generate", "--bytes", "7"],
    "Cannot generate 7 bytes\n  Hint: Give a whole number from 8 to 10000",
  ],
  [["show", "A", "--names"], "Cannot show names and a value at once"],
  [
    ["show"],
    "All secrets are shown only in a terminal\n  Hint: Name one, or use --names",
  ],
  [["show", "B"], 'Cannot find a secret "B"\n  Hint: Did you mean "A"?'],
  [["unset", "B"], 'Cannot find a secret "B"'],
  [["unset"], "Cannot unset a secret without its NAME"],
  [
    ["show", "-e", "../x"],
    "Cannot keep secrets of the environment \"../x\": its name can't be part of a file's",
  ],
] as const;

Deno.test("secrets says how it is meant, and never what was typed by mistake", async () => {
  await using it = await filled({ A: "value" });
  const before = await it.read("alcaide.secrets");
  for (const [args, message] of misuses) {
    const { code, out, err } = await it.run(["secrets", ...args], { stdin: "x" });
    assertEquals([code, out], [2, ""], args.join(" "));
    assertStringIncludes(err, message);
    assertEquals(err.includes("hunter2"), false);
  }
  assertEquals(await it.read("alcaide.secrets"), before);
});

Deno.test("secrets set --generate makes another text each time, safe in URLs", async () => {
  await using it = await filled();
  const made: string[] = [];
  for (const options of [[], [], ["--bytes", "8"]]) {
    assertEquals((await it.run(["secrets", "set", "A", "--generate", ...options])).code, 0);
    made.push((await it.run(["secrets", "show", "A"])).out);
  }
  assertEquals(made.map((text) => text.length), [64, 64, 11]);
  assertEquals([new Set(made).size, made.every((text) => /^[\w-]+$/.test(text))], [3, true]);
});

Deno.test("secrets set at a terminal asks twice, and shows nothing of what is typed", async () => {
  await using it = await filled();
  const prompt = "Value of A (it is not shown):";
  const set = (once: string, again: string) =>
    dialogue(it.type(["secrets", "set", "A"]), [[prompt, `${once}\n`], ["Once more:", `${again}\n`]]);
  const differing = await set("hunter2", "hunter3");
  assertEquals(differing.code, 1);
  assertStringIncludes(differing.shown, "Cannot set A: the two values differ");
  const same = await set("hunter2", "hunter2");
  assertEquals([same.code, same.shown.includes("hunter")], [0, false]);
  assertEquals((await it.run(["secrets", "show", "A"])).out, "hunter2");
  const none = await dialogue(it.type(["secrets", "set", "A"]), [[prompt, "\n"]]);
  assertStringIncludes(none.shown, "Cannot set A to nothing");
  const stopped = await dialogue(it.type(["secrets", "set", "A"]), [[prompt, "hunter4\x03"]]);
  assertEquals(stopped.code, 130, stopped.shown);
  const unasked = await dialogue(it.type(["secrets", "set", "A", "--json"]), []);
  assertEquals(unasked.code, 2);
  assertStringIncludes(unasked.shown, "Cannot ask for the value of A here");
});

Deno.test("secrets show at a terminal shows everything, without what would disturb the terminal", async () => {
  await using it = await filled({ B: "two\nlines", A: "\u001b[2Jx" });
  const { code, shown } = await dialogue(it.type(["secrets", "show"]), []);
  assertEquals([code, shown.replaceAll("\r", "")], [0, 'A="\\u{1b}[2Jx"\nB="""\ntwo\nlines\n"""\n']);
});

Deno.test("secrets show --names needs no key", async () => {
  await using it = await filled({ B: "x", A: "y" });
  await Deno.remove(`${it.path}/.alcaide/master.key`);
  assertEquals((await it.run(["secrets", "show", "--names"])).out, "A\nB\n");
  const { out } = await it.run(["secrets", "show", "--names", "--json"]);
  assertEquals(JSON.parse(out), { type: "result", value: ["A", "B"] });
});

Deno.test("secrets unset removes several at once, or none", async () => {
  await using it = await filled({ A: "1", B: "2", C: "3" });
  assertEquals((await it.run(["secrets", "unset", "A", "X"])).code, 2);
  const { out } = await it.run(["secrets", "unset", "A", "C", "--json"]);
  assertEquals(JSON.parse(out).value, {
    file: "alcaide.secrets",
    added: [],
    changed: [],
    removed: ["A", "C"],
  });
  assertEquals((await it.run(["secrets", "show", "--names"])).out, "B\n");
});
