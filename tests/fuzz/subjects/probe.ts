/** A server's answer to the probe: cut, binary, huge, of another locale, with sections missing, repeated, in another order. */

import { assert, assertEquals } from "@std/assert";
import { planRepair } from "../../../lib/deploy/repair/plan.ts";
import { planText } from "../../../lib/deploy/plan/show.ts";
import { planDeploy } from "../../../lib/deploy/plan/deploy.ts";
import { planRollback } from "../../../lib/deploy/plan/rollback.ts";
import { releaseRows } from "../../../lib/deploy/release_rows.ts";
import { refuseOther } from "../../../lib/server/project.ts";
import type { Facts } from "../../../lib/server/facts.ts";
import { parseFacts } from "../../../lib/server/parse_facts.ts";
import { trafficOf } from "../../../lib/server/traffic.ts";
import { planSetup } from "../../../lib/setup/plan.ts";
import { answer, sections } from "../../fake/answer.ts";
import { config, silentServer } from "../../fake/facts.ts";
import { planInputs } from "../../fake/plan.ts";
import { arrived, changedValue, damaged, damagedJson } from "../mutate.ts";
import { pick, type Random, subject, tried } from "../subject.ts";

const server = silentServer();
const app = config();
/** Sections that no answer can lack. */
const mandatory = [
  "system",
  "now",
  "jails",
  "base",
  "disk",
  "host",
  "journal",
  "sites",
  "routed",
  "live",
  "caddy",
];

function make(random: Random): string {
  const deed = random();
  if (deed < 0.4) {
    const name = pick(random, Object.keys(sections));
    return answer({ [name]: damaged(sections[name] ?? "", random) });
  }
  if (deed < 0.6) {
    // Records that are JSON, but other than Alcaide writes them.
    const section = pick(random, ["host", "journal", "accessories"]);
    const text = sections[section] ?? "";
    const whole = /^\.?(\{"[\s\S]*\})$/m.exec(text)?.[1] ?? "{}";
    return answer({
      [section]: text.replace(whole, () => damagedJson(changedValue(JSON.parse(whole), random), random)),
    });
  }
  return deed < 0.65 ? localized(answer(), random) : damaged(answer(), random);
}

/** An answer of programs that speak German, or that write numbers and days as people do there. */
function localized(text: string, random: Random): string {
  const words = [
    [/\byes\b/gi, "ja"],
    [/\b(no|NO)\b/g, "nein"],
    [/(\d)\.(?=\d)/g, "$1,"],
    [/(\d)%/g, "$1 %"],
    [/No such file or directory/g, "Datei oder Verzeichnis nicht gefunden"],
    [/\b(\d{1,3})(\d{3})\b/g, "$1.$2"],
    [/[a-z]+ [A-Z][a-z]{2} +\d+/g, "März 1"],
  ] as const;
  return words.filter(() => random() < 0.5).reduce((all, [from, to]) => all.replace(from, to), text);
}

/** All that tasks make of facts before they act. */
async function used(facts: Facts): Promise<void> {
  const all = new Map([[server, facts]]);
  const inputs = { ...planInputs, fences: new Map([[server, 1]]) };
  await tried(() => refuseOther(app, facts, { shown: "x", names: ["x"] }, server.name));
  await tried(() => planText(planDeploy(app, all, inputs)));
  await tried(() => planText(planRollback(app, all, inputs)));
  if (facts.setup) await tried(() => planSetup(app, facts, server.name));
  await tried(() => planRepair(app, facts, server.name));
  await tried(() => releaseRows(facts.journal, trafficOf(facts, app.app)?.release, new Date(0)));
}

export const probe = subject(2200, make, async (text) => {
  const came = arrived(text);
  const read = await tried(() => parseFacts(came, "/jails"));
  if (read === undefined) return "refused";
  const facts = read.value;
  const lines = came.split("\n");
  assert(lines.includes("=== end"), "An answer without its end was accepted");
  for (const name of mandatory) {
    assertEquals(
      lines.filter((line) => line === `=== ${name}`).length,
      1,
      `section "${name}" is not there once`,
    );
  }
  if (facts.os !== "FreeBSD") return "refused";
  assert(Number.isNaN(facts.now) || Number.isSafeInteger(facts.now), `the clock says ${facts.now}`);
  assert(
    /^\d+\.\d+-/.test(facts.release) && facts.machine !== "" && facts.arch !== "",
    "the system is not known",
  );
  assert(Number.isFinite(facts.free), `${facts.free} bytes are free`);
  await used(facts);
  return "accepted";
});
