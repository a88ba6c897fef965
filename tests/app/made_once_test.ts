// Directories that test runs share.

import { assertEquals } from "@std/assert";
import { madeOnce } from "../made_once.ts";

Deno.test("madeOnce() makes a directory once, and removes those that nobody has used for a day", async () => {
  const root = await Deno.makeTempDir({ prefix: "alcaide-made-" });
  let made = 0;
  const make = async (fresh: string) => await Deno.writeTextFile(`${fresh}/file`, `${++made}`);
  const age = (name: string, hours: number) => {
    const then = new Date(Date.now() - hours * 60 * 60_000);
    return Deno.utime(`${root}/${name}`, then, then);
  };
  const names = async () => (await Array.fromAsync(Deno.readDir(root))).map(({ name }) => name).sort();
  for (const name of ["it-1", "it-2", "it-3", "it-3-new-x", "other-1"]) await Deno.mkdir(`${root}/${name}`);
  for (const name of ["it-1", "it-3", "it-3-new-x", "other-1"]) await age(name, 25);
  await age("it-2", 23);

  await madeOnce(`${root}/it-1`, make);
  assertEquals([made, (await names()).length], [0, 5]);
  await madeOnce(`${root}/it-4`, make);
  await madeOnce(`${root}/it-4`, make);
  assertEquals([made, await names()], [1, ["it-1", "it-2", "it-4", "other-1"]]);
  await Deno.remove(root, { recursive: true });
});
