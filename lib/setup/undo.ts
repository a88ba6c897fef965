// Takes back what setup made of a server that has no app any more: decided from the facts alone.

import { basename } from "node:path";
import { hasImport } from "../commands/caddy/caddyfile.ts";
import { deleteTemplate, templateTree } from "../commands/jail/template.ts";
import { templateSnapshot, type TreeSpec } from "../commands/jail/tree.ts";
import { caddyfile, jailInterface, pfFile } from "../commands/paths.ts";
import {
  type Earlier,
  removeBase,
  removeDirectories,
  restoreVariable,
  type setVariables,
  undoCaddy,
  undoFiles,
  undoLoopback,
  undoPf,
} from "../commands/server/undo.ts";
import type { Config } from "../config/field/types.ts";
import { AlcaideError } from "../core/error.ts";
import { list } from "../core/text.ts";
import type { Change } from "../server/change.ts";
import { type Facts, isEnabled, type SetupFacts } from "../server/facts.ts";
import { parseLeft } from "../server/left.ts";
import { imageTree } from "../server/images.ts";
import { patchedFirst } from "../server/patches.ts";
import { splitFirst } from "../server/rows.ts";

/** The state of a server before the first setup. */
interface Before {
  /** False on one that an older version of ours has set up: nothing says what it had. */
  readonly known: boolean;
  readonly absent: readonly string[];
  readonly had: (name: string) => boolean;
  /** The value of a variable that rc.conf set. */
  readonly earlier: (name: typeof setVariables[number]) => Earlier;
}

/** Everything that is to be taken back. */
export interface Undo {
  readonly changes: readonly Change[];
  /** Files of others in our directories. */
  readonly strangers: readonly string[];
}

function parseBefore(text: string): Before {
  const rows = text.split("\n").filter((row) => row.startsWith("before ")).map((row) =>
    splitFirst(row.slice(7), " ")
  );
  const of = (kind: string) => rows.filter(([word]) => word === kind).map(([, rest]) => rest);
  const values = new Map(of("rc").map((row) => splitFirst(row, " ")));
  return {
    known: rows.length > 0,
    absent: of("absent"),
    had: (name) => rows.length === 0 || of("had").includes(name),
    earlier: (name) => of("set").includes(name) ? values.get(name) : undefined,
  };
}

/**
 * Decides what has to be taken back of setup.
 *
 * @param text the answer to `listServer()`
 * @throws {AlcaideError} when an app is left, or something in the way isn't ours
 */
export function planUndo(config: Pick<Config, "jail">, facts: Facts, text: string, server: string): Undo {
  const { setup, dataset } = facts;
  if (setup === undefined) throw new TypeError("planUndo() needs the facts for setup");
  const [before, left] = [parseBefore(text), parseLeft(text)];
  const { basePath } = config.jail;
  const templates = patchedFirst(facts.templates).map((freebsd) =>
    templateTree({ basePath, freebsd, dataset })
  );
  // Of apps that are gone. They may be clones of templates.
  const images = facts.images.map((image) => imageTree(basePath, dataset, image));
  const trees = [...images, ...templates];
  refuseUsed(facts, server);
  refuseStrange(left.datasets, dataset, trees, server);
  const others = facts.base.filter((name) => name !== ".templates").map((name) => `${basePath}/${name}`)
    .filter((path) => !images.some((image) => image.path === path));
  return {
    changes: [
      ...caddyChange(setup, before, facts),
      ...pfChange(setup, before),
      ...filesChange(setup),
      ...trees.map((tree): Change => ({
        title: `Remove the ${images.includes(tree) ? "image" : "template"} ${basename(tree.path)}`,
        reason: `it is in ${tree.path}`,
        command: deleteTemplate(tree),
      })),
      ...others.length === 0 && (facts.base.length > 0 || left.own.length > 0)
        ? [baseChange(basePath, dataset, before)]
        : [],
      ...loopbackChange(setup, before),
      ...zfsChange(setup, before),
      ...left.own.length === 0 ? [] : [{
        title: "Remove alcaide's directories",
        reason: "nothing in them is used any more",
        command: removeDirectories(before.absent),
      }],
    ],
    strangers: [...left.kept, ...others],
  };
}

