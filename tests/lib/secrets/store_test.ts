// Files and their keys: where both are looked for, and how they are read and written.

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { AlcaideError, UsageError } from "../../../lib/core/error.ts";
import { replaceFile } from "../../../lib/secrets/store.ts";
import { directory, oneText } from "./directory.ts";
import { messageOf, namesIn } from "./messages.ts";

const hexText = "02".repeat(32);

Deno.test("a store reads alcaide.secrets with the key in .alcaide/master.key", async () => {
  await using dir = await directory();
  await dir.key();
  await dir.encrypt({ A: "one", B: "two" });
  const store = dir.store();
  assertEquals([await store.exists(), await store.names()], [true, ["A", "B"]]);
  const loaded = await store.load();
  assertEquals([loaded["A"]?.reveal(), `${loaded["A"]}`], ["one", "[secret]"]);
});

Deno.test("each environment has a file and a key of its own", async () => {
  await using dir = await directory();
  await dir.key(oneText, ".alcaide/staging.key");
  await dir.encrypt({ A: "staging" }, "alcaide.staging.secrets", "staging");
  assertEquals((await dir.store({ environment: "staging" }).load())["A"]?.reveal(), "staging");
  assertEquals(await dir.store().exists(), false);
});

Deno.test("the file of one environment isn't taken for another's", async () => {
  await using dir = await directory();
  await dir.encrypt({ A: "x" }, "alcaide.staging.secrets", "production");
  assertEquals(await messageOf(() => dir.store({ environment: "staging" }).names()), [
    'Cannot use alcaide.staging.secrets: it was made for the environment "production"',
    "Each environment has a file of its own: don't copy them",
  ]);
  await dir.encrypt({ A: "x" }, "alcaide.staging.secrets");
  assertEquals(
    (await messageOf(() => dir.store({ environment: "staging" }).names()))[0],
    "Cannot use alcaide.staging.secrets: it was made for no environment",
  );
});

for (const name of ["master", "../x", "a/b", "", ".x"]) {
  Deno.test(`no secrets are kept of an environment "${name}"`, async () => {
    await using dir = await directory();
    const error = assertThrows(
      () => dir.store({ environment: name }),
      UsageError,
      `of the environment "${name}": `,
    );
    assertEquals(
      error.hint,
      "Use letters, digits, dots, hyphens and underscores, and another name than master",
    );
  });
}

Deno.test("ALCAIDE_MASTER_KEY comes before keyCommand, and that before the file", async () => {
  await using dir = await directory();
  await dir.key("not a key");
  await dir.encrypt({ A: "x" });
  const variables = { ALCAIDE_MASTER_KEY: oneText };
  assertEquals((await dir.store({ variables, keyCommand: "false" }).load())["A"]?.reveal(), "x");
  assertEquals((await dir.store({ keyCommand: `echo ${oneText}` }).load())["A"]?.reveal(), "x");
  // An empty variable isn't set: so CI gives a secret that it doesn't have.
  const empty = dir.store({ variables: { ALCAIDE_MASTER_KEY: " " }, keyCommand: `echo ${oneText}` });
  assertEquals((await empty.load())["A"]?.reveal(), "x");
});

Deno.test("keyCommand runs once, in the Alcaidefile's directory", async () => {
  await using dir = await directory();
  await dir.encrypt({ A: "x" });
  const store = dir.store({ keyCommand: `pwd >>ran; echo ${oneText}` });
  await Promise.all([store.load(), store.load(), store.key()]);
  assertEquals((await Deno.readTextFile(`${dir.path}/ran`)).trim(), await Deno.realPath(dir.path));
});

Deno.test("keyCommand that fails says how, and nothing of what it printed as a key", async () => {
  await using dir = await directory();
  await dir.encrypt({ A: "x" });
  const store = dir.store({ keyCommand: `echo ${oneText}; echo "not signed in" >&2; exit 6` });
  const error = await assertRejects(() => store.load(), AlcaideError);
  assertEquals([error.message, error.details, error.hint], [
    "Cannot get the key by keyCommand: it ended with status 6",
    ["not signed in"],
    "Try it in a shell, in the Alcaidefile's directory, or set ALCAIDE_MASTER_KEY",
  ]);
});

Deno.test("options name another file, key and command", async () => {
  await using dir = await directory();
  await dir.encrypt({ A: "x" }, "shared.secrets");
  await dir.key(oneText, ".alcaide/shared.key");
  const variables = { ALCAIDE_MASTER_KEY: hexText };
  const file = "shared.secrets";
  const options = { file, key: ".alcaide/shared.key" };
  const store = dir.store({ options, variables, environment: "staging" });
  assertEquals((await store.load())["A"]?.reveal(), "x");
  const asked = dir.store({ options: { file, keyCommand: `echo ${oneText}` }, keyCommand: "false" });
  assertEquals((await asked.load())["A"]?.reveal(), "x");
});

Deno.test("a key is missing: it is said which, and how it can be given", async () => {
  await using dir = await directory();
  await dir.encrypt({ A: "x" });
  assertEquals(await messageOf(() => dir.store().load()), [
    "Cannot use the secrets of alcaide.secrets: their key .alcaide/master.key is missing",
    "Put it there with mode 600 (a colleague has it), set ALCAIDE_MASTER_KEY, or set keyCommand",
  ]);
});

