// A dump of a database: first its size, as far as it can be told before its end.

import { type Command, sh } from "../../core/sh.ts";
import { historyFile } from "../paths.ts";

const mark = "alcaide estimate: ";

/** The size of something that is not there yet. */
export interface Estimate {
  /** In bytes. */
  readonly bytes: number;
  /** How good it is: that of the last dump, or that of the whole database, which packed is smaller. */
  readonly is: "about" | "at most";
}

/**
 * Dumps a database. A line on standard error comes first, which {@linkcode estimateIn} reads.
 *
 * @param name its accessory
 * @param size prints the bytes that the database has; without it the first dump gets no estimate
 */
export function dumpWithEstimate(app: string, name: string, dump: Command, size: Command = sh`:`): Command {
  const last = `s/.*"what":"db dump","about":"${name}","bytes":\\([0-9]*\\),"outcome":"succeeded".*/\\1/p`;
  return sh`is=about; bytes=$(sed -n ${last} ${historyFile(app)} 2>/dev/null | tail -n 1)
[ -n "$bytes" ] || { is='at most'; bytes=$({ ${size}
} </dev/null 2>/dev/null); }
echo ${mark}"$is $bytes" >&2
${dump}`;
}

/** The estimate in a line, `undefined` inside where there is none; undefined for any other line. */
export function estimateIn(line: string): { readonly estimate: Estimate | undefined } | undefined {
  if (!line.startsWith(mark)) return undefined;
  const [, is, bytes] = /^(about|at most) ([1-9]\d*)$/.exec(line.slice(mark.length)) ?? [];
  return { estimate: bytes === undefined ? undefined : { bytes: Number(bytes), is: is as Estimate["is"] } };
}
