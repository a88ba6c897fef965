import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { AlcaideError } from "../../../lib/core/error.ts";
import { local } from "../../../lib/remote/local.ts";
import { raw, sh } from "../../../lib/core/sh.ts";
import { definesModule, packSource, readSource } from "../../../lib/remote/source.ts";

const here = local({ env: { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" } });
const identity = "-c user.name=me -c user.email=me@here";

/** A directory with files in it, and perhaps commands run there. */
async function inDirectory(script: string, use: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir({ dir: "/tmp", prefix: "alcaide-tree-" });
  try {
    await here.run(sh`cd ${directory} || exit 1
${raw(script)}`);
    await use(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

const repository = `git init -q && mkdir -p web/lib && echo one >web/a && echo root >b
echo 'defmodule Shop.Release do' >web/lib/release.ex
echo ignored >.gitignore && git add -A && git ${identity} commit -q -m first`;

async function packed(directory: string, options = {}): Promise<string[]> {
  const source = await readSource(here, directory, options);
  const file = await Deno.makeTempFile({ suffix: ".tar.gz" });
  try {
    await packSource(here, directory, source, file);
    const names = await here.read(sh`tar -tzf ${file}`);
    return names.split("\n").filter((name) => !name.endsWith("/")).sort();
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("readSource() takes what is committed, all of it or the directory's part", async () => {
  await inDirectory(repository, async (directory) => {
    assertEquals(await packed(directory), [".gitignore", "b", "web/a", "web/lib/release.ex"]);
    assertEquals(await packed(`${directory}/web`), ["a", "lib/release.ex"]);
  });
});

Deno.test("readSource() names the same contents alike, whatever the commit", async () => {
  await inDirectory(repository, async (directory) => {
    const before = await readSource(here, directory);
    await here.run(sh`cd ${directory} && git ${raw(identity)} commit -q --allow-empty -m second`);
    assertEquals(await readSource(here, directory), before);
  });
});

Deno.test("readSource() refuses changes that nobody asked for, and names them", async () => {
  await inDirectory(`${repository}\necho two >web/a; echo new >c; echo x >ignored`, async (directory) => {
    const error = await assertRejects(() => readSource(here, directory), AlcaideError);
    assertEquals([error.message, error.details, error.hint], [
      "Cannot build: 2 files not as in the last commit",
      [" M web/a", "?? c"],
      "Commit or ignore them, or deploy them as they are with --dirty",
    ]);
  });
});

Deno.test("readSource() doesn't mind changes outside its directory", async () => {
  await inDirectory(`${repository}\necho two >b`, async (directory) => {
    assertEquals(await packed(`${directory}/web`), ["a", "lib/release.ex"]);
    assertEquals((await readSource(here, directory, { dirty: true })).dirty, true);
    assertEquals((await readSource(here, `${directory}/web`, { dirty: true })).dirty, false);
  });
});

Deno.test("readSource() takes changes along when told, and touches neither index nor files", async () => {
  const changed =
    `${repository}\necho two >web/a; echo new >c; echo x >ignored; rm b; echo staged >d; git add d`;
  await inDirectory(changed, async (directory) => {
    const status = await here.read(sh`cd ${directory} && git status --porcelain`);
    assertEquals(await packed(directory, { dirty: true }), [
      ".gitignore",
      "c",
      "d",
      "web/a",
      "web/lib/release.ex",
    ]);
    assertEquals(await here.read(sh`cd ${directory} && git status --porcelain`), status);
    const source = await readSource(here, directory, { dirty: true });
    assertEquals(await here.read(sh`cd ${directory} && git show ${`${source.tree}:web/a`}`), "two");
  });
});

Deno.test("readSource() leaves Alcaide's own files out: a change of them is none, and no key leaves home", async () => {
  const own =
    `for d in . web; do (cd $d && mkdir .alcaide && echo key >.alcaide/master.key && echo x >Alcaidefile.ts &&
echo x >alcaide.d.ts && echo x >alcaide.secrets && echo x >alcaide.staging.secrets); done`;
  await inDirectory(`${repository}\n${own}`, async (directory) => {
    const source = await readSource(here, `${directory}/web`);
    assertEquals(await packed(`${directory}/web`), ["a", "lib/release.ex"]);
    assertEquals(await packed(`${directory}/web`, { dirty: true }), ["a", "lib/release.ex"]);
    await here.run(sh`cd ${directory} && git add -A && git ${raw(identity)} commit -q -m ours`);
    assertEquals(await readSource(here, `${directory}/web`), source);
    assertEquals(await packed(directory), [
      ".gitignore",
      "b",
      // Those of another Alcaidefile are files like any other, but for its keys.
      "web/Alcaidefile.ts",
      "web/a",
      "web/alcaide.d.ts",
      "web/alcaide.secrets",
      "web/alcaide.staging.secrets",
      "web/lib/release.ex",
    ]);
  });
});

Deno.test("readSource() takes changes of a part along", async () => {
  await inDirectory(`${repository}\necho new >web/c; echo new >c`, async (directory) => {
    assertEquals(await packed(`${directory}/web`, { dirty: true }), ["a", "c", "lib/release.ex"]);
  });
});

const refused = [
  { name: "a directory outside of a repository", script: ":", says: "is in no git repository" },
  { name: "a repository without a commit", script: "git init -q", says: "is committed yet" },
  {
    name: "submodules",
    script:
      `${repository} && git ${identity} update-index --add --cacheinfo 160000,$(git rev-parse HEAD),vendor/x &&
mkdir -p vendor/x && git ${identity} commit -q -m sub`,
    says: "submodules: vendor/x",
  },
];
for (const { name, script, says } of refused) {
  Deno.test(`readSource() refuses ${name}`, async () => {
    await inDirectory(script, async (directory) => {
      const error = await assertRejects(() => readSource(here, directory, { dirty: true }), AlcaideError);
      assertStringIncludes(error.message, says);
      assert(error.hint);
    });
  });
}

Deno.test("readSource() refuses a directory that isn't committed", async () => {
  await inDirectory(`${repository}\nmkdir new`, async (directory) => {
    await assertRejects(() => readSource(here, `${directory}/new`), AlcaideError, "is committed yet");
  });
});

Deno.test("definesModule() finds a module in a commit, or in the files", async () => {
  await inDirectory(repository, async (directory) => {
    const { tree } = await readSource(here, directory);
    const ask = (module: string, inTree?: string) => definesModule(here, directory, { module, tree: inTree });
    assertEquals(await ask("Shop.Release", tree), true);
    assertEquals(await ask("Shop.Rel", tree), false);
    assertEquals(await ask("Shop.Release"), true);
    assertEquals(await ask("Blog.Release"), false);
  });
});

Deno.test("definesModule() warns nobody outside of a repository", async () => {
  await inDirectory(":", async (directory) => {
    assertEquals(await definesModule(here, directory, { module: "Shop.Release" }), true);
  });
});
