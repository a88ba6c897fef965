/**
 * Shows a plan to people and to programs.
 *
 * @module
 */

import type { Build } from "../../config/types.ts";
import { list, plural } from "../../core/text.ts";
import type { DeployPlan, ServerPlan } from "./plan.ts";

/** A plan as text. */
export function planText(plan: DeployPlan): string {
  const { revision, config } = plan;
  const source = revision.commit === ""
    ? "no repository"
    : `commit ${revision.short}${revision.dirty ? ", with changes that are not committed" : ""}`;
  const build = buildText(config.build);
  return [
    ...(plan.kind === "rollback"
      ? [`Back to release ${plan.release}, with its own configuration and environment`]
      : [`Release ${plan.release} from ${source}`, `Build: ${build}`]),
    ...[...plan.servers].flatMap(([server, target]) => ["", `${server.name}:`, ...serverRows(target, plan)]),
  ].join("\n");
}

/** A plan as a value for JSON. */
export function planJson(plan: DeployPlan): ({ server: string } & Record<string, unknown>)[] {
  return [...plan.servers].map(([server, target]) => ({
    server: server.name,
    release: plan.release,
    jail: target.app.jail.name,
    address: target.app.jail.ip4,
    previous: target.previous?.release ?? null,
    previousJail: target.previous?.jail.name ?? null,
    forget: target.prune,
    ...target.dropped.length === 0 ? {} : { dropped: target.dropped },
    ...target.build === undefined ? {} : { build: target.build.key, built: target.build.built !== undefined },
    site: masked(target.site.text, target),
  }));
}

function buildText(build: Build): string {
  if (build.kind === "prebuilt") return build.path;
  if (build.kind === "command") return `run "${build.command}", take ${build.path}`;
  return `in a jail on the server, ${plural(build.commands.length, "command")}, take ${build.result}`;
}

function buildRow({ build }: ServerPlan): string[] {
  if (build === undefined) return [];
  const { packages, jail } = build.jail;
  return [
    build.built
      ? `  build: nothing, the same source was built before (${build.key})`
      : `  build in jail ${jail.name} at ${jail.ip4}${build.afresh ? ", made anew" : ""}, with ${
        list(packages) || "no packages"
      }`,
  ];
}

function serverRows(target: ServerPlan, plan: DeployPlan): string[] {
  const { jail } = target.app;
  const rows = [
    ...buildRow(target),
    `  jail ${jail.name} at ${jail.ip4}, port ${target.app.port}, ${
      target.present
        ? "which holds the release already"
        : `a ${
          target.template.dataset === undefined ? "copy" : "clone"
        } of the base system in ${target.template.path}`
    }`,
    target.previous
      ? `  now live: ${target.previous.release} in ${target.previous.jail.name}; it serves until the new release is proven, then its jail is stopped and kept`
      : "  nothing is live yet",
    ...(target.previous?.disputes ?? []).map((dispute) => `  problem: ${dispute}`),
    `  user id ${target.allocation.uid}; volumes: ${
      plan.config.volumes.map((v) => `${v.host} as ${v.jail}`).join(", ") || "none"
    }`,
  ];
  if (plan.config.migrate !== undefined) rows.push(`  migrate: ${plan.config.migrate} (on the first server)`);
  for (const text of plan.config.beforeStart) rows.push(`  before the start: ${text}`);
  if (target.prune.length > 0) rows.push(`  forget the releases ${target.prune.join(", ")}`);
  if (target.dropped.length > 0) {
    rows.push(`  no longer answers to ${list(target.dropped)}: a deploy asks first`);
  }
  if (!target.site.apply) return [...rows, "  site file: stays as it is, Caddy is not reloaded"];
  const difference = diff(masked(target.site.before ?? "", target), masked(target.site.text, target));
  return [...rows, "  site file, which Caddy reads anew:", ...difference.map((row) => `    ${row}`)];
}

/** A text without the token by which the app knows our questions. */
export function masked(text: string, target: Pick<ServerPlan, "allocation">): string {
  return text.replaceAll(target.allocation.token, "[secret]");
}

/** Lines that go (`-`), come (`+`) or stay (` `). */
export function diff(before: string, after: string): string[] {
  const a = before.split("\n").slice(0, -1);
  const b = after.split("\n").slice(0, -1);
  const longest = lengths(a, b);
  const rows: string[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      rows.push(`  ${a[i++]}`);
      j++;
    } else if (j >= b.length || (i < a.length && (longest[i + 1]?.[j] ?? 0) >= (longest[i]?.[j + 1] ?? 0))) {
      rows.push(`- ${a[i++]}`);
    } else {
      rows.push(`+ ${b[j++]}`);
    }
  }
  return rows;
}

/** Lengths of the longest common parts of all rests; the files are short. */
function lengths(a: readonly string[], b: readonly string[]): number[][] {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const value = a[i] === b[j]
        ? (table[i + 1]?.[j + 1] ?? 0) + 1
        : Math.max(table[i + 1]?.[j] ?? 0, table[i]?.[j + 1] ?? 0);
      (table[i] ?? [])[j] = value;
    }
  }
  return table;
}
