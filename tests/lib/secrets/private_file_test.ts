import { assertEquals, assertRejects } from "@std/assert";
import { dirname } from "@std/path";
import { AlcaideError } from "../../../lib/core/error.ts";
import { privateFile, removeAbandoned } from "../../../lib/secrets/private_file.ts";
import { directory } from "./directory.ts";
import { namesIn } from "./messages.ts";

Deno.test("privateFile() takes the first place that there is, and leaves nothing", async () => {
  await using dir = await directory();
  {
    await using file = await privateFile("x", [`${dir.path}/nowhere`, dir.path]);
    await file.write("one");
    await file.write("two");
    assertEquals([await file.read(), file.path.startsWith(dir.path)], ["two", true]);
    const { mode } = await Deno.stat(file.path);
    assertEquals((mode ?? 0) & 0o777, 0o600);
    await Deno.remove(file.path);
    assertEquals(await file.read(), undefined);
  }
  assertEquals(await namesIn(dir.path), []);
  const error = await assertRejects(() => privateFile("x", [`${dir.path}/nowhere`]), AlcaideError);
  assertEquals([error.message, error.hint], ["Cannot make a private directory for the editor", "Set TMPDIR"]);
});

Deno.test("privateFile() that is barred leaves no directory to save into", async () => {
  await using dir = await directory();
  let path;
  {
    await using file = await privateFile("x", [dir.path]);
    await file.write("hunter2");
    file.bar();
    path = file.path;
  }
  assertEquals(await namesIn(dir.path), [dirname(path).slice(dir.path.length + 1)]);
  assertEquals(await Deno.readTextFile(dirname(path)), "");
  await assertRejects(() => Deno.mkdir(dirname(path), { recursive: true }));
});

Deno.test("removeAbandoned() takes what nobody holds, and nothing else", async () => {
  await using dir = await directory();
  await using held = await privateFile("secrets.env", [dir.path]);
  await held.write("hunter2");
  const at = (name: string) => `${dir.path}/${name}`;
  // One whose program was killed, one that an editor made anew, one that begins just now, and others' things.
  for (const name of ["alcaide-edit-killed", "alcaide-edit-late", "alcaide-edit-new", "alcaide-other"]) {
    await Deno.mkdir(at(name));
  }
  for (
    const name of [
      "alcaide-edit-killed/lock",
      "alcaide-edit-killed/secrets.env",
      "alcaide-edit-late/secrets.env",
    ]
  ) {
    await Deno.writeTextFile(at(name), "");
  }
  await Deno.writeTextFile(at("alcaide-edit-file"), "");
  await Deno.symlink(at("alcaide-other"), at("alcaide-edit-link"));
  const gone = [at("alcaide-edit-killed"), at("alcaide-edit-late")];
  assertEquals((await removeAbandoned([dir.path, dir.path, at("nowhere")])).sort(), gone);
  assertEquals(await held.read(), "hunter2");
  const left = (await namesIn(dir.path)).filter((name) => !held.path.includes(name));
  assertEquals(left, ["alcaide-edit-file", "alcaide-edit-link", "alcaide-edit-new", "alcaide-other"]);
});

Deno.test("removeAbandoned() leaves alone what is another user's", async () => {
  await using dir = await directory();
  await Deno.mkdir(`${dir.path}/alcaide-edit-x`);
  await Deno.writeTextFile(`${dir.path}/alcaide-edit-x/secrets.env`, "");
  await Deno.chown(`${dir.path}/alcaide-edit-x`, 12345, 12345);
  assertEquals(await removeAbandoned([dir.path]), []);
});
