// alcaide secrets, as a person uses it: its key and its files.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Desk, desk } from "./secrets_cli.ts";
import { filled } from "../lib/vault/desks.ts";

const masterKey = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

async function modeOf(desk: Desk, name: string): Promise<string> {
  return (((await Deno.stat(`${desk.path}/${name}`)).mode ?? 0) & 0o777).toString(8);
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
  // Faults of the Alcaidefile don't matter where the key is at hand.
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

Deno.test("an equal value isn't written again", async () => {
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
