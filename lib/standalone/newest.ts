// The newest version of this program.

import { AlcaideError } from "../core/error.ts";
import { within } from "../transport/limits.ts";
import { name } from "../core/version.ts";

/** The variable that names another place to ask. */
const placeVariable = "ALCAIDE_RELEASES";

/** Milliseconds that an answer may take. */
const usualPatience = 10_000;

/**
 * Asks for the newest version.
 *
 * @throws {AlcaideError} when nobody answers
 */
export async function askLatest(signal: AbortSignal, patience = usualPatience): Promise<string> {
  const place = Deno.env.get(placeVariable) || `https://jsr.io/${name}/meta.json`;
  const late = () => refusal(place, `no answer within ${patience / 1000} s`);
  return latestIn(
    await within({ signal, timeout: patience }, late, (signal) => answerOf(place, signal)),
    place,
  );
}

async function answerOf(place: string, signal: AbortSignal): Promise<unknown> {
  const headers = { accept: "application/json" };
  const answer = await fetch(place, { headers, signal }).catch((cause) => {
    throw refusal(place, "it can't be reached", cause);
  });
  const text = await answer.text().catch((cause) => {
    throw refusal(place, "its answer broke off", cause);
  });
  if (!answer.ok) throw refusal(place, `it answers ${answer.status}`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refusal(place, "its answer is not JSON", cause);
  }
}

function refusal(place: string, problem: string, cause?: unknown): AlcaideError {
  return new AlcaideError(`Cannot ask ${place} for newer versions: ${problem}`, {
    cause,
    hint: `Look at the network, or name another place in ${placeVariable}`,
  });
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
