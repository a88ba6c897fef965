// Pages that repeat something else in the repository say the same.

import { assert, assertEquals } from "@std/assert";
import * as paths from "../../lib/commands/paths.ts";
import { deploySteps } from "../../lib/deploy/steps/mod.ts";
import { readPage, repository } from "./pages.ts";

Deno.test("docs/demo.md has a place for the demo's output", async () => {
  const { text } = await readPage("docs/demo.md");
  assert(/<!-- demo -->\n[^]+\n<!-- \/demo -->/.test(text));
});

Deno.test("README is a landing page: at most 150 lines, with the picture of a deploy", async () => {
  const { text } = await readPage("README.md");
  assert(text.split("\n").length <= 151);
  assert(/!\[[^\]]+\]\(docs\/deploy\.svg\)/.test(text));
});

Deno.test("docs/how-a-deploy-works.md names every place on the server", async () => {
  const { text } = await readPage("docs/how-a-deploy-works.md");
  const fixed = Object.values(paths).filter((value) => typeof value === "string" && value.startsWith("/"));
  const named = [
    paths.appDir("APP"),
    paths.releaseDir("APP", "ID"),
    paths.artifactFile("APP", "ID"),
    paths.envFile("APP", "ID"),
    paths.logFile("APP", "ID"),
    paths.jailFile("JAIL"),
    paths.fstabFile("JAIL"),
    paths.consoleFile("JAIL"),
    paths.siteFile("APP"),
    paths.liveDir("APP"),
    paths.templateDir("/jails", "VERSION"),
    `/jails/${paths.jailName("APP", "blue")}`,
  ];
  assertEquals([...fixed, ...named].filter((path) => !text.includes(`\`${path}\``)), []);
});

Deno.test("docs/how-a-deploy-works.md names every step of a deploy, in order", async () => {
  const { text } = await readPage("docs/how-a-deploy-works.md");
  const rows = [...text.matchAll(/^\| `(\w+)` \| ([^|]+) \|/gm)].map((
    [, name = "", title = ""],
  ) => [name, title]);
  assertEquals(rows, Object.entries(deploySteps).map(([name, step]) => [name, step.title]));
});

Deno.test("docs/testing.md names every variable of the tests, and no other", async () => {
  const { text } = await readPage("docs/testing.md");
  const sources = ["tests/e2e/place.ts", "tests/app/build.ts"];
  const code = (await Promise.all(sources.map((path) => Deno.readTextFile(`${repository}${path}`)))).join(
    "\n",
  );
  const variables = (from: string) => [...new Set(from.match(/\bALCAIDE_TEST_[A-Z_]+/g))].sort();
  assertEquals(variables(text), variables(code));
});

Deno.test("every decision has a number of its own, which its title bears", async () => {
  const numbers: string[] = [];
  for await (const { name } of Deno.readDir(new URL("../../docs/adr", import.meta.url))) {
    const [, number = ""] = /^(\d{4})-[a-z0-9-]+\.md$/.exec(name) ?? [];
    const text = await Deno.readTextFile(new URL(`../../docs/adr/${name}`, import.meta.url));
    assert(text.startsWith(`# ${Number(number)}. `), name);
    numbers.push(number);
  }
  assertEquals(new Set(numbers).size, numbers.length);
  assert(numbers.length > 20);
});
