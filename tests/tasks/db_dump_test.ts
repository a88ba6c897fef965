import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { AlcaideError } from "../../lib/core/error.ts";
import { inFolder } from "../folder.ts";
import { type Circumstances, perform, print } from "./db_running.ts";

const dumped = new Uint8Array([0x50, 0x47, 0, 0xff, 0x0a]);

Deno.test("db dump writes what pg_dump prints to a file of its owner's", async () => {
  await inFolder(async (folder) => {
    const { ui, scripts } = await perform(["dump", `${folder}/it`], { work: print(dumped) });
    assertEquals(await Deno.readFile(`${folder}/it`), dumped);
    assertMatch(ui.results[0] ?? "", /^db of web is in .*\/it: 5 B in /);
    assertEquals(scripts.length, 1);
    assertStringIncludes(scripts[0] ?? "", "jexec -l -U postgres shop_db /bin/sh -c");
    assertStringIncludes(scripts[0] ?? "", "PGPORT=5432 PGDATABASE=shop");
  });
});

Deno.test("db dump says before it asks a server that there is no such directory", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/none/it`;
    const work = () => Promise.reject(new Error("It was asked"));
    const error = await assertRejects(() => perform(["dump", path], { work }), AlcaideError);
    assertEquals([error.message, error.hint], [
      `Cannot write to "${path}": there is no such directory`,
      "Make the directory, or name another",
    ]);
  });
});

Deno.test("db dump leaves an old file alone, unless it is told to replace it", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/it`;
    await Deno.writeTextFile(path, "old");
    const error = await assertRejects(() => perform(["dump", path]), AlcaideError);
    assertEquals([error.message, error.hint], [
      `Cannot write to "${path}": it exists already`,
      "Give another name, or replace it with --force",
    ]);
    assertEquals(
      (await assertRejects(() => perform(["dump", folder]), AlcaideError)).message,
      `Cannot write to "${folder}": it is not a file`,
    );
    await perform(["dump", path], { options: { force: true }, work: print(dumped) });
    assertEquals(await Deno.readFile(path), dumped);
  });
});

Deno.test("db dump that fails says why and leaves no file", async () => {
  await inFolder(async (folder) => {
    const work = print(dumped, "alcaide estimate: at most 5\npg_dump: error: no memory\n", 1);
    const error = await assertRejects(() => perform(["dump", `${folder}/it`], { work }), AlcaideError);
    assertEquals([error.message, error.details, error.hint], [
      "Cannot dump db on web: it ended with status 1",
      ["pg_dump: error: no memory"],
      "No file was written",
    ]);
    assertEquals(await Array.fromAsync(Deno.readDir(folder)), []);
  });
});

Deno.test("db dump shows how much has come, of a size that nobody knows", async () => {
  await inFolder(async (folder) => {
    const { ui } = await perform(["dump", `${folder}/it`], { work: print(dumped) });
    const found = ui.events.filter((event) => event.type === "progress");
    assertEquals(found, [{ type: "progress", label: "From web", done: 5, total: 0 }]);
  });
});

Deno.test("db dump estimates its size until it is larger than that, and remembers what it was", async () => {
  const shown = async (folder: string, first: string) => {
    const work: Circumstances["work"] = ({ onData }) => {
      onData?.(new TextEncoder().encode(first), "err");
      for (const piece of [4, 4, 4]) onData?.(new Uint8Array(piece), "out");
      return Promise.resolve({ code: 0 });
    };
    const { ui, records } = await perform(["dump", `${folder}/it`], { work, options: { force: true } });
    const found = ui.events.flatMap((event) => event.type === "progress" ? [event] : []);
    return { found: found.map(({ done, total, estimate }) => [done, total, estimate]), records };
  };
  await inFolder(async (folder) => {
    const { found, records } = await shown(folder, "alcaide estimate: about 8\n");
    assertEquals(found, [[4, 8, "about"], [8, 8, "about"], [12, 0, undefined]]);
    assertEquals(records.map(({ what, bytes }) => [what, bytes]), [["db dump", 12]]);
    const first = await shown(folder, "alcaide estimate: at most 60\n");
    assertEquals(first.found.at(-1), [12, 60, "at most"]);
    assertEquals((await shown(folder, "alcaide estimate: at most \n")).found.at(-1), [12, 0, undefined]);
  });
});
