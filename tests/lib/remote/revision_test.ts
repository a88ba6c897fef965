import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { AlcaideError } from "../../../lib/core/error.ts";
import { local } from "../../../lib/remote/local.ts";
import { readRevision, readUser } from "../../../lib/remote/revision.ts";
import { runner } from "../../../lib/remote/runner.ts";
import { raw, sh } from "../../../lib/core/sh.ts";
import { readSource } from "../../../lib/remote/source.ts";

const none = { short: "none", commit: "", dirty: false };
const settings = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
const first = `git init -q && : >a && git add a &&
git -c user.name=me -c user.email=me@here commit -q -m first`;

/** Reads the revision of a directory that a script has made, with a PATH and settings of git. */
async function read(script: string, env: Readonly<Record<string, string>> = {}, path = "") {
  const directory = await Deno.makeTempDir({ prefix: "alcaide-revision-test-" });
  try {
    await local({ cwd: directory, env: settings }).run(raw(script));
    const here = local({ env: { ...settings, ...env } });
    const bare = runner("bare", {
      exec: (text, options) => here.exec(sh`${raw(path)}${raw(text)}`, options),
    });
    const { revision, trouble } = await readRevision(bare, directory);
    const build = await assertRejects(async () => {
      await readSource(bare, directory);
      throw new AlcaideError("read");
    }, AlcaideError);
    const plain = (text = "") => text.replaceAll(directory, "DIR");
    return {
      revision,
      trouble: trouble && [plain(trouble.problem), plain(trouble.hint)],
      build: plain(build.message),
      buildHint: plain(build.hint),
    };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

Deno.test("readRevision() of a clean tree", async () => {
  const { revision, trouble } = await read(first);
  assertEquals([revision.short.length, revision.commit.length, revision.dirty, trouble], [
    7,
    40,
    false,
    undefined,
  ]);
  assertEquals(revision.commit.slice(0, 7), revision.short);
});

Deno.test("readRevision() of a tree with changes", async () => {
  assertEquals((await read(`${first} && : >b`)).revision.dirty, true);
});

for (const [name, script] of [["outside a repository", ":"], ["without a commit", "git init -q"]] as const) {
  Deno.test(`readRevision() ${name} is none, and no trouble`, async () => {
    const { revision, trouble } = await read(script);
    assertEquals([revision, trouble], [none, undefined]);
  });
}

Deno.test("readRevision() and readSource() name a repository that git does not trust, and what to say to git", async () => {
  const { revision, trouble, build, buildHint } = await read(first, { GIT_TEST_ASSUME_DIFFERENT_OWNER: "1" });
  const problem = "git does not trust DIR, which belongs to another user";
  const hint = "If you do: git config --global --add safe.directory DIR";
  assertEquals([revision, trouble], [none, [problem, hint]]);
  assertEquals([build, buildHint], [`Cannot build: ${problem}`, hint]);
});

Deno.test("readRevision() and readSource() name a worktree whose repository is gone", async () => {
  const { revision, trouble, build } = await read("echo 'gitdir: /nowhere/.git/worktrees/x' >.git");
  const problem = "the repository of DIR is not there: /nowhere/.git/worktrees/x";
  assertEquals([revision, trouble?.[0], build], [none, problem, `Cannot build: ${problem}`]);
  assertStringIncludes(trouble?.[1] ?? "", "git worktree repair");
});

Deno.test("readRevision() and readSource() name a repository that is broken", async () => {
  const { trouble, build } = await read(
    `${first} && rm -rf .git/objects && echo 1a2b >.git/refs/heads/x && echo x >.git/HEAD`,
  );
  const problem = "git can't read DIR: fatal: not a git repository (or any of the parent directories): .git";
  assertEquals([trouble, build], [[problem, "Try git status there"], `Cannot build: ${problem}`]);
});

Deno.test("readRevision() and readSource() say that there is no git where there is a repository", async () => {
  // A directory with all that the script calls but git.
  const path = 'p=$(mktemp -d) && for x in dirname pwd; do ln -s "$(command -v $x)" "$p"; done; PATH=$p\n';
  const { trouble, build } = await read(first, {}, path);
  const problem = "git is not installed on this machine";
  assertEquals([trouble, build], [[problem, "Install git"], `Cannot build: ${problem}`]);
  assertEquals((await read(":", {}, path)).trouble, undefined);
});

function answering(stdout: string, code = 0) {
  return runner("here", { exec: () => Promise.resolve({ code, stdout, stderr: "" }) });
}

Deno.test("readUser() names user and machine", async () => {
  assertEquals(await readUser(answering("me\nlaptop.example\n")), "me@laptop.example");
});

Deno.test("readUser() does without an answer", async () => {
  assertEquals(await readUser(answering("", 127)), "somebody@somewhere");
});

Deno.test("readUser() does without a shell", async () => {
  const broken = runner("here", { exec: () => Promise.reject(new Error("no shell")) });
  assertEquals(await readUser(broken), "somebody@somewhere");
});
