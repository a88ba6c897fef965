// alcaide secrets, as a person uses it.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Desk, desk, dialogue } from "./secrets_cli.ts";

const masterKey = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

async function modeOf(desk: Desk, name: string): Promise<string> {
  return (((await Deno.stat(`${desk.path}/${name}`)).mode ?? 0) & 0o777).toString(8);
}

/** A desk with a key, an encrypted file, and values in it. */
async function filled(values: Record<string, string> = {}): Promise<Desk> {
  const made = await desk();
  await made.run(["secrets", "init"]);
  for (const [name, value] of Object.entries(values)) {
    const { code, err } = await made.run(["secrets", "set", name, "--exact"], { stdin: value });
    assertEquals(code, 0, err);
  }
  return made;
}

Deno.test("secrets init makes a key that only its owner can read, and a file to commit", async () => {
  await using it = await desk();
  const { code, out, err } = await it.run(["secrets", "init"]);
  assertEquals([code, err], [
    0,
    ".alcaide/master.key: written\n.gitignore: written\nalcaide.secrets: written\n",
  ]);
  assertStringIncludes(out, "Keep a copy of .alcaide/master.key in a safe place: nobody can restore it");
  assertEquals([await modeOf(it, ".alcaide"), await modeOf(it, ".alcaide/master.key")], ["700", "600"]);
  assertEquals(await it.read(".gitignore"), ".alcaide/\n");
  const key = (await it.read(".alcaide/master.key")).trim();
  assertEquals(key.length, 44);
  for (const text of [out, err, await it.read("alcaide.secrets")]) assertEquals(text.includes(key), false);
});

Deno.test("secrets init a second time changes nothing", async () => {
  await using it = await filled({ A: "x" });
  const before = [await it.read("alcaide.secrets"), await it.read(".alcaide/master.key")];
  assertEquals((await it.run(["secrets", "init"])).out, "Everything is there already\n");
  assertEquals([await it.read("alcaide.secrets"), await it.read(".alcaide/master.key")], before);
  assertEquals(await it.read(".gitignore"), ".alcaide/\n");
});

Deno.test("secrets init leaves a .gitignore that has the line, and a key that is there", async () => {
  await using it = await desk();
  await Deno.writeTextFile(`${it.path}/.gitignore`, "dist\n/.alcaide\n");
  await Deno.mkdir(`${it.path}/.alcaide`);
  await Deno.writeTextFile(`${it.path}/.alcaide/master.key`, masterKey, { mode: 0o600 });
  const { code, err } = await it.run(["secrets", "init"]);
  assertEquals([code, err], [
    0,
    ".alcaide/master.key: left alone\n.gitignore: left alone\nalcaide.secrets: written\n",
  ]);
  assertEquals(await it.read(".alcaide/master.key"), masterKey);
});

Deno.test("secrets init closes a directory for keys that was open", async () => {
  await using it = await desk();
  await Deno.mkdir(`${it.path}/.alcaide`, { mode: 0o755 });
  await it.run(["secrets", "init"]);
  assertEquals([await modeOf(it, ".alcaide"), await modeOf(it, ".alcaide/master.key")], ["700", "600"]);
});

Deno.test("secrets init doesn't make another key for a file whose key is missing", async () => {
  await using it = await filled();
  await Deno.remove(`${it.path}/.alcaide/master.key`);
  const { code, err } = await it.run(["secrets", "init"]);
  assertEquals(code, 78);
  assertStringIncludes(
    err,
    "Cannot use alcaide.secrets: it exists already, and its key .alcaide/master.key is missing",
  );
});

Deno.test("secrets init stands beside the Alcaidefile, also one that isn't finished", async () => {
  await using it = await desk();
  await Deno.writeTextFile(`${it.path}/Alcaidefile.ts`, "export default {{");
  await Deno.mkdir(`${it.path}/src`);
  const { code, err } = await it.run(["secrets", "init", "-e", "staging", "-c", "Alcaidefile.ts"]);
  assertEquals(code, 0, err);
  assertMatch(await it.read("alcaide.staging.secrets"), /^alcaide-secrets\/1 environment=staging key=/);
  assertEquals(await modeOf(it, ".alcaide/staging.key"), "600");
  // What is wrong with the Alcaidefile doesn't matter where the key is at hand.
  assertEquals((await it.run(["secrets", "set", "A", "-e", "staging"], { stdin: "x" })).code, 0);
});

