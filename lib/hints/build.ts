// Why a build in a jail failed: from what it printed to a remedy.

import type { BuildSpec } from "../commands/app/build.ts";
import { AlcaideError, type Exit } from "../core/error.ts";
import { printable } from "../core/text.ts";
import { commonFailures, type Known, remedy } from "./known.ts";

/** Says why a command of the build failed; undefined when it was none of them. */
export function explainBuild(
  server: string,
  spec: Pick<BuildSpec, "commands" | "result" | "timeout">,
  exit: Exit,
  said: readonly string[],
): AlcaideError | undefined {
  const details = said.slice(-20).map(printable);
  if (/^missing$/m.test(exit.stderr)) {
    return new AlcaideError(`Cannot find the release on ${server}: the build left no ${spec.result}`, {
      details,
      hint: spec.result.startsWith("_build/")
        ? 'mix.exs may give the app or its release another name: write phoenix({ app: "NAME" }) or phoenix({ release: "NAME" })'
        : "The commands ended well but left nothing there: look at the build's result",
    });
  }
  const [, number, status] = /^failed (\d+) (\d+)$/m.exec(exit.stderr) ?? [];
  if (number === undefined) return undefined;
  const command = spec.commands[Number(number) - 1] ?? "";
  const late = status === "124";
  const how = late ? `did not end within ${spec.timeout / 1000} s` : `ended with status ${status}`;
  return new AlcaideError(`Cannot build the release on ${server}: "${command}" ${how}`, {
    details,
    hint: late ? "Give the build more time: its timeout, in seconds" : hintOf(Number(status), said),
  });
}

function hintOf(status: number, said: readonly string[]): string {
  return remedy({ code: status, stdout: said.join("\n"), stderr: "" }, buildTraps, commonFailures) ??
    "The lines above are the last of its output. The fields packages, commands and env of build decide what it gets";
}

/** Messages of builds, each with its advice: the particular before the general. */
const buildTraps: Known = {
  "The project makes no assets: say phoenix({ assets: false }), or give commands of your own":
    /The task "assets\.deploy" could not be found/,
  'It has no program for FreeBSD. In config.exs set config :tailwind, path: System.get_env("MIX_TAILWIND_PATH"), and the same for esbuild':
    /(esbuild|tailwind) is not available for architecture|download (esbuild|tailwind) for architecture|Couldn't fetch \S*(tailwind|esbuild)/,
  'mix.exs calls the release otherwise: say phoenix({ release: "NAME" })':
    /Unknown release :?\w+|no such release/i,
  "FreeBSD's packages have another Elixir than the project wants: ask for a package such as elixir-devel, or relax mix.exs":
    /You're trying to run :?\S+ on Elixir v\S+ but it has declared/,
  'Hex or rebar is missing in the build jail: leave deps on, or add "mix local.hex --force" to the commands':
    /Could not find (Hex|an SCM|rebar)|Hex is needed/i,
  'The build jail does not reach the outside: "alcaide setup" says what is missing; pfctl -s nat shows the translation':
    /nxdomain|:timeout|etimedout|ehostunreach|enetunreach|EAI_AGAIN|ENOTFOUND|Operation timed out|No route to host|does not resolve/i,
  "A tool is missing in the build jail: add its package to the build's packages":
    /(g?make|cc|gcc|clang|c\+\+|cmake|python3?|git|npm|node|rustc|cargo): (command )?not found|unable to find .* in your PATH/i,
  "The build needs a variable, and the app's are not set there: add it to the build's env, or read it in runtime.exs":
    /environment variable (\w+) is missing|System\.fetch_env!/,
  "A command is missing in the build jail: add its package to the build's packages": /: not found$/m,
};
