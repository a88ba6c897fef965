// Reads the facts of servers.

import { probe, type ProbeOptions } from "../commands/server/probe.ts";
import { AlcaideError } from "../core/error.ts";
import type { Facts } from "./facts.ts";
import { parseFacts } from "./parse_facts.ts";
import type { Remote } from "../remote/remote.ts";
import type { Project } from "./host_state.ts";
import { readProject, refuseOther } from "./project.ts";
import type { Servers } from "../remote/servers.ts";
import type { Config } from "../config/field/types.ts";
import type { Runner } from "../remote/runner.ts";
import type { ExecOptions } from "../transport/mod.ts";

/**
 * Reads all facts of a server in one round trip.
 *
 * @throws {AlcaideError} when the server isn't FreeBSD
 */
export async function survey(
  server: Remote,
  options: ProbeOptions & Pick<ExecOptions, "signal" | "ahead">,
): Promise<Facts> {
  const { signal, ahead, ...what } = options;
  const more = { ...signal ? { signal } : {}, ...ahead === undefined ? {} : { ahead } };
  const text = await server.read(probe(what), { ...more, timeout: 120_000 });
  const facts = parseFacts(text, options.basePath);
  if (facts.os !== "FreeBSD") {
    throw new AlcaideError(`Cannot work on ${server.name}: it runs ${facts.os || "an unknown system"}`, {
      hint: "Alcaide deploys to FreeBSD 13.2 and later",
    });
  }
  return facts;
}

/** The part of a task's context that says which app is asked for, and where. */
export interface AppContext {
  /** The configuration of the app. */
  readonly config: Config;
  /** Its servers. */
  readonly servers: { readonly first: Remote };
  /** This machine, where the project is. */
  readonly local: Runner;
  /** Ends the question early. */
  readonly signal: AbortSignal;
}

/** The facts to read, and the systems to allow. */
export interface OwnOptions extends Omit<ProbeOptions, "basePath">, Pick<ExecOptions, "ahead"> {
  /** Goes on although the app belongs to another project. */
  readonly takeOver?: boolean;
  /** This project, where somebody reads it already: git goes through the whole history for it. */
  readonly project?: Promise<Project>;
}

/**
 * Reads the facts of servers, in their order, in one round trip each.
 *
 * @throws {AlcaideError} when a server isn't FreeBSD, or the app there belongs to another project
 */
export async function ownFacts(
  ctx: Omit<AppContext, "servers">,
  servers: Pick<Servers, "each">,
  { takeOver = false, project = readProject(ctx.local, ctx.config.directory), ...what }: OwnOptions = {},
): Promise<ReadonlyMap<Remote, Facts>> {
  const { config, signal } = ctx;
  const found = await servers.each(async (server) => {
    const { app, jail: { basePath } } = config;
    const reading = survey(server, { basePath, app, signal, ...what });
    const [facts, ours] = await Promise.all([reading, project]);
    if (!takeOver) refuseOther(config, facts, ours, server.name);
    return [server, facts] as const;
  });
  return new Map(found);
}
