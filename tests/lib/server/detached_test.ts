import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { InterruptedError, LostConnectionError, TakenOverError } from "../../../lib/core/error.ts";
import { sh } from "../../../lib/core/sh.ts";
import { remote } from "../../../lib/remote/remote.ts";
import { type FollowOptions, runDetached } from "../../../lib/server/detached.ts";
import { holdAppLock } from "../../../lib/server/lock.ts";
import type { ExecOptions, Transport } from "../../../lib/transport/mod.ts";
import { told } from "../../fake/told.ts";

const holder = { by: "me@here", since: "2026-01-02T03:04:05.000Z", what: "deploy" };
const never = new AbortController().signal;
const lost = () => new LostConnectionError("Cannot reach web");

/** A server whose work tells a part of its output each time that somebody listens. */
function working(...ends: readonly ((options: ExecOptions) => ReturnType<Transport["exec"]>)[]) {
  const scripts: string[] = [];
  const left = [...ends];
  const exec = (script: string, options: ExecOptions) => {
    scripts.push(script);
    return left.shift()?.(options) ?? Promise.resolve(told({}, options));
  };
  return {
    scripts,
    server: remote("web", { transport: { exec, [Symbol.asyncDispose]: () => Promise.resolve() } }),
  };
}

/** Prints something, and is gone. */
const breaking = (stdout: string, stderr = "") => (options: ExecOptions) => {
  told({ stdout, stderr }, options);
  return Promise.reject(lost());
};
const ending = (stdout: string, code = 0) => (options: ExecOptions) =>
  Promise.resolve(told({ stdout, code }, options));

async function follow({ server }: ReturnType<typeof working>, options: Partial<FollowOptions> = {}) {
  const lines: string[] = [];
  const exit = await runDetached(server, { command: sh`make`, lock: { app: "shop", fence: 3 } }, {
    signal: never,
    pauses: [0, 0],
    onLine: (line) => lines.push(line),
    ...options,
  });
  return { exit, lines };
}

Deno.test("runDetached() is one script when nothing breaks", async () => {
  const place = working(ending("one\n"));
  assertEquals((await follow(place)).lines, ["one"]);
  assertEquals(place.scripts.length, 1);
});

Deno.test("runDetached() goes on behind the byte that it heard last", async () => {
  const told: string[] = [];
  const place = working(breaking("one\ntw", "!"), breaking(""), ending("o\nthree\n", 4));
  const { exit, lines } = await follow(place, { onLost: () => told.push("lost") });
  assertEquals(lines, ["one", "two", "three", "!"]);
  assertEquals(exit, { code: 4, stdout: "one\ntwo\nthree\n", stderr: "!" });
  assertStringIncludes(place.scripts[2] ?? "", "tail -c +7 <&4 && tail -c +2 <&5");
  assertEquals(told, ["lost"]);
});

Deno.test("runDetached() gives up when the server stays away", async () => {
  const place = working(breaking("one\n"), breaking(""), breaking(""), breaking(""));
  await assertRejects(() => follow(place), LostConnectionError);
  assertEquals(place.scripts.length, 3);
});

Deno.test("runDetached() takes a lock that got lost again, under its number", async () => {
  const dropped = Promise.withResolvers<never>();
  const place = working(
    (options) => (options.onLine?.("locked 3", "out"), dropped.promise),
    (options) => {
      dropped.reject(lost());
      return breaking("one\n")(options);
    },
    (
      options,
    ) => (options.onLine?.("locked 3", "out"),
      new Response(options.stdin as ReadableStream).text().then(() => told({}, options))),
    ending("two\n"),
  );
  {
    await using _lock = await holdAppLock(place.server, "shop", holder, never);
    assertEquals((await follow(place)).lines, ["one", "two"]);
  }
  assertStringIncludes(place.scripts[2] ?? "", "lockf -k -s -t 35 /var/db/alcaide/apps/shop/lock");
  assertEquals(place.scripts.length, 4);
});

Deno.test("runDetached() ends when somebody else has had the lock meanwhile", async () => {
  const dropped = Promise.withResolvers<never>();
  const place = working(
    (options) => (options.onLine?.("locked 3", "out"), dropped.promise),
    (options) => {
      dropped.reject(lost());
      return breaking("one\n")(options);
    },
    () => Promise.resolve({ code: 75, stdout: "", stderr: "Another deploy has begun since\n" }),
  );
  await using _lock = await holdAppLock(place.server, "shop", holder, never);
  await assertRejects(
    () => follow(place),
    TakenOverError,
    "Cannot go on with web: another deploy has taken over",
  );
  assertEquals(place.scripts.length, 3);
});

Deno.test("runDetached() looks for nothing after Ctrl-C, and ends the work that nobody follows", async () => {
  const controller = new AbortController();
  const place = working(breaking("one\n"));
  const onLost = () => controller.abort(new InterruptedError("SIGINT"));
  await assertRejects(() => follow(place, { signal: controller.signal, onLost }), InterruptedError);
  assertStringIncludes(place.scripts[1] ?? "", "kill -TERM");
  assertEquals(place.scripts.length, 2);
});

Deno.test("runDetached() never begins anew what got its input, and gives up where that is cut off", async () => {
  const input = () => new Blob(["the dump"]).stream();
  const whole = working(async (options) => {
    await new Response(options.stdin as ReadableStream).text();
    throw lost();
  }, ending("done\n"));
  assertEquals((await follow(whole, { stdin: input() })).lines, ["done"]);
  assertEquals(whole.scripts.map((script) => script.includes("mkdir -m 700")), [true, false]);
  const cut = working(() => Promise.reject(lost()));
  await assertRejects(() => follow(cut, { stdin: input() }), LostConnectionError);
  assertEquals(cut.scripts.length, 1);
});
