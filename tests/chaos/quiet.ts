/** Waiting until a host does nothing: its boot is over, and no script of a command that was cut off still runs. */

import type { TestHost } from "../host/mod.ts";

/** A process of a host. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Its name, and all of its words. */
  readonly name: string;
  readonly words: string;
}

/** The shells that still work. Those that wait for a program that hangs, by a fault, never end. */
export function working(all: readonly Process[]): Process[] {
  const waiting = new Set<number>();
  const byPid = new Map(all.map((process) => [process.pid, process]));
  for (const { pid, words } of all) {
    if (!/^hung\b/.test(words)) continue;
    for (let at = byPid.get(pid); at !== undefined; at = byPid.get(at.parent)) waiting.add(at.pid);
  }
  return all.filter(({ pid, name }) => /^(sh|csh)$/.test(name) && !waiting.has(pid));
}

/** Waits until nothing works on the host. False when that takes too long: something is stuck. */
export async function quiet(host: TestHost, milliseconds = 90_000): Promise<boolean> {
  const until = Date.now() + milliseconds;
  while (Date.now() < until) {
    if (working(processes(host)).length === 0) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

/** Looks each second until nothing is left over, or the same three times: programs that are ending get some seconds for it. */
export async function settled(look: () => Promise<string[]>): Promise<string[]> {
  let left = await look();
  for (let same = 0; left.length > 0 && same < 2;) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const now = await look();
    same = `${now}` === `${left}` ? same + 1 : 0;
    left = now;
  }
  return left;
}

/** All processes of a host, read from outside, since a program of the host would be a call of its own. */
function processes(host: TestHost): Process[] {
  // While it boots there may be no first process.
  const first = attempt(() => Number(/\d+/.exec(host.files())?.[0]));
  if (!first || attempt(() => Deno.lstatSync(`/proc/${first}`)) === undefined) {
    return [{ pid: 0, parent: 0, name: "sh", words: "the boot" }];
  }
  const found: Process[] = [];
  const queue = [{ pid: first, parent: 0 }];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { pid } = next;
    const read = (file: string) => attempt(() => Deno.readTextFileSync(`/proc/${pid}/${file}`)) ?? "";
    found.push({ ...next, name: read("comm").trim(), words: read("cmdline").replaceAll("\0", " ") });
    for (const child of read(`task/${pid}/children`).split(" ")) {
      if (child.trim() !== "") queue.push({ pid: Number(child), parent: pid });
    }
  }
  return found;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
