// How far a script's download is: lines of its output that people are shown as a bar.

import { script } from "../core/script.ts";
import { type Command, type Script, sh } from "../core/sh.ts";

const mark = "alcaide progress: ";

/** Smaller files are there before anybody looks. */
const smallest = 8_000_000;

/**
 * Downloads a file that isn't there yet, and prints each second how much of it is. A mirror that doesn't tell its size gets no such
 * lines.
 *
 * @param url what `fetch -s` is to be asked for
 * @param download leaves the file at the path
 */
export function shownDownload(url: Command, path: string, download: Command): Script {
  return script(
    sh`size=$(fetch -s -T 60 ${url} 2>/dev/null)
[ "$size" -gt ${smallest} ] 2>/dev/null || size=`,
    sh`so_far() { [ -z "$size" ] || echo ${mark}"$(stat -f %z ${path} 2>/dev/null || echo 0) $size"; }`,
    sh`while [ -n "$size" ] && sleep 1 && kill -0 "$$" 2>/dev/null; do so_far; done &
watch=$!
${download}
got=$?
kill "$watch" 2>/dev/null
[ "$got" = 0 ] && so_far`,
  );
}

/** The bytes done and in all that a line of output tells; undefined of any other. */
export function progressIn(line: string): readonly [done: number, total: number] | undefined {
  const [, done, total] = (line.startsWith(mark) && /^(\d+) (\d+)$/.exec(line.slice(mark.length))) || [];
  return done === undefined ? undefined : [Number(done), Number(total)];
}
