// Every relative link of the documentation leads somewhere.

import { assert, assertEquals } from "@std/assert";
import { dirname, join } from "@std/path";
import { anchorsOf, prose, readPage, readPages, repository } from "./pages.ts";

Deno.test("every relative link leads to a file, and its anchor to a heading", async () => {
  const broken: string[] = [];
  let count = 0;
  for (const page of await readPages()) {
    for (const [, target = ""] of prose(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      count++;
      const [path = "", anchor] = target.split("#");
      const file = path === "" ? page.path : join(dirname(page.path), path);
      const there = await Deno.stat(`${repository}${file}`).then(() => true, () => false);
      const named = !there || anchor === undefined || anchorsOf(await readPage(file)).includes(anchor);
      if (!there || !named) broken.push(`${page.path}: ${target}`);
    }
  }
  assertEquals(broken, []);
  assert(count > 10, "the search for links is broken");
});

Deno.test("README links to every page of docs", async () => {
  const { text } = await readPage("README.md");
  const missing = (await readPages()).map((page) => page.path)
    .filter((path) => path.startsWith("docs/") && !path.startsWith("docs/adr/"))
    .filter((path) => !text.includes(`](${path})`));
  assertEquals(missing, []);
});
