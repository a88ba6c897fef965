// A thousand values that break careless programs reach the app byte for byte, and none is executed.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { script } from "../../lib/core/script.ts";
import { sh } from "../../lib/core/sh.ts";
import { writeFile } from "../../lib/remote/files.ts";
import { local } from "../../lib/remote/local.ts";
import { secretsStore } from "../../lib/secrets/store.ts";
import { canary, hostileValues } from "../fuzz/hostile.ts";
import { seeded } from "../shell.ts";
import { removeApp } from "./clean.ts";
import { ask, makeProject } from "./project.ts";
import { scenario } from "./scenario.ts";

const seed = Number(Deno.env.get("ALCAIDE_TEST_SEED") ?? Math.floor(Math.random() * 1e6));
const random = seeded(seed);
const encoded = encodeURIComponent;

/** Values by the names `A0`, `A1`, … */
function named(letter: string, values: readonly string[]): Record<string, string> {
  return Object.fromEntries(values.map((value, index) => [`${letter}${index}`, value]));
}

/** Values that can name a file. */
function fileNames(count: number): string[] {
  const names = hostileValues(random, count * 2).map((value) =>
    [...value.replaceAll("/", "_")].slice(0, 60).join("")
  );
  return [...new Set(names)].filter((name) => !["", ".", ".."].includes(name)).slice(0, count);
}

scenario(`a thousand hostile values reach the app as they are (seed ${seed})`, async (place, part) => {
  const { server } = place;
  const odd = `rel $(touch ${canary.replaceAll("/", "_")}) 'a' "b" \`c\` %s \\ & ; *`;
  const env = named("V", hostileValues(random, 250, 1000));
  const values = named("S", hostileValues(random, 250, 1000));
  const names = fileNames(125);
  await using project = await makeProject(place, "shop", {
    ...{
      build: { prebuilt: odd },
      keep: 2,
      drain: 1,
      health: { path: "/health", timeout: 20, interval: 0.2 },
    },
  });
  const { directory } = project;
  const load = { env: `{ ...${JSON.stringify(env)}, ...await secrets().load() }` };
  const answers = async (paths: readonly string[]) => {
    const all: { text: string }[] = [];
    for (let at = 0; at < paths.length; at += 50) {
      all.push(...await Promise.all(paths.slice(at, at + 50).map((path) => ask(place, project, path))));
    }
    return all;
  };
  const canaries = async () =>
    [
      ...await server.read(sh`ls ${canary} /jails/*${canary} /root/_tmp_* 2>/dev/null; :`),
      ...await Array.fromAsync([canary, `${directory}/${canary.replaceAll("/", "_")}`], (path) =>
        Deno.stat(path).then(() => path, () => "")),
    ].join("");

  await part("by environment, secrets and file names of a release", async () => {
    await project.well(["secrets", "init"]);
    const store = secretsStore({ directory, environment: undefined, local: local() });
    const before = await store.open();
    await store.write(new Map(Object.entries(values)), before.key, before);
    await project.configure({}, "", load);
    await project.release({ text: "good" });
    await Deno.mkdir(`${directory}/release/files`);
    for (const [index, name] of names.entries()) {
      await Deno.writeTextFile(`${directory}/release/files/${name}`, `${index}`);
    }
    await Deno.rename(`${directory}/release`, `${directory}/${odd}`);
    await project.well(["setup"]);
    await project.well(["deploy"]);
    const all = { ...env, ...values };
    const got = await answers(Object.keys(all).map((name) => `/env?name=${name}`));
    assertEquals(got.map(({ text }) => text), Object.values(all), `seed ${seed}`);
    const files = await answers(names.map((name) => `/read?path=${encoded(`files/${name}`)}`));
    assertEquals(files.map(({ text }) => text), names.map((_, index) => `${index}`), `seed ${seed}`);
  });

  await part("by arguments, one of them of 100 kB", async () => {
    // Deno takes a carriage return from the end of an argument before a program sees it.
    const short = hostileValues(random, 249, 500).map((word) => word.replace(/\r$/, "\r."));
    const words = [...short, "$(x)`\\\n".repeat(14_000)];
    const { stdout } = await project.well(["run", "bin/app", "args", ...words.slice(0, -1)]);
    assertEquals(stdout, words.slice(0, -1).map((word) => `[${word}]\n`).join(""), `seed ${seed}`);
    const long = await project.well(["run", "bin/app", "args", ...words.slice(-1)]);
    assert(long.stdout === `[${words.at(-1)}]\n`);
  });

  await part("by paths on a server", async () => {
    const paths = fileNames(125).map((name) => `/tmp/hostile/${name}`);
    await server.run(script(sh`mkdir -p /tmp/hostile`, ...paths.map((path) => writeFile(path, `${path}\n`))));
    const { stdout } = await server.exec(sh`cat ${paths}`);
    assertEquals(stdout, paths.map((path) => `${path}\n`).join(""), `seed ${seed}`);
    await server.run(sh`rm -r /tmp/hostile`);
  });

  await part("a NUL, which no variable can hold, is refused", async () => {
    await project.configure({ env: { A: "a\0b" } });
    const { code, stderr } = await project.alcaide(["deploy"]);
    assertEquals(code, 78);
    assertStringIncludes(stderr, "it has a NUL character");
    const set = await project.alcaide(["secrets", "set", "N"], { stdin: "a\0b" });
    assert(set.code !== 0, set.stdout);
  });

  await part("none was executed", async () => {
    assertEquals(await canaries(), "");
    await project.configure({});
    await project.well(["run", `touch ${canary}`]);
    assertStringIncludes(await canaries(), canary);
  });

  await removeApp(place, "shop");
});
