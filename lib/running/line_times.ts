// Times of a log's lines. FreeBSD's daemon writes lines as they come: only the app knows when it printed one.

import { parseLogFacts } from "../commands/logs.ts";
import type { LineTime } from "../ui/mod.ts";

/** Tells when the lines of a log were written, one after the other. */
export interface LineTimes {
  /** Takes the line that comes before those of the log; false for any other. */
  takes(line: string): boolean;
  /** The time of the next line, as far as it is known. */
  of(line: string): LineTime | undefined;
  /** The moment of the last write, once a line was shown whose time is not known better. */
  readonly lastWrite: string | undefined;
}

/** Makes one, for a log that is followed or for one that is read to its end. */
export function lineTimes(now: () => number = Date.now): LineTimes {
  let facts: ReturnType<typeof parseLogFacts>;
  let earliest: string | undefined;
  let [count, vague] = [0, false];
  return {
    takes: (line) => {
      if (facts !== undefined) return false;
      facts = parseLogFacts(line);
      earliest = textOf(facts?.began);
      return facts !== undefined;
    },
    of: (line) => {
      const own = ownTime(line);
      if (own !== undefined) earliest = own;
      const came = ++count > (facts?.lines ?? Infinity);
      if (own !== undefined) return { at: own, is: "own" };
      vague ||= !came;
      const at = came ? textOf(now()) : earliest;
      return at === undefined ? undefined : { at, is: came ? "arrival" : "earliest" };
    },
    get lastWrite() {
      return vague && facts?.lines === undefined ? textOf(facts?.written) : undefined;
    },
  };
}

/** The first date and time in a line; UTC where it names no zone. */
function ownTime(line: string): string | undefined {
  const [, day, time, zone = "Z"] =
    /(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,]\d+)? ?(Z|[+-]\d\d:?\d\d)?/.exec(line) ?? [];
  return textOf(Date.parse(`${day}T${time}${zone.replace(/(\d\d)(\d\d)$/, "$1:$2")}`));
}

function textOf(milliseconds = 0): string | undefined {
  return milliseconds > 0 ? new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "Z") : undefined;
}
