/**
 * Binaries for tests: whether they can be made here, and making them.
 */

import { fromFileUrl, join } from "@std/path";
import { compilingDeno } from "../scripts/compile.ts";

const repository = fromFileUrl(new URL("../", import.meta.url));

/** Why no binary can be compiled here, else undefined. Deno needs its runtime for that, given or from the network. */
export async function compilingUnavailable(): Promise<string | undefined> {
  if (Deno.env.get("DENORT_BIN")) return undefined;
  const reached = await fetch("https://dl.deno.land/release-latest.txt", {
    signal: AbortSignal.timeout(5000),
  })
    .then(async (answer) => (await answer.text(), true), () => false);
  return reached ? undefined : "DENORT_BIN isn't set, and dl.deno.land can't be reached";
}

/** Compiles the program into a directory and gives its path. */
export async function compileProgram(directory: string): Promise<string> {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", join(repository, "scripts", "compile.ts"), "--output", directory],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stdout));
  return join(directory, "alcaide");
}

/** Where the Deno is that `alcaide compile` is to find. */
export async function compilerPath(): Promise<string> {
  return `${join(await compilingDeno(), "..")}:/usr/bin:/bin`;
}

/**
 * Variables of a machine without Deno and without packages: nothing of Deno on the path, no cache, a registry where nobody
 * answers.
 */
export function bareEnvironment(denoDir: string): Record<string, string> {
  return {
    PATH: "/usr/bin:/bin",
    DENO_DIR: denoDir,
    NPM_CONFIG_REGISTRY: "http://127.0.0.1:9/",
    JSR_URL: "http://127.0.0.1:9/",
    DENO_NO_UPDATE_CHECK: "1",
  };
}
