// The message of a failure, and the files of a directory.

import { assertRejects } from "@std/assert";
import { AlcaideError, ConfigError } from "../../../lib/core/error.ts";

export async function messageOf(run: () => Promise<unknown>): Promise<readonly (string | undefined)[]> {
  const error = await assertRejects(run, AlcaideError);
  const hint = error instanceof ConfigError ? error.problems[0]?.hint : error.hint;
  return [error.message, hint, error.exitCode === 78 ? undefined : String(error.exitCode)]
    .filter((part) => part !== undefined);
}

export async function namesIn(path: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name).sort();
}
