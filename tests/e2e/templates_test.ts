// Alcaidefiles that `alcaide init` writes, deployed: those whose tools are Debian's packages.

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { sh } from "../../lib/core/sh.ts";
import { type TemplateName, templateNames } from "../../lib/init/templates.ts";
import { local } from "../../lib/remote/local.ts";
import { removeApp } from "./clean.ts";
import { missingPackage, type Place } from "./place.ts";
import { ask, makeProject, type Project } from "./project.ts";
import { scenario } from "./scenario.ts";

/** An app whose Alcaidefile is deployed as it is but for the fields that tests need, and for a change of its text. */
interface Sample {
  readonly app: string;
  readonly packages: readonly string[];
  /** Parts of the text, each followed by its stand-in. */
  readonly instead: readonly (readonly [text: string, other: string])[];
  make(project: Project): Promise<void>;
}

const samples: Partial<Record<TemplateName, Sample>> = {
  static: {
    app: "blog",
    packages: ["caddy"],
    instead: [],
    make: async ({ directory }) => {
      await Deno.mkdir(join(directory, "public"));
      await Deno.writeTextFile(join(directory, "public", "index.html"), "static\n");
    },
  },
  node: {
    app: "shop",
    packages: ["node22", "npm-node22"],
    instead: [],
    make: async ({ directory }) => {
      const write = (file: string, text: string) => Deno.writeTextFile(join(directory, file), text);
      const about = { name: "shop", version: "1.0.0" };
      await write("package.json", JSON.stringify({ ...about, main: "server.js" }));
      const lock = { ...about, lockfileVersion: 3, requires: true, packages: { "": about } };
      await write("package-lock.json", JSON.stringify(lock));
      await write(
        "server.js",
        'require("http").createServer((_, answer) => answer.end("node\\n")).listen(process.env.PORT);\n',
      );
    },
  },
  binary: {
    app: "shop",
    packages: [],
    // The test app stands in for a program of Go.
    instead: [[
      "GOOS=freebsd GOARCH=amd64 go build -o dist/shop .",
      "mkdir dist && cp release/bin/app dist/shop && cp release/release.txt dist",
    ]],
    make: (project) => project.release({ text: "binary" }),
  },
};

const untried =
  "its tools are not among the test host's packages: tests/lib/init and tests/lib/presets have its commands";

/** Why a template isn't deployed here, else undefined. */
async function reasonAgainst(name: TemplateName, place: Place): Promise<string | undefined> {
  if (name === "elixir") return "tests/e2e/elixir_test.ts deploys its build";
  const sample = samples[name];
  return sample === undefined ? untried : await missingPackage(place, sample.packages);
}

scenario("templates: init, setup, deploy, and the app answers", async (place, part) => {
  let prepared = false;
  for (const name of templateNames) {
    const skip = await reasonAgainst(name, place);
    await part(name, async () => {
      const sample = samples[name];
      if (sample === undefined) throw new Error(`${name} has no sample`);
      await using project = await makeProject(place, sample.app);
      await begin(place, project, name, sample);
      // Once for all: they have the same server.
      const tasks = prepared ? ["deploy"] : ["setup", "deploy"];
      for (const task of tasks) {
        const { code, stderr } = await project.alcaide([task]);
        assertEquals(code, 0, stderr);
      }
      prepared = true;
      assertEquals(await ask(place, project, "/"), { status: 200, text: `${name}\n` });
      await removeApp(place, sample.app);
    }, { skip });
  }
});

/** Makes the app, its Alcaidefile by `init`, and a commit of both. */
async function begin(place: Place, project: Project, name: TemplateName, sample: Sample): Promise<void> {
  const { app, directory, domain } = project;
  const path = join(directory, "Alcaidefile.ts");
  await Deno.remove(path);
  await Deno.writeTextFile(join(directory, "home/.ssh/config"), `Host *\n  IdentityFile ${place.key}\n`);
  await sample.make(project);
  const said = ["--app", app, "--server", place.target, "--domain", domain];
  const { code, stderr } = await project.alcaide(["init", "--template", name, ...said]);
  assertEquals(code, 0, stderr);
  // A program of Go listens on all addresses of the test host: two need two ports.
  const jail = { mirror: place.mirror, port: 4100 + templateNames.indexOf(name) };
  const more = `defineConfig({\n  tls: "off",\n  jail: ${JSON.stringify(jail)},\n`;
  const changes = [["defineConfig({\n", more], ...sample.instead] as const;
  const text = changes.reduce((whole, [part, other]) => {
    assertEquals(whole.includes(part), true, `${name}: ${part}`);
    return whole.replace(part, () => other);
  }, await Deno.readTextFile(path));
  await Deno.writeTextFile(path, text);
  await local({ cwd: directory }).run(
    sh`printf 'home/\ntmp/\n' >>.gitignore && git init -q && git add -A &&
git -c user.name=me -c user.email=me@here commit -q -m begin`,
  );
}
