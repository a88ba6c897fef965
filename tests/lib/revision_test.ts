// @ts-types="../../types/std_assert.d.ts"
import { assertEquals } from "@std/assert";
import { readRevision, readUser } from "../../lib/revision.ts";
import { runner } from "../../lib/runner.ts";

function local(stdout: string, code = 0) {
  return runner("here", { exec: () => Promise.resolve({ code, stdout, stderr: "" }) });
}

const commit = "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d";

Deno.test("readRevision() of a clean tree", async () => {
  const revision = await readRevision(local(`1a2b3c4\n${commit}\n`), "/home/me/shop");
  assertEquals(revision, { short: "1a2b3c4", commit, dirty: false });
});

Deno.test("readRevision() of a tree with changes", async () => {
  const revision = await readRevision(local(`1a2b3c4\n${commit}\n M lib/x.ex\n?? y\n`), "/home/me/shop");
  assertEquals(revision.dirty, true);
});

for (const [name, answer] of [["outside a repository", ""], ["without a commit", "HEAD\n"]] as const) {
  Deno.test(`readRevision() ${name} is none`, async () => {
    const none = { short: "none", commit: "", dirty: false };
    assertEquals(await readRevision(local(answer, 128), "/home/me/shop"), none);
  });
}

Deno.test("readUser() names user and machine", async () => {
  assertEquals(await readUser(local("me\nlaptop.example\n")), "me@laptop.example");
});

Deno.test("readUser() does without an answer", async () => {
  assertEquals(await readUser(local("", 127)), "somebody@somewhere");
});
