// Hand-kept types of the standard library: what they declare is there.

import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";

const folder = fromFileUrl(new URL("../../lib/deps/", import.meta.url));
const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name)
  .filter((name) => name.endsWith(".d.ts")).sort();

for (const name of names) {
  Deno.test(`lib/deps/${name} declares nothing that the module lacks`, async () => {
    const text = await Deno.readTextFile(`${folder}${name}`);
    const declared = [...text.matchAll(/^export (?:declare )?(?:async )?(?:function|const|class) (\w+)/gm)]
      .map(([, name = ""]) => name);
    const module = await import(`${folder}${name.replace(".d.ts", ".ts")}`);
    assertEquals(declared.filter((name) => !(name in module)), []);
    assertEquals(declared.length > 0, true, "it declares something");
  });
}
