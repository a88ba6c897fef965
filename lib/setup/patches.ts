// The server's patch level for the jails to come: a template beside the plain one.

import { patchTemplate } from "../commands/jail/patch.ts";
import { deleteUnused, templateTree } from "../commands/jail/template.ts";
import type { Config } from "../config/field/types.ts";
import { script } from "../core/script.ts";
import type { Change } from "../server/change.ts";
import { type Facts, jailVersion, type SetupFacts, withoutPatch } from "../server/facts.ts";
import { patchedFirst, patchOf, templateFor } from "../server/patches.ts";

/**
 * Decides whether a patched template is missing. Undefined where the server itself has no patches, or jails are of another
 * release, whose levels can't be compared.
 */
export function patchChange(
  config: Config,
  facts: Facts,
  { datasets }: SetupFacts,
  dataset: string | undefined,
): { readonly change: Change; readonly template: string } | undefined {
  const { basePath } = config.jail;
  const freebsd = jailVersion(config, facts);
  const level = patchOf(facts.userland);
  if (level === 0 || withoutPatch(facts.userland) !== freebsd) return undefined;
  const newest = templateTree({ basePath, freebsd: templateFor(freebsd, facts.templates), dataset });
  const cloned = dataset === undefined || datasets.length === 0 ||
    datasets.some(({ name }) => name === newest.dataset);
  if (cloned && patchOf(facts.versions.get(newest.path) ?? "") >= level) return undefined;
  const template = `${freebsd}-p${level}`;
  return {
    template,
    change: {
      title: `Bring FreeBSD ${freebsd} to patch level ${level}`,
      reason: "the server has it, and jails would be without",
      command: script(
        patchTemplate({ basePath, freebsd, level, dataset }),
        ...outdated(facts, freebsd).map((old) =>
          deleteUnused(templateTree({ basePath, freebsd: old, dataset }))
        ),
      ),
      lock: "setup",
      hint: 'Jails go without these patches until "alcaide setup" succeeds',
    },
  };
}

/** The newest before the new one stays: a deploy may be copying it. */
function outdated({ templates }: Facts, freebsd: string): string[] {
  return patchedFirst(templates).filter((name) => patchOf(name) > 0 && withoutPatch(name) === freebsd).slice(
    1,
  );
}
