/**
 * Reads the facts of servers.
 *
 * @module
 */

import { probe, type ProbeOptions } from "../commands/server/probe.ts";
import { AlcaideError } from "../core/error.ts";
import type { Facts } from "./facts.ts";
import { parseFacts } from "./parse_facts.ts";
import type { Remote } from "../remote/remote.ts";

/**
 * Reads all facts of a server in one round trip.
 *
 * @throws {AlcaideError} when the server isn't FreeBSD
 */
export async function survey(
  server: Remote,
  options: ProbeOptions & { signal?: AbortSignal },
): Promise<Facts> {
  const { signal, ...what } = options;
  const text = await server.read(probe(what), signal ? { signal, timeout: 120_000 } : { timeout: 120_000 });
  const facts = parseFacts(text, options.basePath);
  if (facts.os !== "FreeBSD") {
    throw new AlcaideError(`Cannot work on ${server.name}: it runs ${facts.os || "an unknown system"}`, {
      hint: "Alcaide deploys to FreeBSD 13.2 and later",
    });
  }
  return facts;
}
