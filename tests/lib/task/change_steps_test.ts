import { assertEquals, assertRejects } from "@std/assert";
import { AlcaideError, InterruptedError } from "../../../lib/core/error.ts";
import { sh } from "../../../lib/core/sh.ts";
import { type Remote, remote } from "../../../lib/remote/remote.ts";
import { servers, ServersError } from "../../../lib/remote/servers.ts";
import type { Transport } from "../../../lib/transport/mod.ts";
import { makeChanges } from "../../../lib/task/change_steps.ts";
import type { Context } from "../../../lib/task/context.ts";
import { memoryUi } from "../../fake/memory_ui.ts";

type Ended = { readonly fails?: readonly string[]; readonly stopAt?: string };

/** A server that notes what runs there; commands that are named fail, or stop everything. */
function remoteOf(
  name: string,
  said: string[],
  stop: AbortController,
  { fails = [], stopAt }: Ended,
): Remote {
  const exec: Transport["exec"] = async (script) => {
    const [, title = ""] = /echo '?([\w ]+)/.exec(script) ?? [];
    said.push(`${name} ${title}`);
    if (title === stopAt) stop.abort(new InterruptedError("SIGINT"));
    await Promise.resolve();
    stop.signal.throwIfAborted();
    return { code: fails.includes(`${name} ${title}`) ? 1 : 0, stdout: "", stderr: "" };
  };
  const transport = { exec, [Symbol.asyncDispose]: () => Promise.resolve() };
  return remote({ host: name }, { name, transport });
}

/** Makes changes by title on servers by name. Gives what was said and run, in order. */
function make(lists: Readonly<Record<string, readonly string[]>>, options: Ended & { all?: string[] } = {}) {
  const said: string[] = [];
  const stop = new AbortController();
  const { all = Object.keys(lists) } = options;
  const remotes = all.map((name) => remoteOf(name, said, stop, options));
  const ui = {
    ...memoryUi(),
    step: (title: string) => said.push(`> ${title}`),
    failed: (title: string) => said.push(`x ${title}`),
    server: (name: string, working: boolean) => said.push(`${working ? "+" : "-"}${name}`),
  };
  const ctx = { ui, signal: stop.signal, servers: servers(remotes) } as unknown as Context;
  const changes = new Map(remotes.map((one) => [
    one,
    (lists[one.name] ?? []).map((title) => ({ title, reason: "", command: sh`echo ${title}` })),
  ]));
  const made = makeChanges(ctx, changes, {
    guard: ({ command }) => command,
    explain: ({ title }, _, { name }) => new AlcaideError(`Cannot ${title} on ${name}`),
  });
  return { said, made };
}

/** The words about steps. */
function steps(said: readonly string[]): string[] {
  return said.filter((line) => /^[>x]/.test(line));
}

Deno.test("makeChanges() makes the same change on all servers at once, and then the next", async () => {
  const { said, made } = make({ a: ["one", "two"], b: ["one", "two"] });
  await made;
  assertEquals(said, [
    ...["> one", "+a", "a one", "+b", "b one", "-a", "-b"],
    ...["> two", "+a", "a two", "+b", "b two", "-a", "-b"],
  ]);
});

Deno.test("makeChanges() says where a change is made that others don't lack", async () => {
  const { said, made } = make({ a: ["one", "two"], b: ["new", "two"] }, { all: ["a", "b", "c"] });
  await made;
  assertEquals(steps(said), ["> b: new", "> a: one", "> a and b: two"]);
  const many = make({ a: ["one"], b: ["one"], c: ["one"], d: ["one"] }, {
    all: ["a", "b", "c", "d", "e"],
  });
  await many.made;
  assertEquals(steps(many.said), ["> 4 servers: one"]);
});

Deno.test("makeChanges() keeps the order of each server", async () => {
  const { said, made } = make({ a: ["one", "two", "one"], b: ["two", "one", "two"] });
  await made;
  const run = (name: string) => said.filter((line) => line.startsWith(`${name} `));
  assertEquals(run("a"), ["a one", "a two", "a one"]);
  assertEquals(run("b"), ["b two", "b one", "b two"]);
});

Deno.test("makeChanges() goes on where nothing failed, and then says what failed", async () => {
  const { said, made } = make({ a: ["one", "two"], b: ["one", "two"] }, { fails: ["a one"] });
  await assertRejects(() => made, AlcaideError, "Cannot one on a");
  assertEquals(steps(said), ["> one", "x one", "> b: two"]);
  const both = make({ a: ["one"], b: ["one"] }, { fails: ["a one", "b one"] });
  const { failures } = await assertRejects(() => both.made, ServersError);
  assertEquals([...failures.keys()], ["a", "b"]);
});

Deno.test("makeChanges() ends at a signal", async () => {
  const { said, made } = make({ a: ["one", "two"], b: ["two"] }, { stopAt: "one" });
  const { failures } = await assertRejects(() => made, ServersError);
  assertEquals([...failures.values()].every((one) => one instanceof InterruptedError), true);
  assertEquals(said.filter((line) => line.endsWith("two")), []);
});
