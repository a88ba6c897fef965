// The few values that differ from app to app: given by options, or asked for at a terminal.

import { resolveConfig } from "../config/resolve.ts";
import type { Person } from "../ui/mod.ts";

/** The values of an app that `alcaide init` writes down. */
export interface Said {
  /** Its name. */
  readonly app: string;
  /** Its server; undefined where that is for later. */
  readonly server?: string | undefined;
  /** Its domain; undefined where it has none yet. */
  readonly domain?: string | undefined;
}

/**
 * Asks for each value that isn't given; without an answer it is as usual.
 *
 * @param app the usual name
 * @throws {ConfigError} when one of them can't be used
 */
export async function askFor(
  given: Readonly<Record<keyof Said, string | undefined>>,
  app: string,
  person: Person | undefined,
): Promise<Said> {
  const ask = async (question: string) => (await person?.line(question))?.trim() || undefined;
  const said = {
    app: given.app ?? await ask(`Name of the app? (empty for ${app})`) ?? app,
    server: given.server ?? await ask("Server, as user@host? (empty for later)"),
    domain: given.domain ?? await ask("Domain? (empty for none yet)"),
  };
  const { server = "root@203.0.113.7", domain } = said;
  const named = domain === undefined ? {} : { domain };
  // The certificates that a domain can have are said later.
  const rest = { tls: "off", build: { prebuilt: "dist" } };
  resolveConfig({ app: said.app, server, ...named, ...rest }, { directory: "/" });
  return said;
}
