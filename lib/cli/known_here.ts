// Facts for completion that are known on this machine.

import { dirname, join } from "node:path";
import { resolvePartly } from "../config/resolve.ts";
import { secretsStore } from "../secrets/store.ts";
import { thisMachine } from "../task/make_context.ts";
import type { Words } from "../task/options.ts";
import { seenReleases } from "../task/seen_releases.ts";
import type { Known } from "./complete.ts";
import { type Alcaidefile, findAlcaidefile } from "./loader.ts";
import type { Program } from "./program.ts";

/** The user's directory for files that programs may lose; undefined when nobody says who the user is. */
export function userCache(): string | undefined {
  const home = Deno.env.get("HOME") || undefined;
  const all = Deno.env.get("XDG_CACHE_HOME") || (home && join(home, ".cache"));
  return all && join(all, "alcaide");
}

/** The project that a command line means. */
export function knownHere(
  values: Words["values"],
  program: Pick<Program, "cwd" | "cache">,
  file: Alcaidefile | undefined,
): Known {
  const { config: named, environment, file: secretsFile } = values as Record<string, string | undefined>;
  const config = async () => {
    const { path } = file ?? missing();
    return resolvePartly(await file?.config(), { directory: dirname(path), environment, file: path });
  };
  return {
    config,
    secretNames: async () => {
      // Also beside an Alcaidefile that isn't finished.
      const path = await findAlcaidefile(program.cwd, named);
      const directory = path === undefined ? program.cwd : dirname(path);
      const parts = { directory, environment, local: thisMachine(directory) };
      return await secretsStore(parts, secretsFile === undefined ? {} : { file: secretsFile }).names();
    },
    releases: async () => await seenReleases(program.cache ?? missing(), await config()),
  };
}

function missing(): never {
  throw new Error("It is not known");
}
