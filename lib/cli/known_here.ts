// Facts for completion that are known on this machine.

import { dirname } from "node:path";
import type { Words } from "../task/options.ts";
import type { Known } from "./complete.ts";
import { findAlcaidefile } from "./find_file.ts";
import type { Alcaidefile } from "./loader.ts";
import type { Program } from "./program.ts";

/** The project that a command line means. */
export function knownHere(
  values: Words["values"],
  program: Pick<Program, "cwd" | "cache">,
  file: Alcaidefile | undefined,
): Known {
  const { config: named, environment, file: secretsFile } = values as Record<string, string | undefined>;
  const config = async () => {
    const { path } = file ?? missing();
    const { resolvePartly } = await import("../config/resolve.ts");
    return resolvePartly(await file?.config(), { directory: dirname(path), environment, file: path });
  };
  const seen = async (which: "good" | "all") => {
    const { seenReleases } = await import("../task/seen_releases.ts");
    return await seenReleases(program.cache ?? missing(), await config(), which);
  };
  return {
    config,
    secretNames: async () => {
      // Also beside an Alcaidefile that isn't finished.
      const path = await findAlcaidefile(program.cwd, named);
      const directory = path === undefined ? program.cwd : dirname(path);
      const [{ secretsStore }, { thisMachine }] = await Promise.all([
        import("../secrets/store.ts"),
        import("../task/make_context.ts"),
      ]);
      const parts = { directory, environment, local: thisMachine(directory) };
      return await secretsStore(parts, secretsFile === undefined ? {} : { file: secretsFile }).names();
    },
    releases: () => seen("good"),
    allReleases: () => seen("all"),
  };
}

function missing(): never {
  throw new Error("It is not known");
}
