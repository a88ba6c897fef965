// The test host itself, for tests that reboot it.

import { assert, assertEquals } from "@std/assert";
import type { TestHost } from "../host/mod.ts";
import type { Place } from "./place.ts";

/** The test host of a place that has one. */
export function hostOf({ test }: Place): TestHost {
  assert(test, "this needs the test host");
  return test;
}

/** Runs a script there, which must succeed; gives what it printed. */
export async function on(host: TestHost, script: string): Promise<string> {
  const { code, stdout, stderr } = await host.shell(script);
  assertEquals(code, 0, stdout + stderr);
  return stdout;
}

/** The jails that run there, sorted. */
export async function jails(host: TestHost): Promise<string[]> {
  return (await on(host, "jls -q name")).trim().split("\n").sort();
}