function refuseStrange(
  datasets: readonly string[],
  base: string | undefined,
  trees: readonly TreeSpec[],
  server: string,
): void {
  const known = [base, ...trees.flatMap((tree) => [tree.dataset, `${tree.dataset}@${templateSnapshot}`])];
  const strange = base === undefined ? [] : datasets.filter((name) => !known.includes(name));
  if (strange.length === 0) return;
  throw new AlcaideError(`Cannot undo setup on ${server}: alcaide did not make ${list(strange)}`, {
    hint: "Keep what you need of it, then destroy it with zfs destroy",
  });
}

function refuseUsed({ host, journal, sites, accessories, jailFiles }: Facts, server: string): void {
  const apps = new Set([
    ...Object.keys(host.apps),
    ...journal.map(({ app }) => app),
    ...sites.keys(),
    ...[...accessories.values()].map(({ app }) => app),
  ]);
  const jails = [...jailFiles.keys()];
  if (apps.size === 0 && jails.length === 0) return;
  const what = apps.size > 0 ? `apps: ${list([...apps].sort())}` : `jails: ${list(jails)}`;
  throw new AlcaideError(`Cannot undo setup on ${server}: it still has ${what}`, {
    hint: apps.size > 0 ? '"alcaide destroy" takes an app away, in its own project' : "Remove them first",
  });
}

function caddyChange(setup: SetupFacts, before: Before, facts: Facts): Change[] {
  const imported = hasImport(setup.caddyfile);
  const installed = !before.had("caddy") && facts.caddy.version !== undefined;
  if (!imported && !installed) return [];
  return [{
    title: installed ? "Remove Caddy" : `Take alcaide's line out of ${caddyfile}`,
    reason: installed ? "setup installed it" : "no site of alcaide's is left",
    command: undoCaddy({
      absent: before.absent.includes(caddyfile),
      installed,
      ran: before.had("running"),
      enabled: before.known ? before.earlier("caddy_enable") : null,
    }),
  }];
}

function pfChange(setup: SetupFacts, before: Before): Change[] {
  if (setup.rc["pf_rules"] !== pfFile) return [];
  return [{
    title: "Take the address translation out of force",
    reason: "no jail needs it",
    command: undoPf({
      enable: before.earlier("pf_enable"),
      rules: before.earlier("pf_rules"),
      loaded: before.had("pf"),
    }),
  }];
}

function filesChange(setup: SetupFacts): Change[] {
  if (setup.bootScript === "" && setup.rotation === "" && !isEnabled(setup, "alcaide_enable")) return [];
  return [{
    title: "Remove the boot script and the rotation of logs",
    reason: "no app needs them",
    command: undoFiles(),
  }];
}

function baseChange(basePath: string, dataset: string | undefined, { absent }: Before): Change {
  const ours = absent.filter((path) => basePath === path || basePath.startsWith(`${path}/`));
  return {
    title: `Clear ${basePath}`,
    reason: "no jail is in it",
    command: removeBase(basePath, dataset, ours),
  };
}

function loopbackChange(setup: SetupFacts, before: Before): Change[] {
  const set = (setup.rc["cloned_interfaces"] ?? "").split(/\s+/).includes(jailInterface);
  if (before.had("interface") || (!set && !setup.interfaces.includes(jailInterface))) return [];
  return [{
    title: `Remove the interface ${jailInterface}`,
    reason: "setup made it",
    command: undoLoopback(before.earlier("cloned_interfaces") !== undefined),
  }];
}

function zfsChange(setup: SetupFacts, before: Before): Change[] {
  const earlier = before.earlier("zfs_enable");
  if (!before.known || !isEnabled(setup, "zfs_enable") || earlier?.toUpperCase() === "YES") return [];
  return [{
    title: "Restore zfs_enable",
    reason: "setup changed it",
    command: restoreVariable("zfs_enable", earlier),
  }];
}
