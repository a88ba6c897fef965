// A healthy server with a live release as the checks see it, and the same with some of its answer said otherwise.

import { parseSections } from "../../../lib/commands/server/probe.ts";
import type { UserConfig } from "../../../lib/config/field/types.ts";
import type { Finding } from "../../../lib/doctor/check.ts";
import { type Known, parseDoctor, type SeenServer } from "../../../lib/doctor/seen.ts";
import { parseFacts } from "../../../lib/server/parse_facts.ts";
import { withDoctor } from "../../fake/doctor.ts";
import { config } from "../../fake/facts.ts";
import { type Model, probeText } from "../../fake/model.ts";
import { readProject } from "../../../lib/server/project.ts";
import { fakeLocal } from "../../fake/context.ts";
import { serverAfter } from "../deploy/deploying.ts";

const model: Model = await serverAfter(1);

const project = await readProject(fakeLocal(), "/home/me/shop");

/** Noon of a day on which FreeBSD 14.3 is supported. */
export const today: number = Date.parse("2026-01-02T12:00:00Z");

/** The differences from the healthy server. */
export interface Odd {
  /** Sections of the answer. */
  readonly sections?: Readonly<Record<string, string>>;
  readonly config?: Partial<UserConfig>;
  readonly model?: Model;
}

/** Such a server, and what doctor finds there. */
export interface Case extends Odd {
  readonly name: string;
  readonly finds: readonly string[];
}

/** The facts of such a server. */
export function known({ sections = {}, model: other = model }: Odd = {}): Known {
  const system = "FreeBSD\namd64\namd64\n14.3-RELEASE-p5\n14.3-RELEASE-p5\n";
  const text = withDoctor(probeText(other, true), { system, now: `${today / 1000}\n`, ...sections });
  const facts = parseFacts(text, "/jails");
  const read = parseSections(text);
  if (facts.setup === undefined) throw new Error("The answer has no facts for setup");
  return { facts, setup: facts.setup, more: parseDoctor((name) => read.get(name) ?? "") };
}

/** Everything that the checks of a server look at. */
export function seen(odd: Odd = {}): SeenServer {
  const resolved = config(odd.config);
  return {
    ...known(odd),
    config: resolved,
    server: resolved.servers[0]?.name ?? "",
    project,
    now: today,
  };
}

/** Findings that are not "ok", as lines. */
export function told(all: readonly Finding[]): string[] {
  return all.filter(({ severity }) => severity !== "ok")
    .map(({ check, severity, says, remedy }) =>
      `${severity} ${check}: ${says}${remedy === null ? "" : ` | ${remedy}`}`
    );
}
