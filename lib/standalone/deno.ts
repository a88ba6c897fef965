// Deno as a program on this machine, to compile with.

import { AlcaideError, lastLines } from "../core/error.ts";
import {
  compileArguments,
  compileEnvironment,
  type CompileSpec,
  minorOf,
  newEnough,
  runtimeVersion,
} from "./targets.ts";

/** How to call Deno. */
export interface DenoOptions {
  /** The program. Default: `deno` from the PATH. */
  readonly deno?: string;
  /** Variables. Default: ours. */
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks Deno for its version.
 *
 * @throws {AlcaideError} when there is none, or too old a one
 */
export async function denoVersion(
  { deno = "deno", env = Deno.env.toObject(), signal }: DenoOptions = {},
): Promise<string> {
  const command = new Deno.Command(deno, {
    args: ["--version"],
    env,
    clearEnv: true,
    ...signal && { signal },
  });
  // A missing file throws at once, a file that is not a program later.
  const said = await Promise.resolve().then(() => command.output()).catch(() => undefined);
  signal?.throwIfAborted();
  const version = /^deno (\d+\.\d+\.\d+)/m.exec(new TextDecoder().decode(said?.stdout))?.[1];
  const hint =
    "Install Deno 2.6 or later from https://deno.com and put it on the PATH; only compiling needs it";
  if (version === undefined) throw new AlcaideError("Cannot find Deno to compile with", { hint });
  if (newEnough(version)) return version;
  throw new AlcaideError(`Cannot compile with Deno ${version}: it is too old`, { hint });
}

/**
 * Refuses a runtime that Deno would put into the binary in vain.
 *
 * @throws {AlcaideError} when `DENORT_BIN` names no runtime, or one of another version
 */
async function checkRuntime(path: string, version: string): Promise<void> {
  const bytes = await Deno.readFile(path).catch((cause) => {
    throw new AlcaideError(`Cannot read DENORT_BIN: "${path}"`, {
      cause,
      hint: "Unset it, or name Deno's runtime for binaries",
    });
  });
  const own = runtimeVersion(bytes);
  if (own !== undefined && minorOf(own) === minorOf(version)) return;
  throw new AlcaideError(
    own === undefined
      ? `Cannot use DENORT_BIN: "${path}" is not a runtime of Deno`
      : `Cannot use DENORT_BIN: it is of Deno ${own}, and Deno ${version} compiles`,
    { hint: `Unset it, or use Deno ${own === undefined ? "from https://deno.com" : minorOf(own)}` },
  );
}

/**
 * Compiles something.
 *
 * @returns what was said about the runtime that is used
 * @throws {AlcaideError} when Deno can't
 */
export async function compile(
  spec: CompileSpec,
  options: DenoOptions = {},
): Promise<{ runtime: string | undefined }> {
  const { deno = "deno", env = Deno.env.toObject(), signal } = options;
  const version = await denoVersion(options);
  const own = compileEnvironment(env, { target: spec.target, native: Deno.build.target });
  const runtime = own["DENORT_BIN"];
  if (runtime !== undefined) await checkRuntime(runtime, version);
  const { success, stderr } = await new Deno.Command(deno, {
    args: compileArguments(spec),
    env: own,
    clearEnv: true,
    stdin: "null",
    ...signal && { signal },
  }).output();
  signal?.throwIfAborted();
  if (success) return { runtime };
  throw compileError(new TextDecoder().decode(stderr), runtime === undefined && Boolean(env["DENORT_BIN"]));
}

/** @param unfit whether a runtime is given that is not for the target's machine */
function compileError(said: string, unfit: boolean): AlcaideError {
  const [text = ""] = said.split(/\n\s*Stack backtrace:/);
  const fetched = /denort|dl\.deno\.land/.test(text);
  return new AlcaideError("Cannot compile: Deno refuses", {
    details: lastLines(text.trim(), 12),
    hint: fetched
      ? `Deno downloads its runtime for binaries from dl.deno.land; ${
        unfit
          ? "the one in DENORT_BIN is for this machine only"
          : "without that network, name one in DENORT_BIN"
      }`
      : "Deno's output names the problem",
  });
}
