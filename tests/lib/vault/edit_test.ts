// alcaide secrets edit: nothing is lost, and nothing in clear stays behind.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { dialogue, ranOf } from "../../tasks/secrets_cli.ts";
import { again, assertClean, filled, unhurried, valueOf } from "./editing.ts";

Deno.test("the editor gets all secrets in a file that nobody else can read", async () => {
  await using it = await filled();
  const env = await it.editor(
    `ls -ld "$file" "$(dirname "$file")" | cut -c1-10 >seen; cat "$file" >text; pwd >place`,
  );
  assertEquals((await it.run(["secrets", "edit"], { env })).out, "alcaide.secrets: unchanged\n");
  assertEquals(await it.read("seen"), "drwx------\n-rw-------\n");
  assertMatch(await it.read("text"), /^# A line for each secret[^]*\nA=hunter2\n$/);
  assertEquals((await it.read("place")).trim(), await Deno.realPath(it.path));
  assertEquals(await it.leftovers(), []);
});

Deno.test("an edit names added, changed and removed secrets, and comments that can't be kept", async () => {
  await using it = await filled();
  await it.run(["secrets", "set", "B"], { stdin: "x" });
  const env = await it.editor(`printf '# mine\\nA=hunter3\\nC="""\\n-----BEGIN\\n\\n"""\\n' >"$file"`);
  const { code, out, err } = await it.run(["secrets", "edit"], { env });
  assertEquals([code, out, err], [
    0,
    "alcaide.secrets: added C; changed A; removed B\n",
    "Warning: 1 comment of your own can't be kept\n",
  ]);
  assertEquals([await valueOf(it, "A"), await valueOf(it, "C")], ["hunter3", "-----BEGIN\n"]);
  await assertClean(it, "hunter3");
});

Deno.test("text that isn't changed writes nothing", async () => {
  await using it = await filled();
  const before = await Deno.stat(`${it.path}/alcaide.secrets`);
  for (const text of [":", 'touch "$file"', ': >"$file"', 'rm "$file"']) {
    const { code, out } = await it.run(["secrets", "edit"], { env: await it.editor(text) });
    assertEquals([code, out], [0, "alcaide.secrets: unchanged\n"], text);
  }
  const after = await Deno.stat(`${it.path}/alcaide.secrets`);
  assertEquals([after.ino, after.mtime], [before.ino, before.mtime]);
  assertEquals(await valueOf(it, "A"), "hunter2");
});

Deno.test("an editor that writes a new file in its place is understood", async () => {
  await using it = await filled();
  const env = await it.editor(
    `sed s/hunter2/hunter3/ "$file" >"$file.new"; cp "$file" "$file~"; mv "$file.new" "$file"`,
  );
  assertEquals((await it.run(["secrets", "edit"], { env })).code, 0);
  assertEquals(await valueOf(it, "A"), "hunter3");
  await assertClean(it, "hunter2", "hunter3");
});

Deno.test("VISUAL comes before EDITOR, both may have options, and vi is there without them", async () => {
  await using it = await filled();
  const { EDITOR = "" } = await it.editor('echo "$0 $*" >used; :');
  const visual = { VISUAL: `sed -i -e s/hunter2/hunter3/`, EDITOR };
  assertEquals((await it.run(["secrets", "edit"], { env: visual })).code, 0);
  assertEquals(await valueOf(it, "A"), "hunter3");
  const path = `${it.path}/bin`;
  await Deno.mkdir(path);
  await Deno.copyFile(EDITOR, `${path}/vi`);
  const bare = { PATH: `${path}:${Deno.env.get("PATH")}`, EDITOR: "" };
  assertEquals((await ranOf(it.type(["secrets", "edit"], bare))).code, 0);
  assertStringIncludes(await it.read("used"), "/bin/vi ");
});

Deno.test("the editor's output gets into no log and not among JSON", async () => {
  await using it = await filled();
  const env = await it.editor('cat "$file"; echo B=x >>"$file"');
  const { code, out, err } = await it.run(["--json", "secrets", "edit"], { env });
  assertEquals([code, JSON.parse(out).type, `${out}${err}`.includes("hunter2")], [0, "result", false]);
  const vi = await it.run(["secrets", "edit"], { env: { EDITOR: "", VISUAL: "" } });
  assertEquals([vi.code, vi.out, vi.err], [
    2,
    "",
    `Error: Cannot edit secrets here: an editor needs a terminal
  Hint: Use "alcaide secrets set NAME", or set EDITOR to a program that edits by itself
`,
  ]);
  await assertClean(it, "hunter2");
});

Deno.test("a mistake without a person to ask loses nothing: it is kept encrypted, and the next edit goes on", async () => {
  await using it = await filled();
  const before = await it.read("alcaide.secrets");
  const env = await it.editor(`echo 'B hunter4' >>"$file"`);
  const { code, out, err } = await it.run(["secrets", "edit"], { env });
  assertEquals([code, out], [1, ""]);
  assertStringIncludes(err, "Warning: Line 13: it is not NAME=value\n");
  assertStringIncludes(
    err,
    `Cannot understand 1 line of the text\n  Hint: Nothing was changed: ${again}`,
  );
  assertEquals([await it.read("alcaide.secrets"), err.includes("hunter")], [before, false]);
  await assertClean(it, "hunter2", "hunter4");
  const second = await it.run(["secrets", "edit"], { env: await it.editor(`sed -i 's/^B /B=/' "$file"`) });
  assertEquals([second.code, second.out], [0, "alcaide.secrets: added B\n"]);
  assertStringIncludes(second.err, "Going on with the unsaved text of the last edit");
  assertEquals(await valueOf(it, "B"), "hunter4");
  assertEquals((await it.run(["secrets", "edit"], { env: unhurried })).err, "");
});

Deno.test("an empty file throws away what was kept", async () => {
  await using it = await filled();
  await it.run(["secrets", "edit"], { env: await it.editor(`echo x >>"$file"`) });
  await it.run(["secrets", "edit"], { env: await it.editor(`: >"$file"`) });
  assertEquals((await it.run(["secrets", "edit"], { env: unhurried })).err, "");
  assertEquals(await valueOf(it, "A"), "hunter2");
});

Deno.test("a kept draft can still be gone on with after the key was rotated", async () => {
  await using it = await filled();
  await it.run(["secrets", "edit"], { env: await it.editor(`echo 'B hunter4' >>"$file"`) });
  await it.run(["secrets", "rotate"]);
  const { code, err } = await it.run(["secrets", "edit"], {
    env: await it.editor(`sed -i 's/^B /B=/' "$file"`),
  });
  assertEquals([code, err.includes("another key")], [0, false]);
  assertEquals(await valueOf(it, "B"), "hunter4");
});

Deno.test("a draft under another key is put aside, and stays", async () => {
  await using it = await filled();
  const draft = ".alcaide/alcaide.secrets.draft";
  await it.run(["secrets", "edit"], { env: await it.editor(`echo x >>"$file"`) });
  const kept = await it.read(draft);
  // As if a colleague had rotated the key.
  await Deno.remove(join(it.path, draft));
  await it.run(["secrets", "rotate"]);
  await Deno.writeTextFile(join(it.path, draft), kept);
  const { code, err } = await it.run(["secrets", "edit"], { env: await it.editor(`echo C=3 >>"$file"`) });
  assertEquals([code, err], [
    0,
    `Warning: The unsaved text of the last edit was encrypted with another key: it is ${draft}.old now\n`,
  ]);
  assertEquals([await valueOf(it, "C"), await it.read(`${draft}.old`)], ["3", kept]);
});

Deno.test("changes of others since a draft was kept are named, in the editor as well", async () => {
  await using it = await filled();
  await it.run(["secrets", "edit"], { env: await it.editor(`echo x >>"$file"`) });
  await it.run(["secrets", "set", "N"], { stdin: "1" });
  const { err } = await it.run(["secrets", "edit"], { env: await it.editor('cp "$file" text') });
  assertStringIncludes(
    err,
    "Warning: N changed in alcaide.secrets since: check that your text is still right",
  );
  assertMatch(await it.read("text"), /^# >>> changed since by others: N\n# A line/);
});

Deno.test("a person at a terminal is asked, and edits the same text again", async () => {
  await using it = await filled();
  const env = await it.editor(
    `if [ -e second ]; then cp "$file" second; sed -i 's/^B /B=/' "$file"; else echo 'B hunter4' >>"$file"; : >second; fi`,
  );
  const { code, shown } = await dialogue(it.type(["secrets", "edit"], { ...env, TERM: "xterm" }), [
    ["Edit it again? [y/N]", "y\n"],
  ]);
  assertEquals(code, 0, shown);
  assertStringIncludes(await it.read("second"), "\n# >>> it is not NAME=value\nB hunter4\n");
  assertEquals(await valueOf(it, "B"), "hunter4");
  await Deno.remove(`${it.path}/second`);
  await assertClean(it, "hunter2", "hunter4");
});

Deno.test("a person who says no loses nothing", async () => {
  await using it = await filled();
  const env = { ...await it.editor(`echo 'B hunter4' >>"$file"`), TERM: "xterm" };
  const { code } = await dialogue(it.type(["secrets", "edit"], env), [["Edit it again? [y/N]", "n\n"]]);
  assertEquals(code, 1);
  await assertClean(it, "hunter2", "hunter4");
  await it.run(["secrets", "edit"], { env: await it.editor(`sed -i 's/^B /B=/' "$file"`) });
  assertEquals(await valueOf(it, "B"), "hunter4");
});
