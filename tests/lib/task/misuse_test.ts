// An editor sees these mistakes by the types. At run time, above all in the binary, nothing looks at types.

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { AlcaideError } from "../../../lib/core/error.ts";
import * as library from "../../../mod.ts";
import { fakeContext } from "../../fake/context.ts";

// deno-lint-ignore no-explicit-any -- every call here has a wrong type
const untyped: Readonly<Record<string, any>> = library;
const { caddy, deploySteps, deployWith, elixir, jail, local, node, parallel, phoenix, pipeline } = untyped;
const { $, postgresql, redis, remote, script, service, sh, staticSite, task } = untyped;

const run = () => Promise.resolve();
const server = { name: "one", run, read: run, transport: {} };
const command = "Make one by sh`…`, or by raw(…) of a text that is shell code";
const steps = 'A step is { title: "Warm up", run: async (ctx, plan) => { … } }';
const branches = "Write parallel(ctx, { one: (ctx, show) => …, two: (ctx, show) => … })";
const jailHint =
  'Write jail(ctx.servers.first, { name: "scratch", path: "/jails/scratch", ip4: "10.66.0.200" })';

/** Calls, what is said of them, and the hint. */
const wrong: readonly (readonly [string, () => unknown, problem: string, hint: string | undefined])[] = [
  ["run", () => local().run("ls -l"), "Cannot use the command for local: it is a text", command],
  ["read", () => local().read(undefined), "Cannot use the command for local: it is undefined", command],
  ["test", () => local().test($`ls`), "Cannot use the command for local: it is a record", command],
  [
    "exec in a jail",
    () => jail(server, { name: "box", path: "/jails/box", ip4: "10.66.0.9" }).exec("ls"),
    "Cannot use the command for one box: it is a text",
    command,
  ],
  ["script", () => script("ls"), "Cannot use a part of script(): it is a text", command],
  ["sh", () => sh("ls"), "Cannot call sh or $ with parentheses: write sh`…` or $`…`", undefined],
  ["$", () => $("ls"), "Cannot call sh or $ with parentheses: write sh`…` or $`…`", undefined],
  ["$ without a word", () => $(), "Cannot call sh or $ with parentheses: write sh`…` or $`…`", undefined],
  [
    "parallel without a context",
    () => parallel({ a: run }),
    "Cannot use the context of parallel(): it is a record",
    branches,
  ],
  [
    "parallel without branches",
    () => parallel(fakeContext()),
    "Cannot use the branches of parallel(): it is undefined",
    branches,
  ],
  [
    "parallel of a promise",
    () => parallel(fakeContext(), { a: run() }),
    'Cannot use "a" of parallel(): it is a promise',
    branches,
  ],
  [
    "pipeline without a plan",
    () => pipeline(fakeContext(), {}),
    "Cannot use the steps of pipeline(): it is undefined",
    steps,
  ],
  [
    "pipeline of a function",
    () => pipeline(fakeContext(), {}, { a: run }),
    'Cannot use the step "a": it is a function',
    steps,
  ],
  [
    "pipeline without a run",
    () => pipeline(fakeContext(), {}, { a: { title: "A" } }),
    'Cannot use run of the step "a": it is undefined',
    steps,
  ],
  [
    "pipeline without a title",
    () => pipeline(fakeContext(), {}, [{ run }]),
    'Cannot use title of the step "0": it is undefined',
    steps,
  ],
  ["deployWith", () => deployWith(), "Cannot use the steps of deployWith(): it is undefined", steps],
  ["deployWith a list", () => deployWith([]), "Cannot use the steps of deployWith(): it is a list", steps],
  [
    "deployWith a step that is no more",
    () => deployWith({ ...deploySteps, build: undefined }),
    'Cannot use the step "build": it is undefined',
    steps,
  ],
  [
    "remote",
    () => remote(5),
    "Cannot use the server of remote(): it is a number",
    'Write "user@host", "user@host:port" or { host: "203.0.113.7" }',
  ],
  [
    "remote without a host",
    () => remote({}),
    "Cannot use host of remote(): it is undefined",
    'Write "user@host", "user@host:port" or { host: "203.0.113.7" }',
  ],
  ["jail without a server", () => jail("box"), "Cannot use the server of jail(): it is a text", jailHint],
  [
    "jail by its name",
    () => jail(server, "box"),
    "Cannot use the second value of jail(): it is a text",
    jailHint,
  ],
  [
    "jail without a path",
    () => jail(server, { name: "box", ip4: "10.66.0.9" }),
    "Cannot use path of jail(): it is undefined",
    jailHint,
  ],
  [
    "caddy",
    () => caddy(),
    "Cannot use the server of caddy(): it is undefined",
    "Write caddy(ctx.servers.first)",
  ],
  [
    "task",
    () => task(),
    "Cannot use the description of task(): it is undefined",
    'Write task("Say hello", async (ctx) => { … })',
  ],
  [
    "task with words for arguments",
    () => task({ description: "", args: ["name"], run }),
    "Cannot use args[0] of task(): it is a text",
    'Give a list such as [{ name: "file", description: "What to read" }]',
  ],
  [
    "task with a record of arguments",
    () => task({ description: "", args: {}, run }),
    "Cannot use args of task(): it is a record",
    'Give a list such as [{ name: "file", description: "What to read" }]',
  ],
  [
    "task with a type for an option",
    () => task({ description: "", options: { loud: "boolean" }, run }),
    "Cannot use options.loud of task(): it is a text",
    'Give a record such as { loud: { type: "boolean", description: "In capitals" } }',
  ],
  [
    "task with a strange type",
    () => task({ description: "", options: { loud: { type: "bool" } }, run }),
    'Cannot make a task: the option "loud" needs "boolean", "string" or "number" as its type',
    undefined,
  ],
  [
    "postgresql",
    () => postgresql(),
    "Cannot use the record of postgresql(): it is undefined",
    'Write postgresql({ version: "17", volume: "/data/shop/db", password: secrets("DB_PASSWORD") })',
  ],
  [
    "redis",
    () => redis("7"),
    "Cannot use the record of redis(): it is a text",
    'Write redis({ password: secrets("REDIS_PASSWORD") })',
  ],
  [
    "elixir",
    () => elixir("shop"),
    "Cannot use the record of elixir(): it is a text",
    'Write elixir({ app: "shop" })',
  ],
  [
    "phoenix",
    () => phoenix(null),
    "Cannot use the record of phoenix(): it is null",
    "Write phoenix({ assets: false })",
  ],
  [
    "node",
    () => node("22"),
    "Cannot use the record of node(): it is a text",
    'Write node({ start: "node server.js" })',
  ],
  [
    "staticSite",
    () => staticSite(),
    "Cannot use the record of staticSite(): it is undefined",
    'Write staticSite({ packages: ["npm-node22"], commands: ["npm ci", "npm run build"], result: "dist" })',
  ],
  [
    "service",
    () => service(),
    "Cannot use the record of service(): it is undefined",
    'Write service({ packages: ["memcached"], start: "/usr/local/bin/memcached" })',
  ],
];

for (const [name, call, problem, hint] of wrong) {
  Deno.test(`misuse of ${name} is said where it is called`, async () => {
    const error = await assertRejects(async () => void await call(), Error, problem);
    assertEquals([error.message, (error as AlcaideError).hint], [problem, hint]);
  });
}

Deno.test("sh names a value's kind with its article", () => {
  assertThrows(
    () => sh`echo ${{}}`,
    TypeError,
    "Cannot use value 1 in a command: an object has no form in the shell, make it text first",
  );
  assertThrows(() => sh`echo ${run}`, TypeError, "a function has no form in the shell");
});

Deno.test("instances of the user's own classes are fine", async () => {
  const done: string[] = [];
  class Note {
    constructor(readonly title: string) {}
    run(): Promise<void> {
      return Promise.resolve(void done.push(this.title));
    }
  }
  class Place {
    readonly host = "203.0.113.7";
    readonly name = "box";
    readonly path = "/jails/box";
    readonly ip4 = "10.66.0.9";
  }
  await pipeline(fakeContext(), {}, { a: new Note("a") });
  assertEquals([done, remote(new Place()).name, jail(server, new Place()).name], [
    ["a"],
    "203.0.113.7",
    "one box",
  ]);
});
