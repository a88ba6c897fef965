// Shows a plan to people and to programs.

import { diff } from "./diff.ts";
import type { Build } from "../../config/field/types.ts";
import { shareText } from "../../core/canary.ts";
import { duration, list, plural } from "../../core/text.ts";
import { stageName } from "./stages.ts";
import type { Remote } from "../../remote/remote.ts";
import { type AppProcess, hasWeb, processText } from "../../core/process.ts";
import type { Assets, ReleaseId, ScheduleSpec } from "../../core/release.ts";
import type { DeployPlan, ServerPlan } from "./plan.ts";

/** A plan as text. */
export function planText(plan: DeployPlan): string {
  const { revision, config } = plan;
  const source = revision.commit === ""
    ? "no repository"
    : `commit ${revision.short}${revision.dirty ? ", with changes that are not committed" : ""}`;
  return [
    ...(plan.kind === "cutover"
      ? [`Release ${plan.release}, which is prepared`]
      : plan.kind === "rollback"
      ? [`Back to release ${plan.release}, with its own configuration and environment`]
      : [`Release ${plan.release} from ${source}`, `Build: ${buildText(config.build)}`]),
    ...switchRows(plan),
    ...[...plan.servers].flatMap(([server, target]) => ["", `${server.name}:`, ...serverRows(target, plan)]),
  ].join("\n");
}

/** A plan on one server, for programs. */
export interface PlanJson {
  /** The server's name. */
  readonly server: string;
  /** The release that gets the traffic. */
  readonly release: ReleaseId;
  /** Its jail. */
  readonly jail: string;
  /** The jail's address. */
  readonly address: string;
  /** The release that had the traffic; null at the first deploy. */
  readonly previous: ReleaseId | null;
  /** Its jail. */
  readonly previousJail: string | null;
  /** The old releases that are forgotten. */
  readonly forget: readonly ReleaseId[];
  /** The visitors that the release gets, where those are not all: "10% of the visitors", of one that waits "no visitors". */
  readonly share?: string;
  /** The stage in which the server gets the traffic, from 1. */
  readonly stage?: number;
  /** The moment at which the traffic moves: ISO 8601, UTC. */
  readonly at?: string;
  /** Commands that cron runs. */
  readonly schedules?: readonly ScheduleSpec[];
  /** Files that Caddy serves. */
  readonly assets?: Assets;
  /** Processes beside the web process. */
  readonly processes?: readonly AppProcess[];
  /** The domains and paths that the app no longer answers to. */
  readonly dropped?: readonly string[];
  /** The image that the jail is made from. */
  readonly image?: string;
  /** True where the image is there already. */
  readonly imageThere?: boolean;
  /** The key of the build on the server. */
  readonly build?: string;
  /** True where the same source was built before. */
  readonly built?: boolean;
  /** The site file, secrets masked; empty where there is none. */
  readonly site: string;
}

/** A plan as a value for JSON. */
export function planJson(plan: DeployPlan): PlanJson[] {
  return [...plan.servers].map(([server, target]) => ({
    server: server.name,
    release: plan.release,
    jail: target.jail.name,
    address: target.jail.ip4,
    previous: target.previous?.release ?? null,
    previousJail: target.previous?.jail.name ?? null,
    forget: target.prune,
    ...shareOf(plan),
    ...stageOf(plan, server),
    ...plan.switching?.at === undefined ? {} : { at: plan.switching.at.toISOString() },
    ...target.record.config.schedules === undefined ? {} : { schedules: target.record.config.schedules },
    ...target.app.assets === undefined ? {} : { assets: target.app.assets },
    ...target.app.processes === undefined ? {} : { processes: target.app.processes },
    ...target.dropped.length === 0 ? {} : { dropped: target.dropped },
    ...target.image === undefined
      ? {}
      : { image: target.image.name, imageThere: target.image.make === undefined },
    ...target.build === undefined ? {} : { build: target.build.key, built: target.build.built !== undefined },
    site: withoutToken(target.site.text, target),
  }));
}

/** In words, the release that has to make way in its slot. */
export function takenBack({ prepared, release }: ServerPlan): string[] {
  return prepared === undefined || prepared.id === release
    ? []
    : [`  ${prepared.id}, prepared since ${prepared.prepared}, is taken back`];
}

function shareOf({ switching: { later, canary } = {} }: DeployPlan): { share?: string } {
  if (canary !== undefined) return { share: shareText(canary) };
  return later ? { share: "no visitors" } : {};
}

function stageOf({ switching }: DeployPlan, server: Remote): { stage?: number } {
  const index = switching?.stages?.findIndex((stage) => stage.includes(server));
  return index === undefined ? {} : { stage: index + 1 };
}

/** How the traffic moves, where that is not at once. */
function switchRows({ switching = {} }: DeployPlan): string[] {
  const { stages = [], pause } = switching;
  const then = pause === undefined ? "a question at a terminal" : duration(pause);
  return stages.length === 0 ? [] : [
    `The traffic moves in ${plural(stages.length, "stage")}, with ${then} between:`,
    ...stages.map((_, index) => `  ${stageName(stages, index)}`),
  ];
}

