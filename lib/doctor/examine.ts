// The work of `alcaide doctor`: asks each server once and this machine beside it, runs the checks, tells what they find.

import { parseSections } from "../commands/server/probe.ts";
import { doctorProbe } from "../commands/server/doctor.ts";
import { AlcaideError, exitCodes } from "../core/error.ts";
import { isServed } from "../config/sections/processes.ts";
import { plural, printable } from "../core/text.ts";
import type { Remote } from "../remote/remote.ts";
import { parseFacts } from "../server/parse_facts.ts";
import type { Project } from "../server/host_state.ts";
import { readProject } from "../server/project.ts";
import { chooseServers } from "../task/choose_servers.ts";
import type { Context } from "../task/context.ts";
import { appChecks } from "./app.ts";
import { type Check, type Finding, runChecks, severities, type Severity, worstFirst } from "./check.ts";
import { hereChecks, readHere } from "./here.ts";
import { lookFromHere, type Network, network } from "./network.ts";
import { namesOf, outsideChecks } from "./outside.ts";
import { type Known, parseDoctor, type SeenServer } from "./seen.ts";
import { serviceChecks } from "./services.ts";
import { supplyChecks } from "./supplies.ts";
import { systemChecks } from "./system.ts";

/** The findings of a server, or of this machine. */
export interface Group {
  /** The server's name; null for this machine. */
  readonly server: string | null;
  /** The findings, the worst first; at least one for each check that was made. */
  readonly findings: readonly Finding[];
}

/** How many findings of each kind there are, and all of them. */
export interface DoctorJson extends Counts {
  /** The servers, this machine last. */
  readonly groups: readonly Group[];
}

/** Its failure is an error of the connection. */
const connection: Check<unknown> = {
  id: "connection",
  about:
    "the way to the server: address, sshd, host key, login, root by `doas` or `sudo`, FreeBSD, a whole answer",
  fine: "The server lets us in, as root",
  worst: "error",
  look: () => [],
};

/** The checks of a server that let us in. */
export const serverChecks: readonly Check<SeenServer>[] = [
  ...systemChecks,
  ...supplyChecks,
  ...serviceChecks,
  ...appChecks,
];

/** The table of all checks, by what they look at. */
export const checks = [
  ["The way there", [connection]],
  ["The base system", [...systemChecks, ...supplyChecks]],
  ["Network and Caddy", serviceChecks],
  ["The app and its jails", appChecks],
  ["Seen from here", outsideChecks],
  ["This machine", hereChecks],
] as const;

/** Examines servers and this machine; gives the exit status. */
export async function examine(
  ctx: Context,
  { server, strict = false, net = network }: { server?: string; strict?: boolean; net?: Network } = {},
): Promise<number> {
  const chosen = chooseServers(ctx, server, "all");
  ctx.ui.step("Look at the servers and at this machine");
  const project = readProject(ctx.local, ctx.config.directory);
  const [here, servers] = await Promise.all([
    readHere(ctx.config),
    chosen.each((one) => examineServer(ctx, one, project, net)),
  ]);
  const groups = [...servers, { server: null, findings: runChecks(hereChecks, here) }];
  const all = groups.flatMap(({ findings }) => findings);
  const counts = countsOf(all);
  ctx.ui.result(
    { ...counts, groups } satisfies DoctorJson,
    [...groups.map((group) => groupText(group, ctx.ui.verbose)), totalText(counts)].join("\n\n"),
    { prose: true },
  );
  return counts.error > 0 || (strict && counts.warning + counts.unknown > 0) ? exitCodes.failed : 0;
}

async function examineServer(
  ctx: Context,
  server: Remote,
  project: Promise<Project>,
  net: Network,
): Promise<Group> {
  const { config } = ctx;
  const served = isServed(config, server.name);
  const [known, outside] = await Promise.all([
    readKnown(ctx, server, project),
    served ? lookFromHere(config, server.target, net) : undefined,
  ]);
  const { findings, ...facts } = known;
  const seen = { config, known: facts.known, now: Date.now() };
  const more = outside === undefined ? [] : runChecks(outsideChecks, { ...seen, outside });
  return { server: server.name, findings: worstFirst([...findings, ...more]) };
}

/** Everything that the server itself says, in one script; a server that lets nobody in is a finding, too. */
async function readKnown(
  ctx: Context,
  server: Remote,
  reading: Promise<Project>,
): Promise<{ readonly known: Known | undefined; readonly findings: readonly Finding[] }> {
  const { app, tls, jail: { basePath, mirror, freebsd } } = ctx.config;
  const names = tls.kind === "off" || !isServed(ctx.config, server.name) ? [] : namesOf(ctx.config);
  const asked = Date.now();
  try {
    const [text, project] = await Promise.all([
      server.read(doctorProbe({ basePath, app, mirror, freebsd, names }), {
        signal: ctx.signal,
        timeout: 240_000,
      }),
      reading,
    ]);
    const facts = parseFacts(text, basePath);
    const sections = parseSections(text);
    if (facts.os !== "FreeBSD" || facts.setup === undefined) {
      throw new AlcaideError(`It runs ${facts.os || "an unknown system"}`, {
        hint: "Alcaide deploys to FreeBSD 13.2 and later",
      });
    }
    const known = { facts, setup: facts.setup, more: parseDoctor((name) => sections.get(name) ?? "") };
    const now = Math.min(Math.max(facts.now * 1000, asked), Date.now());
    const seen = { ...known, config: ctx.config, server: server.name, project, now };
    return { known, findings: [...runChecks([connection], seen), ...runChecks(serverChecks, seen)] };
  } catch (problem) {
    ctx.signal.throwIfAborted();
    if (!(problem instanceof AlcaideError)) throw problem;
    return { known: undefined, findings: lost(problem) };
  }
}

function lost(problem: AlcaideError): Finding[] {
  const says = [problem.message, ...problem.details].join("; ");
  return [
    { check: "connection", severity: "error", says, remedy: problem.hint ?? null },
    {
      check: "connection",
      severity: "unknown",
      says: `${plural(serverChecks.length, "check")} of the server could not be made`,
      remedy: null,
    },
  ];
}

type Counts = Readonly<Record<Severity, number>>;

function countsOf(all: readonly Finding[]): Counts {
  const count = (wanted: string) => all.filter(({ severity }) => severity === wanted).length;
  return Object.fromEntries(severities.map((severity) => [severity, count(severity)])) as Counts;
}

function totalText(counts: Counts): string {
  const { error, warning, unknown, note, ok } = counts;
  const parts = [
    ...error === 0 ? [] : [plural(error, "error")],
    ...warning === 0 ? [] : [plural(warning, "warning")],
    ...unknown === 0 ? [] : [`${unknown} unknown`],
    ...note === 0 ? [] : [plural(note, "note")],
    `${ok} fine`,
  ];
  return parts.join(", ");
}

function groupText({ server, findings }: Group, verbose: boolean): string {
  const shown = findings.filter(({ severity }) => verbose || severity !== "ok");
  const rows = shown.flatMap(({ severity, check, says, remedy }) => [
    `  ${severity}: ${printable(says)} [${check}]`,
    ...remedy === null ? [] : [`    ${printable(remedy)}`],
  ]);
  return [`${server ?? "this machine"}: ${totalText(countsOf(findings))}`, ...rows].join("\n");
}
