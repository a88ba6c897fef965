/**
 * Reads a script: which commands it runs, in order. A script that holds anything else is an error, so that the fake never
 * takes something for done that it doesn't know.
 *
 * @module
 */

import { appDir } from "../../lib/commands/paths.ts";
import { fenced, fencedStream, holdLock, underHostLock } from "../../lib/commands/lock.ts";
import { askLive, probe } from "../../lib/commands/server/probe.ts";
import { raw, scriptOf } from "../../lib/core/sh.ts";
import type { Effect, Micro } from "./effect.ts";
import { effects } from "./effects.ts";
import { anyNumber, type Finder, finder, type Found } from "./pattern.ts";
import { setupCommands, setupLines } from "./setup_model.ts";

/** Scripts that only look, and are known as a whole. */
export type Question = "probe" | "probe for setup" | "askLive";

/** A script that takes an app's lock. */
const lock = finder(holdLock("@app@", { by: "@by@", since: "@since@", what: "@what@" }));

// Taken as it is, not as one part.
const body = scriptOf([raw("@textbody@")]);
const wrappers = [finder(fenced("@app@", anyNumber, body)), finder(underHostLock(body))];
const guard = finder(fencedStream("@app@", anyNumber, raw("")));
const whole = new Map<string, Question>([
  [askLive().text, "askLive"],
  [probe({ basePath: "/jails" }).text, "probe"],
  [probe({ basePath: "/jails", health: true }).text, "probe"],
  [probe({ basePath: "/jails", setup: true }).text, "probe for setup"],
]);

const setupEffects: readonly Effect[] = [
  ...setupCommands.map(([command, does]): Effect => ({
    name: "setup",
    find: finder(command),
    does: () => [({ model }) => does(model.setup)],
  })),
  ...setupLines.map(([line, does]): Effect => ({
    name: "setup",
    find: (script, from) => {
      const start = script.indexOf(line, from);
      const beginning = script.lastIndexOf("pkg -N", start);
      const first = start >= 0 && beginning >= from ? beginning : start;
      return start < 0 ? undefined : { start: first, end: start + line.length, values: {} };
    },
    does: () => [({ model }) => does(model.setup)],
  })),
];

/** The effects of a script. */
export type Reading =
  | { readonly kind: "lock"; readonly app: string }
  | { readonly kind: "question"; readonly question: Question }
  | {
    readonly kind: "effects";
    readonly names: readonly string[];
    readonly micros: readonly Micro[];
    readonly mutates: boolean;
  };

/** Reads a script. */
export function readScript(script: string): Reading {
  // Asked for one app or for all, there is but one here.
  const known = whole.get(
    script.replace(/in [a-z][a-z0-9_]*\.caddy;/, "in *.caddy;").replace(
      /\/[a-z][a-z0-9_]*_\*\.health;/,
      "/*.health;",
    ),
  );
  if (known !== undefined) return { kind: "question", question: known };
  const locking = lock(script, 0);
  if (locking?.start === 0) return { kind: "lock", app: locking.values["app"] ?? "" };
  const found = readBody(script);
  const mutates = found.some(({ name }) =>
    !["drainApp", "askHealth", "askTls", "asApp", "part", "next part:"].includes(name)
  );
  return {
    kind: "effects",
    names: found.map(({ name }) => name).filter((name) => name !== "part"),
    micros: found.flatMap(({ micros }) => micros),
    mutates,
  };
}

interface Doing {
  readonly name: string;
  readonly micros: readonly Micro[];
}

function readBody(script: string): Doing[] {
  const candidates = all.map((candidate) => ({ ...candidate, next: candidate.find(script, 0) }));
  const doings: Doing[] = [];
  let from = 0;
  while (from < script.length) {
    let best: (typeof candidates)[number] | undefined;
    for (const one of candidates) {
      if (one.next && one.next.start < from) one.next = one.find(script, from);
      if (one.next && (best?.next === undefined || earlier(one.next, best.next))) best = one;
    }
    const found = best?.next;
    const before = script.slice(from, found?.start ?? script.length);
    if (before.trim() !== "") throw new Error(`The fake does not know this part of a script:\n${before}`);
    if (best === undefined || found === undefined) break;
    doings.push(...best.doings(script, found));
    from = found.end;
  }
  return doings;
}

/** Where two begin at the same place the longer one is meant. */
function earlier(a: Found, b: Found): boolean {
  return a.start < b.start || (a.start === b.start && a.end > b.end);
}

interface Candidate {
  readonly find: Finder;
  readonly doings: (script: string, found: Found) => Doing[];
}

const all: readonly Candidate[] = [
  ...wrappers.map((find): Candidate => ({
    find,
    doings: (script, found) => [...taking(script, found), ...readBody(found.values["textbody"] ?? "")],
  })),
  { find: guard, doings: (script, found) => [checkFence(script.slice(found.start, found.end))] },
  ...[...effects, ...setupEffects].map(({ name, find, does }): Candidate => ({
    find,
    doings: (_, found) => [{ name, micros: does(found.values) }],
  })),
];

/** The first act of a lock: the one of an app's scripts looks at the fence. */
function taking(script: string, found: Found): Doing[] {
  if (found.values["app"] === undefined) return [{ name: "under the host's lock:", micros: [] }];
  return [checkFence(script.slice(found.start, found.end))];
}

function checkFence(text: string): Doing {
  const [, file = "", fence = ""] = /cat (\S+) 2>\/dev\/null\)" != (\d+) \]/.exec(text) ?? [];
  return {
    name: "fenced:",
    micros: [({ model }) => {
      if (model.files.get(file) !== `${fence}\n`) {
        return { status: 75, err: "Another deploy has begun since\n" };
      }
    }],
  };
}

/** The file that holds an app's fence. */
export function fenceFile(app: string): string {
  return `${appDir(app)}/fence`;
}
