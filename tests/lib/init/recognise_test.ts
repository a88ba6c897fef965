// From a project's files to its kind.

import { assertEquals } from "@std/assert";
import { recognise } from "../../../lib/init/recognise.ts";

const manage = `import os
def main():
    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'my_site.settings')
`;
const next = JSON.stringify({ scripts: { start: "next start" }, dependencies: { next: "15.0.0" } });
const server = JSON.stringify({ scripts: { start: "node server.js --fast" } });

/** Files of a project, and what is found. */
const cases: readonly (readonly [Record<string, string>, unknown])[] = [
  [{}, undefined],
  [{ "README.md": "" }, undefined],
  [
    { "mix.exs": '{:phoenix, "~> 1.8"}, {:postgrex, ">= 0.0.0"}', "package.json": server },
    { name: "phoenix", seen: { database: true }, file: "mix.exs" },
  ],
  [{ "mix.exs": "{:phoenix, x}" }, { name: "phoenix", seen: { database: false }, file: "mix.exs" }],
  [
    { "mix.exs": "def project do\n[\n  app: :my_shop,\n  elixir: x, deps: [{:plug, x, app: false}]" },
    { name: "elixir", seen: { database: false, mixApp: "my_shop" }, file: "mix.exs" },
  ],
  [{ "mix.exs": "{:plug, x}" }, { name: "elixir", seen: { database: false }, file: "mix.exs" }],
  [
    { Gemfile: `gem "rails", "~> 8.0"\ngem 'pg'\n`, "package.json": server },
    { name: "rails", seen: { database: true }, file: "Gemfile" },
  ],
  [{ Gemfile: `  gem("rails")\n# gem "pg"\n` }, {
    name: "rails",
    seen: { database: false },
    file: "Gemfile",
  }],
  [{ Gemfile: 'gem "sinatra"\n' }, undefined],
  [{ "manage.py": manage }, { name: "django", seen: { module: "my_site" }, file: "manage.py" }],
  [{ "manage.py": "" }, { name: "django", seen: {}, file: "manage.py" }],
  [{ "go.mod": "module shop", "package.json": server }, { name: "go", seen: {}, file: "go.mod" }],
  [{ "package.json": next }, { name: "next", seen: {}, file: "package.json" }],
  [
    { "package.json": server, "index.html": "" },
    { name: "node", seen: { start: "node server.js --fast" }, file: "package.json" },
  ],
  [{ "package.json": '{"scripts":{"start":"tsx ."}}' }, { name: "node", seen: {}, file: "package.json" }],
  [{ "package.json": "{ // no JSON" }, { name: "node", seen: {}, file: "package.json" }],
  [{ "package.json": '{"scripts":3,"dependencies":null}' }, {
    name: "node",
    seen: {},
    file: "package.json",
  }],
  [{ "package.json": "null" }, { name: "node", seen: {}, file: "package.json" }],
  [{ "index.html": "" }, { name: "static", seen: { result: "." }, file: "index.html" }],
];
for (const [files, found] of cases) {
  Deno.test(`recognise() finds ${JSON.stringify(found)} in ${JSON.stringify(files)}`, async () => {
    const directory = await Deno.makeTempDir();
    try {
      for (const [name, text] of Object.entries(files)) {
        await Deno.writeTextFile(`${directory}/${name}`, text);
      }
      assertEquals(await recognise(directory), found as Awaited<ReturnType<typeof recognise>>);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}
