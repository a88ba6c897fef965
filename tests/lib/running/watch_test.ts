// A source that is watched: deployed once when it changes, whatever becomes of it.

import { assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { AlcaideError, ConnectError, LockedError, StepError } from "../../../lib/core/error.ts";
import type { Watched } from "../../../lib/remote/watched.ts";
import { watch } from "../../../lib/running/watch.ts";
import { CanaryError } from "../../../lib/server/canary.ts";
import type { Context } from "../../../lib/task/context.ts";
import { withCache } from "../../../lib/task/seen_releases.ts";
import { aborted } from "../../../lib/transport/limits.ts";
import { type FakeContext, fakeContext } from "../../fake/context.ts";

interface Tried {
  readonly ctx: FakeContext;
  readonly status: number;
  /** The states of the source when a deploy began. */
  readonly deployed: string[];
  readonly sleeps: number[];
}

/** Watches a source that is at one thing after another, until there are no more; deploys fail where an error is given. */
async function watching(
  states: readonly (string | Error)[],
  more: { fails?: Readonly<Record<string, unknown>>; once?: boolean; cache?: string; artifact?: string } = {},
): Promise<Tried> {
  const directory = await Deno.makeTempDir();
  await Deno.writeTextFile(`${directory}/Alcaidefile.ts`, "one");
  const ctx = { ...fakeContext(), directory };
  const [deployed, sleeps, left]: [string[], number[], (string | Error)[]] = [[], [], [...states]];
  let at = "";
  const source: Watched = {
    name: "branch main",
    look: () => {
      const next = left.shift();
      const isLast = left.length === 0 && !more.once;
      if (isLast) queueMicrotask(() => deployed.includes(`${next}`) || ctx.interrupt());
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next ?? "");
    },
    take: async (seen) => {
      at = seen;
      if (seen === "new Alcaidefile") await Deno.writeTextFile(`${directory}/Alcaidefile.ts`, "two");
    },
    ...more.artifact === undefined ? {} : { artifact: more.artifact },
  };
  const deploy = (given: Context) => {
    deployed.push(more.artifact === undefined ? at : JSON.stringify(given.config.build));
    return at in (more.fails ?? {}) ? Promise.reject(more.fails?.[at]) : Promise.resolve();
  };
  try {
    const status = await watch(withCache(ctx, more.cache), {
      source,
      every: more.once ? undefined : 300_000,
      deploy,
      now: () => new Date(0),
      sleep: (time) => (left.length === 0 ? ctx.interrupt() : sleeps.push(time), Promise.resolve()),
    });
    return { ctx, status, deployed, sleeps };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function said({ ctx }: Tried): string[] {
  return ctx.ui.events.flatMap((event) =>
    event.type === "info" || event.type === "warning" ? [event.text.split("\n")[0] ?? ""] : []
  );
}

Deno.test("watch() deploys at its beginning, and then only what is new, each line with its time", async () => {
  const tried = await watching(["1a2b3c4", "1a2b3c4", "5e6f708", "5e6f708", "5e6f708"]);
  assertEquals([tried.status, tried.deployed, tried.sleeps[0]], [0, ["1a2b3c4", "5e6f708"], 300_000]);
  assertEquals(said(tried)[0], "1970-01-01T00:00:00.000Z watching branch main");
  assertEquals(said(tried).map((line) => line.slice(25)), [
    ...["watching branch main", "branch main is at 1a2b3c4: deploying", "deployed 1a2b3c4"],
    ...["branch main is at 5e6f708: deploying", "deployed 5e6f708", "stopped"],
  ]);
});

Deno.test("watch() doesn't try a release again that failed, until there is another", async () => {
  const fails = { bad: new StepError("Check the app", new AlcaideError("Cannot reach it"), [], []) };
  const tried = await watching(["bad", "bad", "good", "bad", "bad"], { fails });
  assertEquals(tried.deployed, ["bad", "good", "bad"]);
  assertStringIncludes(said(tried).join("\n"), "1970-01-01T00:00:00.000Z Error: Cannot check the app");
});

for (
  const error of [
    new LockedError("Cannot work on shop", "me"),
    new CanaryError("Cannot deploy: 3-1a2b3c4 is a canary"),
    new StepError("Upload", new ConnectError("Cannot reach web"), [], []),
  ]
) {
  Deno.test(`watch() tries again after ${error.name} of ${error.cause ?? "its own"}`, async () => {
    const tried = await watching(["a", "a", "a"], { fails: { a: error } });
    assertEquals(tried.deployed, ["a", "a", "a"]);
  });
}

Deno.test("watch() goes on when its source can't be read for a while", async () => {
  const tried = await watching(["a", new AlcaideError("Cannot read branch main: no network"), "b", "b"]);
  assertEquals(tried.deployed, ["a", "b"]);
  assertStringIncludes(said(tried).join("\n"), "Cannot read branch main: no network");
});

Deno.test("watch() remembers over a restart what it has tried", async () => {
  const cache = await Deno.makeTempDir();
  const fails = { bad: new AlcaideError("Cannot build") };
  assertEquals((await watching(["bad", "bad"], { fails, cache })).deployed, ["bad"]);
  assertEquals((await watching(["bad", "bad"], { fails, cache })).deployed, []);
  assertEquals((await watching(["good"], { cache, once: true })).deployed, ["good"]);
  await Deno.remove(cache, { recursive: true });
});

Deno.test("watch --once looks once, and throws what fails", async () => {
  const tried = await watching(["a", "b"], { once: true });
  assertEquals([tried.status, tried.deployed, tried.sleeps], [0, ["a"], []]);
  const fails = { a: new AlcaideError("Cannot build") };
  await assertRejects(() => watching(["a", "b"], { once: true, fails }), AlcaideError, "Cannot build");
  const unreadable = new AlcaideError("Cannot read branch main");
  await assertRejects(() => watching([unreadable], { once: true }), AlcaideError, "Cannot read branch main");
});

Deno.test("watch() ends before it deploys with an Alcaidefile that has changed", async () => {
  const cache = await Deno.makeTempDir();
  const tried = await watching(["a", "new Alcaidefile", "b"], { cache });
  assertEquals([tried.status, tried.deployed], [0, ["a"]]);
  assertMatch(said(tried).at(-1) ?? "", /the Alcaidefile or the secrets have changed: ends/);
  // The next start deploys it.
  assertEquals((await watching(["new Alcaidefile", "x"], { cache, once: true })).deployed, []);
  await Deno.remove(cache, { recursive: true });
});

Deno.test("watch() deploys the artifact that it watches, whatever build is configured", async () => {
  const { deployed } = await watching(["a"], { artifact: "/srv/shop.tar.gz", once: true });
  assertEquals(deployed, ['{"kind":"prebuilt","path":"/srv/shop.tar.gz"}']);
});

Deno.test("watch() ends when it is told to, and so does the deploy that is under way", async () => {
  const ctx = fakeContext();
  const directory = await Deno.makeTempDir();
  const source: Watched = { name: "the checkout", look: () => Promise.resolve("a"), take: async () => {} };
  const deploy = ({ signal }: Context) => {
    ctx.interrupt();
    return Promise.reject(signal.reason);
  };
  assertEquals(await watch({ ...ctx, directory }, { source, every: 1000, deploy }), 0);
  assertStringIncludes(ctx.ui.text(), "stopped");
  await Deno.remove(directory);
});

/** Watches a source that never answers a first look, and only its own signal ends that. */
async function silent(look: (signal: AbortSignal, ctx: FakeContext) => void, patience?: number) {
  const directory = await Deno.makeTempDir();
  const ctx = { ...fakeContext(), directory };
  const source: Watched = {
    name: "branch main",
    look: (signal) => {
      look(signal, ctx);
      return aborted(signal);
    },
    take: () => Promise.resolve(),
  };
  const sleep = () => (ctx.interrupt(), Promise.resolve());
  const given = { source, every: 300_000, deploy: () => Promise.resolve(), now: () => new Date(0), sleep };
  const status = await watch(ctx, { ...given, ...patience === undefined ? {} : { patience } });
  await Deno.remove(directory, { recursive: true });
  return said({ ctx, status, deployed: [], sleeps: [] }).map((line) => line.slice(25));
}

Deno.test("watch() ends at Ctrl-C also while its source does not answer", async () => {
  assertEquals(await silent((_, ctx) => queueMicrotask(ctx.interrupt)), ["watching branch main", "stopped"]);
});

Deno.test("watch() waits for its source no longer than it may, says so, and goes on", async () => {
  assertEquals(await silent(() => {}, 20), [
    "watching branch main",
    "Error: Cannot read branch main: no end within 0.02 s",
    "stopped",
  ]);
});
