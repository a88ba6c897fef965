// Values that `init` is told or asks for, and the alias for Mix.

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { resolveConfig } from "../../lib/config/resolve.ts";
import { AlcaideError, ConfigError } from "../../lib/core/error.ts";
import { loadAlcaidefile } from "../../lib/cli/loader.ts";
import { withMixAlias } from "../../lib/init/mix.ts";
import { inDirectory, values } from "./initialising.ts";

/** The configuration of the Alcaidefile in a directory. */
async function configOf(directory: string) {
  const file = await loadAlcaidefile(`${directory}/Alcaidefile.ts`);
  return resolveConfig(await file.config(), { directory });
}

Deno.test("init writes the name, the server and the domain that the person gives", async () => {
  await inDirectory("shop", async (directory, run) => {
    const answers = ["", " corner ", "deploy@198.51.100.7:2222", "corner.example.com"];
    const { text } = await run({ answers });
    const { app, servers: [server], domains } = await configOf(directory);
    assertEquals([app, server?.host, domains], ["corner", "198.51.100.7", ["corner.example.com"]]);
    assertMatch(text, /^Next:\n {2}1\. Write your build into Alcaidefile\.ts\n/);
  });
});

Deno.test("init asks again for a value that can't be used, and keeps the others", async () => {
  await inDirectory("shop", async (directory, run) => {
    const answers = [
      "",
      "Corner-1",
      "corner",
      "me@there",
      "https://corner.example.com",
      "corner.example.com",
    ];
    const { questions } = await run({ answers });
    const { app, domains } = await configOf(directory);
    assertEquals([app, domains], ["corner", ["corner.example.com"]]);
    assertEquals(questions.slice(2, 3).concat(questions.slice(5)), [
      `Cannot use app: "Corner-1" isn't only small letters, digits and underscores, beginning with a letter (Write "corner_1")\n${
        values[0]
      }`,
      `Cannot use domain: "https://corner.example.com" has a scheme (Write "corner.example.com")\n${
        values[2]
      }`,
    ]);
  });
});

Deno.test("init asks for nothing that options say, and for nothing under --yes", async () => {
  await inDirectory("shop", async (directory, run) => {
    const { questions, text } = await run({ template: "node", server: "me@there", answers: ["corner"] });
    assertEquals([questions, (await configOf(directory)).app], [[values[0], values[2]], "corner"]);
    assertMatch(text, /^Next:\n {2}1\. "alcaide config" shows/);
  });
  await inDirectory("shop", async (directory, run) => {
    const { questions } = await run({ yes: true, domain: "a.example.com", answers: ["node"] });
    assertEquals([questions, (await configOf(directory)).domains], [[], ["a.example.com"]]);
  });
});

Deno.test("init writes nothing where a value can't be used, and says which", async () => {
  await inDirectory("shop", async (directory, run) => {
    const error = await assertRejects(() => run({ domain: "no domain", app: "Shop" }), ConfigError);
    assertEquals(error.problems.map(({ path }) => path), ["app", "domain"]);
    assertEquals(await Array.fromAsync(Deno.readDir(directory)), []);
  });
});

const mixExs = `defmodule Shop.MixProject do
  defp aliases do
    [
      setup: ["deps.get"]
    ]
  end
  defp deps, do: [{:phoenix, "~> 1.8"}]
end
`;

Deno.test("init adds mix alcaide.deploy when it is asked to, once", async () => {
  await inDirectory("shop", async (directory, run) => {
    const read = () => Deno.readTextFile(`${directory}/mix.exs`);
    await Deno.writeTextFile(`${directory}/mix.exs`, mixExs);
    assertEquals((await run({ answers: [] })).questions, [...values, 'Add "mix alcaide.deploy" to mix.exs?']);
    assertEquals(await read(), mixExs);
    assertEquals((await run({ mix: true })).infos[0], "mix.exs: extended");
    assertEquals(await read(), withMixAlias(mixExs));
    assertEquals((await run({ mix: true })).text, "Everything is there already");
  });
  await inDirectory("shop", async (directory, run) => {
    await Deno.writeTextFile(`${directory}/mix.exs`, mixExs);
    await run({ answers: ["", "", "", "y"] });
    assertEquals(await Deno.readTextFile(`${directory}/mix.exs`), withMixAlias(mixExs));
  });
});

Deno.test("init --mix says what is wrong with mix.exs, and writes nothing", async () => {
  await inDirectory("shop", async (directory, run) => {
    const missing = await assertRejects(() => run({ mix: true }), AlcaideError);
    assertEquals([missing.message, missing.hint], [
      `Cannot read ${directory}/mix.exs`,
      "Run it beside the project's mix.exs",
    ]);
    await Deno.writeTextFile(`${directory}/mix.exs`, "defmodule Shop.MixProject do\nend\n");
    const plain = await assertRejects(() => run({ mix: true }), AlcaideError);
    assertEquals([plain.message, plain.hint], [
      `Cannot add mix alcaide.deploy: ${directory}/mix.exs has no "defp aliases do"`,
      "Add the alias by hand: docs/phoenix.md shows it",
    ]);
    assertEquals((await Array.fromAsync(Deno.readDir(directory))).length, 1);
  });
});
