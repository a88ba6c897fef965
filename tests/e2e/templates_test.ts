// Alcaidefiles that `alcaide init` writes, deployed: those whose tools are Debian's packages.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { sh } from "../../lib/core/sh.ts";
import { type TemplateName, templateNames, templates } from "../../lib/init/templates.ts";
import { local } from "../../lib/remote/local.ts";
import { removeApp } from "./clean.ts";
import { missingPackage, onlyOnTestHost, type Place } from "./place.ts";
import { ask, makeProject, type Project } from "./project.ts";
import { scenario } from "./scenario.ts";
import { type Sample, samples } from "./template_samples.ts";

/** Why a template isn't deployed here, else undefined. */
async function reasonAgainst(sample: Sample | string, place: Place): Promise<string | undefined> {
  if (typeof sample === "string") return sample;
  return (sample.ours ? onlyOnTestHost("have its packages") : undefined) ??
    await missingPackage(place, sample.packages);
}

scenario("templates: init, setup, deploy, and the app answers", async (place, part) => {
  let prepared = false;
  for (const name of templateNames) {
    const sample = samples[name];
    const skip = await reasonAgainst(sample, place);
    await part(name, async () => {
      assert(typeof sample === "object");
      await using project = await makeProject(place, sample.app);
      await begin(place, project, name, sample);
      const secrets = templates[name].secrets.map((secret) => ["secrets", "set", secret, "--generate"]);
      await run(project, ...secrets.length > 0 ? [["secrets", "init"]] : [], ...secrets);
      await commit(project);
      // Once for all: they have the same server.
      await run(project, ...prepared ? [] : [["setup"]], ["deploy"]);
      prepared = true;
      for (const [path, part] of Object.entries(sample.answers)) {
        const { status, text } = await ask(place, project, path);
        assertEquals(status, 200, text);
        assertStringIncludes(text, part);
      }
      await removeApp(place, sample.app);
    }, { skip });
  }
});

/** Runs the program so often, and it must end well each time. */
async function run(project: Project, ...commands: readonly (readonly string[])[]): Promise<void> {
  for (const args of commands) {
    await project.well(args);
  }
}

/** Makes the app and its Alcaidefile by `init`. */
async function begin(place: Place, project: Project, name: TemplateName, sample: Sample): Promise<void> {
  const { app, directory, domain } = project;
  const path = join(directory, "Alcaidefile.ts");
  await Deno.remove(path);
  await Deno.writeTextFile(join(directory, "home/.ssh/config"), `Host *\n  IdentityFile ${place.key}\n`);
  await sample.make(project);
  await run(project, [
    ...["init", "--template", name, "--app", app],
    ...["--server", place.target, "--domain", domain],
  ]);
  const before = await Deno.readTextFile(path);
  // A program of Go listens on all addresses of the test host: two need two ports.
  const jail = `mirror: ${JSON.stringify(place.mirror)}, port: ${4100 + templateNames.indexOf(name)}`;
  const has = before.includes("\n  jail: { ");
  const changes = [
    ["defineConfig({\n", `defineConfig({\n  tls: "off",\n${has ? "" : `  jail: { ${jail} },\n`}`],
    ...has ? [["\n  jail: { ", `\n  jail: { ${jail}, `] as const] : [],
    ...sample.instead,
  ] as const;
  const text = changes.reduce((whole, [part, other]) => {
    assertStringIncludes(whole, part);
    return whole.replaceAll(part, () => other);
  }, before);
  await Deno.writeTextFile(path, text);
}

/** Commits everything; `tmp` is the program's, but for what Rails has there. */
async function commit({ directory }: Project): Promise<void> {
  await local({ cwd: directory }).run(
    sh`printf 'home/\n/tmp/*\n!/tmp/pids/\n' >>.gitignore && git init -q && git add -A &&
git -c user.name=me -c user.email=me@here commit -q -m begin`,
  );
}
