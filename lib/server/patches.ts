// Patch levels of FreeBSD: the template to make a jail from, and the jails that are behind the server.

import { templateDir } from "../commands/paths.ts";
import { list } from "../core/text.ts";
import { type Facts, runningJails, withoutPatch } from "./facts.ts";

/** The patch level of a version: 3 for `15.0-RELEASE-p3`, 0 for one that was never patched. */
export function patchOf(version: string): number {
  return Number(/-p(\d+)$/.exec(version)?.[1] ?? 0);
}

/**
 * The template that jails of a FreeBSD version are made from: the highest patch level that is there.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { templateFor } from "./patches.ts";
 *
 * assertEquals(templateFor("15.0-RELEASE", ["15.0-RELEASE", "15.0-RELEASE-p3"]), "15.0-RELEASE-p3");
 * ```
 */
export function templateFor(freebsd: string, templates: readonly string[]): string {
  return patchedFirst(templates).find((name) => withoutPatch(name) === withoutPatch(freebsd)) ?? freebsd;
}

/** Templates in an order in which each comes before the one that it may be a clone of. */
export function patchedFirst(templates: readonly string[]): string[] {
  return templates.toSorted((a, b) => patchOf(b) - patchOf(a));
}

/** A tree with less patches than the server has. */
export interface Behind {
  readonly path: string;
  /** Its jail; undefined for a template. */
  readonly jail: string | undefined;
  /** Its version with patch level. */
  readonly version: string;
}

/** The part of facts that tells who is behind. */
type Patched = Pick<Facts, "userland" | "versions" | "jails" | "trees" | "templates">;

/**
 * The trees that are behind the server: jails of ours that run, and the template that the next is made from. Levels of
 * another release can't be compared.
 */
export function behindServer(facts: Patched, basePath: string): Behind[] {
  const { userland, versions, trees, templates } = facts;
  const template = { path: templateDir(basePath, templateFor(userland, templates)), jail: undefined };
  const jails = runningJails(facts).filter(({ path }) => trees.has(path));
  return [template, ...jails.map(({ path, name }) => ({ path, jail: name }))].flatMap(({ path, jail }) => {
    const version = versions.get(path) ?? "";
    const behind = withoutPatch(version) === withoutPatch(userland) && patchOf(version) < patchOf(userland);
    return behind ? [{ path, jail, version }] : [];
  });
}

/** The trees that are behind, in words for people. */
export function behindRows(
  { behind, freebsd, patch }: {
    readonly behind: readonly { readonly jail: string | null; readonly freebsd: string }[];
    readonly freebsd: string | null;
    readonly patch: string;
  },
): string[] {
  if (behind.length === 0) return [];
  const told = behind.map(({ jail, freebsd }) => `${jail ?? "the base system of new jails"} (${freebsd})`);
  const are = told.length === 1 ? "is" : "are";
  return [`  patches: ${list(told)} ${are} behind the server's ${freebsd}: ${patch}`];
}

/** The commands that bring them to the server's level, in order. */
export function patchRemedy(behind: readonly Behind[], { accessories }: Pick<Facts, "accessories">): string {
  const jails = behind.flatMap(({ jail }) => jail ?? []);
  const moved = jails.flatMap((jail) => accessories.get(jail)?.name ?? []);
  const tasks = [
    ...behind.some(({ jail }) => jail === undefined) ? ["setup"] : [],
    ...jails.some((jail) => !accessories.has(jail)) ? ["deploy"] : [],
    ...moved.map((name) => `accessory upgrade ${name}`),
  ];
  return list(tasks.map((task) => `"alcaide ${task}"`));
}
