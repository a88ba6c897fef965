// Refusals of the types. Each line that is expected to be an error is one, or the check of types fails.

import { assertEquals } from "@std/assert";
import { defineConfig } from "../../lib/config/define.ts";
import type { UserConfig } from "../../lib/config/field/types.ts";
import { secret } from "../../lib/core/secret.ts";
import { sh } from "../../lib/core/sh.ts";
import type { DeployStep } from "../../lib/deploy/step.ts";
import { task } from "../../lib/task/task.ts";
import type { Context } from "../../lib/task/context.ts";

/** Never called: only its types count. */
function refused(): void {
  // @ts-expect-error a boolean has no form in the shell
  sh`x ${true}`;
  // @ts-expect-error nor has nothing
  sh`x ${undefined}`;
  // @ts-expect-error nor null
  sh`x ${null}`;
  // @ts-expect-error a promise must be awaited
  sh`x ${Promise.resolve("a")}`;
  // @ts-expect-error a record isn't a word
  sh`x ${{ a: 1 }}`;
  // @ts-expect-error a secret isn't a text
  const _text: string = secret("a");
  // @ts-expect-error a key that isn't known
  defineConfig({ app: "shop", server: "web", build: { prebuilt: "dist" }, domian: "x" });
  // A file of tasks needs none of it, a deploy does.
  defineConfig({ server: "web" });
  // @ts-expect-error app is missing
  const _config: UserConfig = { server: "web", build: { prebuilt: "dist" } };
  // @ts-expect-error a port is a number
  defineConfig({ app: "shop", server: "web", build: { prebuilt: "dist" }, jail: { port: "4000" } });
  // @ts-expect-error a task is asynchronous
  task("Do", () => 1);
}

/** True when two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

function same<A, B>(answer: Same<A, B>): void {
  void answer;
}

const about = { description: "" } as const;

// None of these is called: what a task declares decides what its function gets.

function declared(): void {
  task({
    ...about,
    args: [
      { name: "name", ...about },
      { name: "count", type: "number", ...about },
      { name: "mode", choices: ["on", "off"], default: "on", ...about },
      { name: "port", choices: [80, 443], type: "number", optional: true, ...about },
    ],
    options: {
      flag: { type: "boolean", ...about },
      text: { type: "string", ...about },
      size: { type: "number", default: 3, ...about },
      to: { type: "string", required: true, ...about },
      tags: { type: "string", repeated: true, ...about },
      sizes: { type: "number", repeated: true, ...about },
      tone: { type: "string", choices: ["kind", "curt"], ...about },
      level: { type: "number", choices: [1, 2], default: 1, ...about },
    },
    run: ({ args, options }) => {
      same<typeof args, readonly [string, number, "on" | "off", (80 | 443)?]>(true);
      same<typeof options.flag, boolean>(true);
      same<typeof options.text, string | undefined>(true);
      same<typeof options.size, number>(true);
      same<typeof options.to, string>(true);
      same<typeof options.tags, readonly string[]>(true);
      same<typeof options.sizes, readonly number[]>(true);
      same<typeof options.tone, "kind" | "curt" | undefined>(true);
      same<typeof options.level, 1 | 2>(true);
      // @ts-expect-error a third option that isn't declared
      void options.other;
      return Promise.resolve();
    },
  });
}

function undeclared(): void {
  task({
    ...about,
    args: [{ name: "first", ...about }, { name: "rest", type: "number", rest: true, ...about }],
    run: ({ args }) => {
      same<typeof args, readonly [string, number, ...number[]]>(true);
      return Promise.resolve();
    },
  });
  task({
    ...about,
    args: [{ name: "rest", rest: true, optional: true, ...about }],
    run: ({ args }) => {
      same<typeof args, readonly string[]>(true);
      return Promise.resolve();
    },
  });
  task({
    ...about,
    run: ({ args, options }) => {
      same<typeof args, readonly string[]>(true);
      same<typeof options, Readonly<Record<string, unknown>>>(true);
      return Promise.resolve();
    },
  });
}

/** A task with types of its own can call any other, and any helper. */
function calling(): void {
  const inner = task({
    ...about,
    args: [{ name: "n", type: "number", ...about }],
    run: () => Promise.resolve(),
  });
  task({
    ...about,
    options: { deep: { type: "boolean", ...about } },
    run: async (ctx) => {
      await inner(ctx);
      await help(ctx);
    },
  });
  async function help(ctx: Context): Promise<void> {
    await inner(ctx);
  }
}

function mistaken(): void {
  // @ts-expect-error there is no such type of options
  task({ ...about, options: { a: { type: "date", ...about } }, run: () => Promise.resolve() });
  // @ts-expect-error an argument needs a name
  task({ ...about, args: [{ ...about }], run: () => Promise.resolve() });
  task({
    ...about,
    // @ts-expect-error a task can't depend on a text
    depends: ["build"],
    run: () => Promise.resolve(),
  });
}

/** Never called: a step sees a small part of a plan, whatever else is in it. */
function viewed(): DeployStep {
  return {
    title: "See",
    run: (_ctx, plan) => {
      same<keyof typeof plan, "release" | "servers">(true);
      for (const one of plan.servers.values()) {
        same<keyof typeof one, "app" | "jail" | "release" | "previous">(true);
      }
      return Promise.resolve();
    },
    preview: (view) => {
      same<keyof typeof view, "ctx" | "server" | "app" | "jail" | "release" | "previous">(true);
      return [];
    },
  };
}

Deno.test("the types give a step a small view", () => assertEquals(typeof viewed, "function"));

Deno.test("the types of arguments and options are what a task declares", () =>
  assertEquals(
    [declared, undeclared, calling, mistaken].map((one) => typeof one),
    Array(4).fill("function"),
  ));

Deno.test("the types refuse what would surprise", () => assertEquals(typeof refused, "function"));
