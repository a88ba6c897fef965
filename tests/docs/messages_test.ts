// The messages that the page on troubles explains are messages of the program.

import { assert, assertEquals } from "@std/assert";
import { deploySteps } from "../../lib/deploy/steps/mod.ts";
import { readPage, repository } from "./pages.ts";

async function sources(directory: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const entry of Deno.readDir(directory)) {
    const path = `${directory}/${entry.name}`;
    if (entry.isDirectory) texts.push(...await sources(path));
    else if (entry.name.endsWith(".ts")) texts.push(await Deno.readTextFile(path));
  }
  return texts;
}

Deno.test("every message in docs/troubleshooting.md is one of the program's", async () => {
  const source = [...await sources(`${repository}lib`), ...await sources(`${repository}tasks`)].join("\n");
  const { text } = await readPage("docs/troubleshooting.md");
  const messages = [...text.matchAll(/^### `(.*)`$/gm)].map(([, message = ""]) => message);
  // The name of a failed step is made of its title.
  const known = `${source}\n${
    Object.values(deploySteps).map(({ title }) => `Cannot ${title.toLowerCase()}`)
  }`;
  const wrong = messages.filter((message) =>
    message.split("…").map((part) => part.replace(/^[": ,()]+|[": ,()]+$/g, ""))
      .some((part) => part.length > 3 && !known.includes(part))
  );
  assertEquals(wrong, []);
  assert(messages.length > 30, "the search for messages is broken");
});
