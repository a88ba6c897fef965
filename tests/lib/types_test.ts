// What the types refuse. Each line that is expected to be an error is one, or the check of types fails.

// @ts-types="../../types/std_assert.d.ts"
import { assertEquals } from "@std/assert";
import { defineConfig } from "../../lib/config/define.ts";
import { secret } from "../../lib/secret.ts";
import { sh } from "../../lib/sh.ts";
import { task } from "../../lib/task.ts";

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
  // @ts-expect-error app is missing
  defineConfig({ server: "web", build: { prebuilt: "dist" } });
  // @ts-expect-error a port is a number
  defineConfig({ app: "shop", server: "web", build: { prebuilt: "dist" }, jail: { port: "4000" } });
  // @ts-expect-error a task is asynchronous
  task("Do", () => 1);
}

Deno.test("the types refuse what would surprise", () => assertEquals(typeof refused, "function"));