Deno.test("with ALCAIDE_MASTER_KEY no key is written", async () => {
  await using it = await desk();
  const env = { ALCAIDE_MASTER_KEY: masterKey };
  assertEquals((await it.run(["secrets", "init"], { env })).code, 0);
  assertEquals((await it.run(["secrets", "set", "A"], { env, stdin: "x\n" })).code, 0);
  assertEquals((await it.run(["secrets", "show", "A"], { env })).out, "x");
  assertEquals(await Deno.stat(`${it.path}/.alcaide`).then(() => true, () => false), false);
  const { code, err } = await it.run(["secrets", "show", "A"]);
  assertEquals(code, 78);
  assertStringIncludes(err, "their key .alcaide/master.key is missing");
});

Deno.test("keyCommand of the Alcaidefile gives the key", async () => {
  await using it = await desk();
  const config = {
    app: "shop",
    server: "root@203.0.113.7",
    build: { prebuilt: "dist" },
    keyCommand: "cat vault",
  };
  await Deno.writeTextFile(`${it.path}/Alcaidefile.ts`, `export default ${JSON.stringify(config)};`);
  await Deno.writeTextFile(`${it.path}/vault`, masterKey);
  assertEquals((await it.run(["secrets", "init"])).code, 0);
  assertEquals((await it.run(["secrets", "set", "A"], { stdin: "x" })).code, 0);
  const env = { ALCAIDE_MASTER_KEY: masterKey };
  assertEquals((await it.run(["secrets", "show", "A"], { env })).out, "x");
  await Deno.remove(`${it.path}/vault`);
  const { code, err } = await it.run(["secrets", "show", "A"]);
  assertEquals(code, 1);
  assertStringIncludes(err, "Cannot get the key by keyCommand: it ended with status 1");
});

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

Deno.test("what is the same already isn't written again", async () => {
  await using it = await filled({ A: "x" });
  const before = await it.read("alcaide.secrets");
  const { out } = await it.run(["secrets", "set", "A"], { stdin: "x" });
  assertEquals([out, await it.read("alcaide.secrets")], ["alcaide.secrets: unchanged\n", before]);
});

Deno.test("secrets rotate keeps all values under a new key", async () => {
  await using it = await filled({ A: "one", B: "two\n" });
  const [file, key] = [await it.read("alcaide.secrets"), await it.read(".alcaide/master.key")];
  const { code, out } = await it.run(["secrets", "rotate"]);
  assertEquals(code, 0);
  assertStringIncludes(out, "alcaide.secrets: 2 secrets encrypted with the new key in .alcaide/master.key");
  const after = await it.read("alcaide.secrets");
  const stayed = after.split("\n").filter((line) => file.split("\n").includes(line) && /^\w+:/.test(line));
  assertEquals([stayed, key === await it.read(".alcaide/master.key")], [[], false]);
  assertEquals([(await it.run(["secrets", "show", "B"])).out, await modeOf(it, ".alcaide/master.key")], [
    "two\n",
    "600",
  ]);
  const old = await it.run(["secrets", "show", "B"], { env: { ALCAIDE_MASTER_KEY: key } });
  assertEquals(old.code, 78);
  assertStringIncludes(old.err, "it was encrypted with another key");
});

Deno.test("secrets rotate leaves a key from elsewhere for its vault, and says so", async () => {
  await using it = await desk();
  const env = { ALCAIDE_MASTER_KEY: masterKey };
  await it.run(["secrets", "init"], { env });
  await it.run(["secrets", "set", "A"], { env, stdin: "x" });
  const { out } = await it.run(["secrets", "rotate"], { env });
  assertStringIncludes(
    out,
    "Put the new key where ALCAIDE_MASTER_KEY comes from, remove .alcaide/master.key.new",
  );
  assertEquals((await it.run(["secrets", "show", "A"], { env })).out, "x");
  const again = await it.run(["secrets", "rotate"], { env });
  assertEquals(again.code, 1);
  assertStringIncludes(
    again.err,
    "Cannot rotate again: the last new key is still in .alcaide/master.key.new",
  );
  const moved = { ALCAIDE_MASTER_KEY: await it.read(".alcaide/master.key.new") };
  await Deno.remove(`${it.path}/.alcaide/master.key.new`);
  assertEquals((await it.run(["secrets", "show", "A"], { env: moved })).out, "x");
});

Deno.test("--file and --key name others", async () => {
  await using it = await desk();
  const at = ["--file", "shared.secrets", "--key", "shared.key"];
  assertEquals((await it.run(["secrets", "init", ...at])).code, 0);
  assertEquals((await it.run(["secrets", "set", "A", ...at], { stdin: "x" })).code, 0);
  assertEquals((await it.run(["secrets", "show", "A", "-e", "staging", ...at])).out, "x");
  assertEquals(await it.read(".gitignore"), "/shared.key\n");
});