function buildText(build: Build): string {
  if (build.kind === "prebuilt") return build.path;
  if (build.kind === "command") return `run "${build.command}", take ${build.path}`;
  return `in a jail on the server, ${plural(build.commands.length, "command")}, take ${build.result}`;
}

function buildRow({ build }: ServerPlan): string[] {
  if (build === undefined) return [];
  if (build.built) return [`  build: nothing, the same source was built before (${build.key})`];
  const { packages, jail } = build.jail;
  const anew = build.afresh ? ", made anew" : "";
  return [`  build in jail ${jail.name} at ${jail.ip4}${anew}, with ${list(packages) || "no packages"}`];
}

/** The way to a jail's tree. */
function copyText({ jail: { base, layer }, image, template: { dataset, path } }: ServerPlan): string {
  const kind = base !== undefined ? "thin, on" : dataset === undefined ? "a copy of" : "a clone of";
  const from = image === undefined || base !== undefined ? `the base system in ${path}` : "the image";
  return `${kind} ${from}${layer === undefined ? "" : " with the packages of the image"}`;
}

function imageRow({ image, present, template }: ServerPlan): string[] {
  if (image === undefined || present) return [];
  const { tree: { path }, make } = image;
  if (make === undefined) return [`  image ${path}, which is there already`];
  const { packages, commands } = make;
  const more = commands.length === 0 ? "" : ` and ${plural(commands.length, "command")}`;
  return [
    `  image ${path}, made of the base system in ${template.path} with ${
      list(packages) || "no packages"
    }${more}`,
  ];
}

/** The release's processes, where there are others than the web process, and those that end with the old release. */
function processRows({ app: { start, processes = [] }, previous }: ServerPlan): string[] {
  const old = previous?.declared.processes.map(processText) ?? [];
  const rows = processes.map((one) => {
    const when = one.startBefore ? "before the switch" : `after the switch${one.alone ? ", alone" : ""}`;
    return `process ${processText(one)}: ${one.start}; starts ${when}, gets ${one.stopTimeout} s to end`;
  });
  return [
    ...processes.length === 0 ? [] : [hasWeb({ start }) ? `process web: ${start}` : "no web process"],
    ...rows,
    ...old.length === 0 ? [] : [`processes of the old release that end then: ${list(old)}`],
  ];
}

/** The release that is live, and what becomes of it. */
function liveRows({ previous }: ServerPlan, { config, switching = {} }: DeployPlan): string[] {
  if (previous === undefined) {
    return [
      `  nothing is live yet${config.guard ? ": without a release to go back to there is no guard" : ""}`,
    ];
  }
  const then = switching.later
    ? "it stays live"
    : "it serves until the new release is proven, then its jail is stopped and kept";
  return [
    `  now live: ${previous.release} in ${previous.jail.name}; ${then}`,
    ...(previous.disputes ?? []).map((dispute) => `  problem: ${dispute}`),
  ];
}

function serverRows(target: ServerPlan, plan: DeployPlan): string[] {
  const { config } = plan;
  const { app, jail, prune, dropped, site } = target;
  const volumes = config.volumes.map((v) => `${v.host} as ${v.jail}`).join(", ") || "none";
  const rows = [
    ...buildRow(target),
    ...imageRow(target),
    `  jail ${jail.name} at ${jail.ip4}, port ${app.port}, ${
      target.present ? "which holds the release already" : copyText(target)
    }`,
    ...liveRows(target, plan),
    ...takenBack(target),
    `  user id ${target.allocation.uid}; volumes: ${volumes}`,
  ];
  for (const row of processRows(target)) rows.push(`  ${row}`);
  if (config.migrate !== undefined) rows.push(`  migrate: ${config.migrate} (on the first server)`);
  for (const { name, at, run } of target.record.config.schedules ?? []) {
    rows.push(`  schedule ${name}, by cron at ${at}: ${run}`);
  }
  if (app.assets) {
    rows.push(`  assets: Caddy serves ${app.assets.from} of each kept release as ${app.assets.path}`);
  }
  for (const text of config.beforeStart) rows.push(`  before the start: ${text}`);
  if (prune.length > 0) rows.push(`  forget the releases ${prune.join(", ")}`);
  if (dropped.length > 0) rows.push(`  no longer answers to ${list(dropped)}: a deploy asks first`);
  if (site.text === "") {
    const none = "no site file, for no process gets requests here";
    return [...rows, `  ${none}${site.apply ? ": the old one is removed" : ""}`];
  }
  if (!site.apply) return [...rows, "  site file: stays as it is, Caddy is not reloaded"];
  const difference = diff(withoutToken(site.before ?? "", target), withoutToken(site.text, target));
  const same = difference.length === 0;
  return [
    ...rows,
    `  site file${same ? ": stays as it is" : ""}, which Caddy reads anew${same ? "" : ":"}`,
    ...difference.map((row) => `    ${row}`),
  ];
}

const hashes = /\$2b\$\S+/g;

/** A text without the token by which the app knows our questions, and without hashes of passwords. */
export function withoutToken(text: string, target: Pick<ServerPlan, "allocation">): string {
  return text.replaceAll(target.allocation.token, "[secret]").replaceAll(hashes, "[secret]");
}
