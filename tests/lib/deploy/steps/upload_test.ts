import { assert, assertEquals, assertGreater, assertLess, assertStringIncludes } from "@std/assert";
import { artifactFile, chunksFile } from "../../../../lib/commands/paths.ts";
import type { CommandError, StepError } from "../../../../lib/core/error.ts";
import { type FakeServer, fakeServer } from "../../../fake/server.ts";
import { seeded } from "../../../shell.ts";
import { deploy } from "../../../../tasks/deploy.ts";
import { fakeContext } from "../../../fake/context.ts";
import { type Circumstances, type Deployed, deployTo, user } from "../deploying.ts";

/** Text that gzip could make smaller, and nothing else. */
function words(seed: number, count: number): string {
  const random = seeded(seed);
  return Array.from({ length: count }, () => random().toString(36).slice(2, 12).padEnd(10, "0")).join("");
}

/** A tarball to deploy, whatever is in it. */
async function tarball(): Promise<AsyncDisposable & { path: string; write(text: string): Promise<void> }> {
  const directory = await Deno.makeTempDir({ prefix: "alcaide-upload-" });
  const path = `${directory}/release.tar`;
  return {
    path,
    write: (text) => Deno.writeTextFile(path, text),
    [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
  };
}

/** Deploys texts one after another; gives the server, the last deploy, and what it sent. */
async function deployed(
  texts: readonly string[],
  between: (server: FakeServer) => void = () => {},
  last: Circumstances = {},
): Promise<Deployed & { server: FakeServer; sent: string; id: string }> {
  await using file = await tarball();
  const config = { build: { prebuilt: file.path } };
  const server = fakeServer();
  for (const text of texts.slice(0, -1)) {
    await file.write(text);
    assertEquals((await deployTo(server, { config })).error, undefined);
  }
  between(server);
  await file.write(texts.at(-1) ?? "");
  const result = await deployTo(server, { config, ...last });
  const sent = server.ran.map(({ stdin }) => stdin).join("");
  return { ...result, server, sent, id: `${texts.length}-1a2b3c4` };
}

const before = words(1, 200_000);
const after = `${before.slice(0, 900_000)}${words(2, 3000)}!${before.slice(930_000)}`;

Deno.test("a further deploy sends only what the kept artifact lacks, and says so", async () => {
  const { ctx, error, server, sent, id } = await deployed([before, after]);
  assertEquals(error, undefined);
  assertGreater(sent.length, 30_000);
  assertLess(sent.length, 60_000);
  assert(server.model.files.get(artifactFile("shop", id)) === after);
  assertStringIncludes(
    ctx.ui.text(),
    `root@203.0.113.7: ${Math.round(sent.length / 1000)} kB of 2 MB sent, the rest was there in 1-1a2b3c4`,
  );
});

Deno.test("a further deploy runs no more scripts when it sends only what is new", async () => {
  const scripts = async (...texts: string[]) => (await deployed(texts)).server.ran.length;
  assertEquals(await scripts(before, after), await scripts(before, words(3, 200_000)));
});

Deno.test("a server that keeps nothing gets the whole, beside one that does", async () => {
  await using file = await tarball();
  const build = { prebuilt: file.path };
  const [old, fresh] = [fakeServer({ name: "a" }), fakeServer({ name: "b" })];
  for (const [text, servers] of [[before, [old]], [after, [old, fresh]]] as const) {
    await file.write(text);
    const server = servers.map(({ remote }) => remote.name);
    await deploy(fakeContext({ config: { ...user, build, server }, servers }));
  }
  const sent = [old, fresh].map(({ ran }) => ran.map(({ stdin }) => stdin).join("").length);
  assertLess(sent[0] ?? 0, before.length + 60_000);
  assertEquals(sent[1], after.length);
  const path = artifactFile("shop", "2-1a2b3c4");
  assert([old, fresh].every(({ model }) => model.files.get(path) === after));
});

Deno.test("each deploy begins with the newest artifact", async () => {
  const third = `${after}${words(4, 1000)}`;
  const { sent, ctx, error } = await deployed([before, after, third]);
  assertEquals(error, undefined);
  assertLess(sent.length, 25_000);
  assertStringIncludes(ctx.ui.text(), "the rest was there in 2-1a2b3c4");
});

Deno.test("an artifact is sent as it is when the kept one has next to nothing of it", async () => {
  const other = `${before.slice(0, 150_000)}${words(3, 180_000)}`;
  const { ctx, error, sent } = await deployed([before, other]);
  assertEquals([error, sent === other], [undefined, true]);
  assert(!ctx.ui.text().includes("was there"));
});

Deno.test("a kept artifact that is not what it was is told, and the whole is sent", async () => {
  const spoilt = `${before.slice(0, 50_000)}#${before.slice(50_001)}`;
  const { ctx, error, server, sent, id } = await deployed([before, after], ({ model }) => {
    model.files.set(artifactFile("shop", "1-1a2b3c4"), spoilt);
  });
  assertEquals([error, server.model.files.get(artifactFile("shop", id)) === after], [undefined, true]);
  assertGreater(sent.length, after.length);
  const [warning] = ctx.ui.events.filter(({ type }) => type === "warning");
  assertEquals(warning, {
    type: "warning",
    text:
      "root@203.0.113.7: Cannot put the release together with what is there of 1-1a2b3c4: The checksum of what arrived differs",
    hint: "All of it is sent instead",
  });
});

const unusable: Record<string, (text: string) => string | undefined> = {
  "of another file": (text) => text.replace(/ [0-9a-f]{64}/, ` ${"0".repeat(64)}`),
  "that are cut off": (text) => text.slice(0, 300),
  "of an unknown release": (text) => text.replace("1-1a2b3c4", "9-1a2b3c4"),
  "that are empty": () => "",
  "that are gone": () => undefined,
};
for (const [name, spoil] of Object.entries(unusable)) {
  Deno.test(`chunks ${name} are left alone`, async () => {
    const { error, sent } = await deployed([before, after], ({ model: { files } }) => {
      const path = chunksFile("shop", "1-1a2b3c4");
      const text = spoil(files.get(path) ?? "");
      if (text === undefined) files.delete(path);
      else files.set(path, text);
    });
    assertEquals([error, sent === after], [undefined, true]);
  });
}

Deno.test("a small artifact has no chunks", async () => {
  const { server, sent } = await deployed(["small", "small too"]);
  assertEquals([sent, [...server.model.files.keys()].filter((path) => path.endsWith("chunks"))], [
    "small too",
    [],
  ]);
});

Deno.test("chunks go with a release that failed", async () => {
  const { error, server, id } = await deployed([before, after], (server) => {
    server.illness = (release) => release.startsWith("2-") ? "it is broken" : undefined;
  });
  assert(error !== undefined);
  const { files } = server.model;
  assertEquals([chunksFile("shop", id), chunksFile("shop", "1-1a2b3c4")].map((path) => files.has(path)), [
    false,
    true,
  ]);
});

Deno.test("an upload that another deploy has overtaken is not tried again", async () => {
  const server = (await deployed([before, after])).server;
  const exec = server.ran.findIndex(({ names }) => names.includes("receiveChanged")) + 1;
  const fault = { exec, micro: 0, kind: "status" } as const;
  const { error, sent } = await deployed([before, after], (server) => {
    server.complaint = "Another deploy has begun since";
  }, { fault });
  assertEquals((((error as StepError).cause ?? error) as CommandError).name, "TakenOverError");
  assertLess(sent.length, 60_000);
});