for (const mode of [0o644, 0o640, 0o604, 0o620]) {
  Deno.test(`a key of mode ${mode.toString(8)} is refused`, async () => {
    await using dir = await directory();
    await dir.encrypt({ A: "x" });
    await dir.key(oneText, ".alcaide/master.key", mode);
    assertEquals(await messageOf(() => dir.store().load()), [
      `Cannot use .alcaide/master.key: others may read it: its mode is ${mode.toString(8)}`,
      'Run "chmod 600 .alcaide/master.key"',
    ]);
  });
}

Deno.test("a file is missing: it is said how to make it", async () => {
  await using dir = await directory();
  assertEquals(await messageOf(() => dir.store({ environment: "staging" }).names()), [
    "Cannot use alcaide.staging.secrets: there is no such file",
    'Run "alcaide secrets init -e staging" to make it',
  ]);
  assertEquals((await messageOf(() => dir.store().load()))[1], 'Run "alcaide secrets init" to make it');
});

Deno.test("a failure isn't remembered: what is put right works", async () => {
  await using dir = await directory();
  await dir.encrypt({ A: "x" });
  const store = dir.store();
  await assertRejects(() => store.load());
  await dir.key();
  assertEquals((await store.load())["A"]?.reveal(), "x");
});

Deno.test("the key of a rotation that was cut off is found beside the old one", async () => {
  await using dir = await directory();
  await dir.encrypt({ A: "x" });
  await dir.key(hexText);
  assertEquals(
    (await messageOf(() => dir.store().load()))[0],
    "Cannot use alcaide.secrets: it was encrypted with another key",
  );
  await dir.key(oneText, ".alcaide/master.key.new");
  assertEquals((await dir.store().load())["A"]?.reveal(), "x");
  assertEquals(await namesIn(`${dir.path}/.alcaide`), ["master.key"]);
  assertEquals((await dir.store().load())["A"]?.reveal(), "x");
});

Deno.test("write() keeps the environment, and the lines of what stays", async () => {
  await using dir = await directory();
  await dir.key(oneText, ".alcaide/staging.key");
  await dir.encrypt({ A: "one", B: "two" }, "alcaide.staging.secrets", "staging");
  const at = { environment: "staging" };
  const before = await dir.store(at).open();
  await dir.store(at).write(new Map([["A", "one"], ["B", "new"]]), before.key, before);
  const after = await dir.store(at).open();
  const kept = before.text.split("\n").filter((line) => after.text.split("\n").includes(line));
  assertEquals(kept.map((line) => line.split(/[ :]/)[0]), ["alcaide-secrets/1", "#", "A", ""]);
  assertEquals(after.values, new Map([["A", "one"], ["B", "new"]]));
});

Deno.test("write() doesn't write over what somebody else wrote", async () => {
  await using dir = await directory();
  await dir.key();
  await dir.encrypt({ A: "one" });
  const store = dir.store();
  const before = await store.open();
  await dir.encrypt({ A: "other" });
  const error = await assertRejects(() => store.write(new Map(), before.key, before), AlcaideError);
  assertEquals([error.message, error.hint], [
    `Cannot write ${dir.path}/alcaide.secrets: somebody else changed it meanwhile`,
    "Try again",
  ]);
  assertEquals((await dir.store().load())["A"]?.reveal(), "other");
  assertEquals(await namesIn(dir.path), [
    ".alcaide",
    "alcaide.secrets",
  ]);
});

Deno.test("replaceFile() keeps mode and link, and leaves nothing beside", async () => {
  await using dir = await directory();
  await Deno.writeTextFile(`${dir.path}/real`, "old", { mode: 0o640 });
  await Deno.symlink("real", `${dir.path}/link`);
  await replaceFile(`${dir.path}/link`, "new");
  assertEquals(await Deno.readTextFile(`${dir.path}/real`), "new");
  assertEquals([
    (await Deno.lstat(`${dir.path}/link`)).isSymlink,
    (await Deno.stat(`${dir.path}/real`)).mode! & 0o777,
  ], [
    true,
    0o640,
  ]);
  await replaceFile(`${dir.path}/key`, "secret", { mode: 0o600 });
  assertEquals((await Deno.stat(`${dir.path}/key`)).mode! & 0o777, 0o600);
  await Deno.mkdir(`${dir.path}/full/x`, { recursive: true });
  const error = await assertRejects(() => replaceFile(`${dir.path}/full`, "x"), AlcaideError);
  assertEquals([error.message, error.hint], [
    `Cannot write ${dir.path}/full`,
    "Check the directory's permissions",
  ]);
  assertEquals(await namesIn(dir.path), [
    "full",
    "key",
    "link",
    "real",
  ]);
});

Deno.test("keyCommand that is killed says so", async () => {
  await using dir = await directory();
  await dir.encrypt({ A: "x" });
  const store = dir.store({ keyCommand: "kill -9 $$" });
  await assertRejects(() => store.load(), AlcaideError, "Cannot get the key by keyCommand: it was killed");
});
