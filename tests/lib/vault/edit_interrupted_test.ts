// alcaide secrets edit that is ended, or overtaken by another one.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { dirname } from "@std/path";
import { appeared, ranOf } from "../../tasks/secrets_cli.ts";
import { assertClean, filled, valueOf } from "./editing.ts";

for (
  const [editor, message] of [
    [
      "no-such-editor",
      'Cannot edit: the editor "no-such-editor" ended with status 127\n  Hint: Set VISUAL or EDITOR',
    ],
    ["false", 'Cannot edit: the editor "false" ended with status 1\n  Hint: Nothing was changed'],
  ] as const
) {
  Deno.test(`an editor that fails (${editor}) changes nothing`, async () => {
    await using it = await filled();
    const { code, err } = await it.run(["secrets", "edit"], { env: { EDITOR: editor } });
    assertEquals(code, 1);
    assertStringIncludes(err, message);
    assertEquals(await valueOf(it, "A"), "hunter2");
    await assertClean(it, "hunter2");
  });
}

Deno.test("somebody else's change meanwhile is kept, and so is what was written", async () => {
  await using it = await filled();
  const env = await it.editor(
    `sed -i s/hunter2/hunter3/ "$file"; : >ready; while [ ! -e go ]; do sleep 0.05; done`,
  );
  const child = it.start(["secrets", "edit"], env);
  await appeared(`${it.path}/ready`);
  await it.run(["secrets", "set", "B"], { stdin: "x" });
  await Deno.writeTextFile(`${it.path}/go`, "");
  await child.stdin.close();
  const { code, err } = await ranOf(child);
  assertEquals(code, 1);
  assertStringIncludes(err, "somebody else changed it meanwhile");
  assertStringIncludes(err, "The text is kept, encrypted");
  assertEquals([await valueOf(it, "A"), await valueOf(it, "B")], ["hunter2", "x"]);
  await assertClean(it, "hunter2", "hunter3");
});

for (const [signal, status] of [["SIGTERM", 143], ["SIGHUP", 129], ["SIGQUIT", 131]] as const) {
  Deno.test(`${signal} removes the plain text, and keeps what was written encrypted`, async () => {
    await using it = await filled();
    const env = await it.editor(`echo B=hunter4 >>"$file"; : >ready; exec sleep 30`);
    const child = it.start(["secrets", "edit"], env);
    await appeared(`${it.path}/ready`);
    child.kill(signal);
    await child.stdin.close();
    const { code, err } = await ranOf(child);
    assertEquals(code, status, err);
    assertEquals(err.includes("hunter"), false);
    await assertClean(it, "hunter2", "hunter4");
    await it.run(["secrets", "edit"], { env: { EDITOR: "true" } });
    assertEquals(await valueOf(it, "B"), "hunter4");
  });
}

Deno.test("clear text that SIGKILL left is removed by the next edit, which says so", async () => {
  await using it = await filled();
  const env = await it.editor(`echo $$ >pid; mv pid ready; exec sleep 30`);
  const child = it.start(["secrets", "edit"], env);
  await appeared(`${it.path}/ready`);
  child.kill("SIGKILL");
  Deno.kill(Number(await it.read("ready")), "SIGTERM");
  await child.stdin.close();
  await ranOf(child);
  const [left = ""] = await it.leftovers();
  assertStringIncludes(await Deno.readTextFile(left), "hunter2");
  const { code, err } = await it.run(["secrets", "edit"], { env: await it.editor(`echo B=x >>"$file"`) });
  assertEquals([code, err], [
    0,
    `Warning: An earlier edit was killed: its plain text, "${
      dirname(left)
    }", is removed now, and its unsaved changes are lost\n`,
  ]);
  await assertClean(it, "hunter2");
});

Deno.test("an edit that still goes on is left alone by another one", async () => {
  await using it = await filled();
  const child = it.start(
    ["secrets", "edit"],
    await it.editor(`: >ready; while [ ! -e go ]; do sleep 0.05; done; echo B=x >>"$file"`),
  );
  await appeared(`${it.path}/ready`);
  const other = await it.run(["secrets", "edit"], { env: { EDITOR: "touch" } });
  assertEquals([other.code, other.err.includes("killed")], [0, false]);
  await Deno.writeTextFile(`${it.path}/go`, "");
  await child.stdin.close();
  assertEquals((await ranOf(child)).out, "alcaide.secrets: added B\n");
});

Deno.test("an editor that doesn't wait is told of, and can leave nothing in clear later", async () => {
  await using it = await filled();
  // As one with a window of its own does, which also makes the directory that it saves into.
  const env = await it.editor(`
( trap '' HUP; while [ ! -e go ]; do sleep 0.05; done
  mkdir -p "$(dirname "$file")"; echo A=hunter4 >"$file"; : >saved ) >/dev/null 2>&1 &`);
  const { code, out, err } = await it.run(["secrets", "edit"], { env });
  assertEquals([code, out, err], [
    0,
    "alcaide.secrets: unchanged\n",
    `Warning: The editor "${
      env["EDITOR"]
    }" ended at once and changed nothing. An editor with its own window must ` +
    'wait until it is closed, such as "code --wait"; changes saved there now are lost\n',
  ]);
  await Deno.writeTextFile(`${it.path}/go`, "");
  await appeared(`${it.path}/saved`);
  await assertClean(it, "hunter2", "hunter4");
});

Deno.test("Ctrl-C belongs to the editor", async () => {
  await using it = await filled();
  const env = await it.editor(
    `trap : INT; : >ready; while [ ! -e go ]; do sleep 0.05; done; echo B=hunter4 >>"$file"`,
  );
  const child = it.start(["secrets", "edit"], env);
  await appeared(`${it.path}/ready`);
  for (let i = 0; i < 4; i++) child.kill("SIGINT");
  await Deno.writeTextFile(`${it.path}/go`, "");
  await child.stdin.close();
  const { code, err } = await ranOf(child);
  assertEquals([code, err], [0, ""]);
  assertEquals(await valueOf(it, "B"), "hunter4");
  await assertClean(it, "hunter2", "hunter4");
});

Deno.test("the third SIGTERM ends at once, and still leaves no plain text", async () => {
  await using it = await filled();
  const env = await it.editor(`trap : TERM; : >ready; while [ ! -e go ]; do sleep 0.05; done`);
  const child = it.start(["secrets", "edit"], env);
  await appeared(`${it.path}/ready`);
  let said = "";
  const reading = (async () => {
    for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream())) {
      said += chunk;
      if (/Stopping|Still/.test(chunk)) child.kill("SIGTERM");
    }
  })();
  child.kill("SIGTERM");
  const { code } = await child.status;
  assertEquals(code, 143);
  for (const file of await it.leftovers()) {
    assertEquals((await Deno.readTextFile(file)).includes("hunter2"), false, file);
  }
  await Deno.writeTextFile(`${it.path}/go`, "");
  await Promise.all([reading, child.stdout.cancel(), child.stdin.close()]);
  assertStringIncludes(said, "Still cleaning up");
});
