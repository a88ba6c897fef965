import { assertEquals, assertRejects } from "@std/assert";
import { existsSync } from "node:fs";
import { basename, dirname } from "node:path";
import { AlcaideError } from "../../../lib/core/error.ts";
import { runner } from "../../../lib/remote/runner.ts";
import type { ExecOptions } from "../../../lib/transport/mod.ts";
import { watchedBranch, watchedFile, watchedUrl } from "../../../lib/remote/watched.ts";

const { signal } = new AbortController();

/** This machine with a git that answers so; keeps what it was asked. */
function withGit(stdout: string, stderr = "") {
  const asked: string[] = [];
  const exec = (script: string) => {
    asked.push(script);
    return Promise.resolve({ code: stderr === "" ? 0 : 1, stdout, stderr });
  };
  return { local: runner("local", { exec }), asked };
}

Deno.test("watchedBranch() asks origin for the branch, and checks its commit out", async () => {
  const { local, asked } = withGit("1a2b3c4d\trefs/heads/main\n");
  const source = watchedBranch(local, "/src", "main");
  assertEquals([source.name, await source.look(signal)], ["branch main", "1a2b3c4d"]);
  await source.take("1a2b3c4d", signal);
  assertEquals(asked.map((text) => /git (ls-remote|fetch)[^]*$/.exec(text)?.[0].replace(/\n\}.*/, "")), [
    "git ls-remote origin refs/heads/main",
    "git fetch --quiet origin refs/heads/main &&\ngit checkout --quiet --detach 1a2b3c4d",
  ]);
});

Deno.test("watchedBranch() without a branch is the checkout as it is", async () => {
  const { local, asked } = withGit("1a2b3c4d\n");
  const source = watchedBranch(local, "/src");
  await source.take(await source.look(signal), signal);
  assertEquals([source.name, asked.length], ["the checkout", 1]);
});

const troubles = [
  { stdout: "", stderr: "", says: "Cannot read branch main: origin has no such branch" },
  { stdout: "", stderr: "no repository", says: "Cannot read branch main: /src is in no git repository" },
  {
    stdout: "",
    stderr: "fatal: no route",
    says: "Cannot read branch main: git can't read /src: fatal: no route",
  },
];
for (const { stdout, stderr, says } of troubles) {
  Deno.test(`watchedBranch() says "${says}"`, async () => {
    const { local } = withGit(stdout, stderr);
    const error = await assertRejects(
      () => watchedBranch(local, "/src", "main").look(signal),
      AlcaideError,
      says,
    );
    assertEquals(error.hint === undefined, false);
  });
}

Deno.test("watchedFile() changes with the file's contents", async () => {
  const path = await Deno.makeTempFile();
  const source = watchedFile(path);
  const seen = [await source.look(signal), await source.look(signal)];
  await Deno.writeTextFile(path, "two");
  seen.push(await source.look(signal));
  assertEquals([seen[0] === seen[1], seen[1] === seen[2]], [true, false]);
  await Deno.remove(path);
  await assertRejects(() => source.look(signal), AlcaideError, `Cannot read ${path}`);
});

Deno.test("watchedUrl() keeps the file, asks only for another, and shows no secret of the URL", async () => {
  const asked: (string | null)[] = [];
  const answers = [
    new Response("one", { headers: { etag: '"1"' } }),
    new Response(null, { status: 304 }),
    new Response("two"),
    new Response("gone", { status: 404 }),
  ];
  const get = ((_, init) => {
    asked.push(new Headers(init?.headers).get("if-none-match"));
    return Promise.resolve(answers.shift() ?? Response.error());
  }) as typeof fetch;
  const url = new URL("https://me:hunter2@files.example/a/shop.tar.gz?key=hunter2");
  await using source = watchedUrl(url, get);
  const seen = [await source.look(signal), await source.look(signal), await source.look(signal)];
  assertEquals([seen[0] === seen[1], seen[1] === seen[2], asked], [true, false, [null, '"1"', '"1"']]);
  assertEquals([basename(source.artifact), await Deno.readTextFile(source.artifact)], ["shop.tar.gz", "two"]);
  const name = "https://files.example/a/shop.tar.gz";
  await assertRejects(
    () => source.look(signal),
    AlcaideError,
    `Cannot read ${name}: it answers with status 404`,
  );
});

Deno.test("watchedUrl() fetches what is new also when the system has cleared its temporary files, and leaves none", async () => {
  const bodies = ["one", "two", "three"];
  const get = (() => Promise.resolve(new Response(bodies.shift()))) as typeof fetch;
  const seen: string[] = [];
  {
    await using source = watchedUrl(new URL("https://files.example/a.tar"), get);
    for (const text of [...bodies]) {
      await source.look(signal);
      seen.push(source.artifact);
      assertEquals(await Deno.readTextFile(source.artifact), text);
      if (text === "one") await Deno.remove(dirname(source.artifact), { recursive: true });
    }
  }
  assertEquals(seen.filter((path) => existsSync(dirname(path))), []);
});

Deno.test("watchedUrl() leaves nothing of a file that breaks off, and fetches it again", async () => {
  const broken = ReadableStream.from((async function* () {
    yield new TextEncoder().encode("on");
    throw new Error("connection closed");
  })());
  const asked: (string | null)[] = [];
  const answers = [
    new Response("zero", { headers: { etag: '"0"' } }),
    new Response(broken),
    new Response("one"),
  ];
  const get = ((_, init) => {
    asked.push(new Headers(init?.headers).get("if-none-match"));
    return Promise.resolve(answers.shift() ?? Response.error());
  }) as typeof fetch;
  await using source = watchedUrl(new URL("https://files.example/a.tar"), get);
  await source.look(signal);
  await assertRejects(
    () => source.look(signal),
    AlcaideError,
    "Cannot read https://files.example/a.tar: the answer broke off",
  );
  await source.look(signal);
  assertEquals([asked, await Deno.readTextFile(source.artifact)], [[null, '"0"', null], "one"]);
});

Deno.test("watchedUrl() and watchedBranch() end with the signal of a look", async () => {
  const ending = AbortSignal.abort(new Error("enough"));
  const given: unknown[] = [];
  const get = ((_, init) => (given.push(init?.signal), Promise.resolve(new Response("one")))) as typeof fetch;
  const exec = (_: string, options: ExecOptions) => (given.push(options.signal), Promise.resolve(ended));
  const ended = { code: 0, stdout: "1a2b3c4d\n", stderr: "" };
  const branch = watchedBranch(runner("local", { exec }), "/src", "main");
  await using source = watchedUrl(new URL("https://files.example/a.tar"), get);
  await source.look(ending);
  await branch.take(await branch.look(ending), ending);
  assertEquals(given, [ending, ending, ending]);
});
