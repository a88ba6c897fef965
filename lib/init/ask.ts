// The few values that differ from app to app: given by options, or asked for at a terminal.

import { resolveConfig } from "../config/resolve.ts";
import { ConfigError } from "../core/error.ts";
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
 * Asks until the answer is of use: what is wrong stands before the question then. Nothing for an empty answer, or for none.
 *
 * @param wrong says what is wrong with an answer
 */
export async function askUntil(
  person: Person | undefined,
  question: string,
  wrong: (answer: string) => string | undefined,
): Promise<string | undefined> {
  for (let asked = question;;) {
    const answer = (await person?.line(asked))?.trim() || undefined;
    const problem = answer === undefined ? undefined : wrong(answer);
    if (problem === undefined) return answer;
    asked = `${problem}\n${question}`;
  }
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
  const ask = (field: keyof Said, question: string) =>
    askUntil(person, question, (answer) => problemOf({ app, [field]: answer }));
  const said = {
    app: given.app ?? await ask("app", `Name of the app? (empty for ${app})`) ?? app,
    server: given.server ?? await ask("server", "Server, as user@host? (empty for later)"),
    domain: given.domain ?? await ask("domain", "Domain? (empty for none yet)"),
  };
  check(said);
  return said;
}

function check({ app, server = "root@203.0.113.7", domain }: Said): void {
  const named = domain === undefined ? {} : { domain };
  // The certificates that a domain can have are said later.
  resolveConfig({ app, server, ...named, tls: "off", build: { prebuilt: "dist" } }, { directory: "/" });
}

function problemOf(said: Said): string | undefined {
  try {
    check(said);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [first] = error.problems;
    return first && `Cannot use ${first.path}: ${first.problem}${first.hint ? ` (${first.hint})` : ""}`;
  }
}
