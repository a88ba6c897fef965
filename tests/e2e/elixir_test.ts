// A release of Elixir: built in a jail, migrated, deployed under load, rolled back, and spoken to.

// @ts-types="../../types/std_assert.d.ts"
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { sh } from "../../lib/sh.ts";
import { removeApp } from "./clean.ts";
import { makeElixirProject } from "./elixir_project.ts";
import { startLoad } from "./load.ts";
import { onlyOnTestHost } from "./place.ts";
import { ask } from "./project.ts";
import { scenario } from "./scenario.ts";

scenario("an Elixir release through the build jail", async (place, part) => {
  await using project = await makeElixirProject(place, "build: elixir({ deps: false })");
  assertEquals((await project.alcaide(["setup"])).code, 0);
  const at = async (path: string) => (await ask(place, project, path)).text.trim();

  await part("is built, migrated and live", async () => {
    const { code, stdout, stderr } = await project.alcaide(["deploy"]);
    console.log(stdout, stderr);
    assertEquals(code, 0, stderr);
  });
});
