// The newest version of this program.

import { AlcaideError } from "../core/error.ts";
import { name } from "../core/version.ts";

/** The variable that names another place to ask. */
const placeVariable = "ALCAIDE_RELEASES";

/** Milliseconds that an answer may take. */
const patience = 10_000;

/**
 * Asks for the newest version.
 *
 * @throws {AlcaideError} when nobody answers
 */
export async function askLatest(signal: AbortSignal): Promise<string> {
  const place = Deno.env.get(placeVariable) || `https://jsr.io/${name}/meta.json`;
  return latestIn(await answerOf(place, signal), place);
}

async function answerOf(place: string, signal: AbortSignal): Promise<unknown> {
  const hint = `Look at the network, or name another place in ${placeVariable}`;
  const refusal = (problem: string, cause?: unknown) =>
    new AlcaideError(`Cannot ask ${place} for newer versions: ${problem}`, { cause, hint });
  const answer = await fetch(place, {
    headers: { accept: "application/json" },
    signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
  }).catch((cause) => {
    signal.throwIfAborted();
    throw refusal("it can't be reached", cause);
  });
  const text = await answer.text();
  if (!answer.ok) throw refusal(`it answers ${answer.status}`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refusal("its answer is not JSON", cause);
  }
}

/**
 * The newest version in what JSR answers for a package (`latest`) or GitHub for a release (`tag_name`).
 *
 * @throws {AlcaideError} when it names none
 */
export function latestIn(answer: unknown, place: string): string {
  const { latest, tag_name: tag } = (answer ?? {}) as Record<string, unknown>;
  const found = /^v?(\d+\.\d+\.\d+)$/.exec(String(latest ?? tag))?.[1];
  if (found !== undefined) return found;
  throw new AlcaideError(`Cannot find a version in the answer of ${place}`, {
    hint: `${placeVariable} must name JSON with "latest" or "tag_name"`,
  });
}

/** Compares versions, such as `0.10.0` and `0.9.3`. */
export function isNewer(one: string, other: string): boolean {
  return one.localeCompare(other, "en", { numeric: true }) > 0;
}
