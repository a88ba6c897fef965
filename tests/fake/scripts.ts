/**
 * Reads a script: which commands it runs, in order. A script that holds anything else is an error, so that the fake never
 * takes something for done that it doesn't know.
 *
 * @module
 */

import { askChunks, chunksSection } from "../../lib/commands/app/chunks.ts";
import { appDir } from "../../lib/commands/paths.ts";
import { fenced, fencedStream, holdLock, underHostLock, underSetupLock } from "../../lib/commands/lock.ts";
import { doWork } from "../../lib/commands/detached.ts";
import { doctorProbe } from "../../lib/commands/server/doctor.ts";
import { remainsOf } from "../../lib/commands/server/remains.ts";
import { askLive, probe } from "../../lib/commands/server/probe.ts";
import { raw, scriptOf } from "../../lib/core/sh.ts";
import type { Effect, Micro } from "./effect.ts";
import { effects } from "./effects.ts";
import { reload } from "./model.ts";
import { anyNumber, type Finder, finder, type Values } from "./pattern.ts";
import { setupCommands, setupLines } from "./setup_model.ts";

/** Scripts that only look, and are known as a whole. */
export type Question = "probe" | "probe for setup" | "probe for doctor" | "askLive";

/** A script that takes an app's lock. */
const lock = finder(holdLock("@app@", { by: "@by@", since: "@since@", what: "@linewhat@" }));

// Taken as it is, not as one part.
const body = scriptOf([raw("@textbody@")]);
const work = { dir: "@pathparent@/@id@" };
const wrappers = [
  finder(fenced("@app@", anyNumber, body)),
  finder(underHostLock(body)),
  finder(underSetupLock(body)),
  finder(doWork({ ...work, command: body }, { out: 0, err: 0 })),
  finder(doWork({ ...work, command: body, lock: { app: "@app@", fence: anyNumber } }, { out: 0, err: 0 })),
];
const guard = finder(fencedStream("@app@", anyNumber, raw("")));
const doctorSpec = {
  basePath: "/jails",
  app: "shop",
  mirror: "https://download.freebsd.org/releases",
  freebsd: undefined,
  names: [],
};
const more = remainsOf("shop", "/jails");
const whole = new Map<string, Question>([
  [askLive().text, "askLive"],
  [probe({ basePath: "/jails" }).text, "probe"],
  [probe({ basePath: "/jails", health: true }).text, "probe"],
  [probe({ basePath: "/jails", more: [[chunksSection, askChunks("shop")]] }).text, "probe"],
  [probe({ basePath: "/jails", more }).text, "probe for setup"],
  [probe({ basePath: "/jails", setup: true }).text, "probe for setup"],
  [probe({ basePath: "/jails", more }).text, "probe for setup"],
  [probe({ basePath: "/jails", setup: true, more }).text, "probe for setup"],
  [probe({ basePath: "/jails", setup: true, health: false, more }).text, "probe for setup"],
  [ofAnyApp(doctorProbe(doctorSpec).text), "probe for doctor"],
]);

/** Asked for one app or for all, there is but one here. */
function ofAnyApp(script: string): string {
  return script.replace(/in [a-z][a-z0-9_]*\.caddy;/, "in *.caddy;")
    .replace(/\/[a-z][a-z0-9_]*_\*\.health;/, "/*.health;")
    .replace(/\/apps\/[a-z][a-z0-9_]*\/releases\/\*\/chunks/, "/apps/shop/releases/*/chunks");
}

const setupEffects: readonly Effect[] = [
  ...setupCommands.map(([command, does]): Effect => ({
    name: "setup",
    find: finder(command),
    does: () => [({ model }) => {
      const ran = model.setup.caddyRuns;
      does(model.setup);
      // A Caddy that starts reads its sites.
      if (!ran && model.setup.caddyRuns) reload(model);
    }],
  })),
  ...setupLines.map(([line, does]): Effect => ({
    name: "setup",
    find: (script, at) => {
      const start = script.startsWith("pkg -N", at) ? script.indexOf(line, at) : at;
      return script.startsWith(line, start) ? { end: start + line.length, values: {} } : undefined;
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
  const known = whole.get(ofAnyApp(script));
  if (known !== undefined) return { kind: "question", question: known };
  const locking = lock(script, 0);
  if (locking !== undefined) return { kind: "lock", app: locking.values["app"] ?? "" };
  const found = readBody(script);
  const mutates = found.some(({ name }) =>
    ![
      ...["drainApp", "watchApp", "countAnswers", "askHealth", "askTls", "asApp", "part", "next part:"],
      ...["addRecord", "readRecords"],
    ].includes(name)
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
  const doings: Doing[] = [];
  let at = 0;
  while ((at += /^\s*/.exec(script.slice(at))?.[0].length ?? 0) < script.length) {
    const found = all.flatMap(({ find, doings }) => {
      const match = find(script, at);
      return match === undefined ? [] : [{ match, doings }];
    });
    // Where several begin the longest is meant.
    const best = found.sort((a, b) => b.match.end - a.match.end)[0];
    if (best === undefined) {
      throw new Error(`The fake does not know this part of a script:\n${script.slice(at)}`);
    }
    doings.push(...best.doings(script.slice(at, best.match.end), best.match.values));
    at = best.match.end;
  }
  return doings;
}

interface Candidate {
  readonly find: Finder;
  readonly doings: (text: string, values: Values) => Doing[];
}

const all: readonly Candidate[] = [
  ...wrappers.map((find): Candidate => ({
    find,
    doings: (text, values) => [...taking(text, values), ...readBody(values["textbody"] ?? "")],
  })),
  { find: guard, doings: (text) => [checkFence(text)] },
  ...[...effects, ...setupEffects].map(({ name, find, does }): Candidate => ({
    find,
    doings: (_, values) => [{ name, micros: does(values) }],
  })),
];

/** The first act of a lock: the one of an app's scripts looks at the fence. */
function taking(text: string, values: Values): Doing[] {
  if (values["app"] === undefined) return [{ name: "under the host's lock:", micros: [] }];
  return [checkFence(text)];
}

function checkFence(text: string): Doing {
  const [, file = "", fence = ""] = /fence=\$\(cat (\S+)\)[^]*?"\$fence" != (\d+) \]/.exec(text) ?? [];
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
