// The kind of app that `alcaide init` writes an Alcaidefile for: named, found or asked for.

import { didYouMean } from "../core/text.ts";
import type { Person, Ui } from "../ui/mod.ts";
import { hasDatabase } from "./alcaidefile.ts";
import { askUntil } from "./ask.ts";
import { recognise } from "./recognise.ts";
import { type Seen, type TemplateName, templateNames, templates } from "./templates.ts";

/** A kind of app, and what was found out about this one. */
export interface Kind {
  readonly name: TemplateName;
  readonly seen: Seen;
}

/**
 * The kind that is named, or whose files are there, or that the person at the terminal chooses; undefined for any.
 */
export async function chooseKind(
  ui: Pick<Ui, "info">,
  person: Person | undefined,
  directory: string,
  named: TemplateName | undefined,
): Promise<Kind | undefined> {
  const found = await recognise(directory);
  if (named !== undefined) return { name: named, seen: found?.name === named ? found.seen : {} };
  if (found !== undefined) {
    ui.info(`${found.file}: ${templates[found.name].about}`);
    return found;
  }
  if (person === undefined) return undefined;
  for (const name of templateNames) ui.info(`${name.padEnd(8)} ${templates[name].about}`);
  const nameIn = (answer: string) => templateNames.find((one) => one === answer.toLowerCase());
  const answer = await askUntil(person, "Which kind of app is it? (empty for another)", (answer) => {
    if (nameIn(answer) !== undefined) return undefined;
    return `Cannot find the template "${answer}" (${didYouMean(answer, templateNames)})`;
  });
  const name = answer === undefined ? undefined : nameIn(answer);
  return name && { name, seen: {} };
}

/** Advice for the way from the Alcaidefile to the app on its server. */
export function nextSteps(kind: Kind | undefined, server?: string): string {
  const template = kind && templates[kind.name];
  const secrets = template === undefined ? [] : [
    ...hasDatabase(template, kind?.seen ?? {}) ? ["DB_PASSWORD"] : [],
    ...template.secrets,
  ];
  const missing = [...server === undefined ? ["server"] : [], ...template === undefined ? ["build"] : []];
  const steps = [
    ...missing.length === 0 ? [] : [`Write your ${missing.join(" and ")} into Alcaidefile.ts`],
    '"alcaide config" shows how it is understood',
    ...secrets.length === 0 ? [] : ['"alcaide secrets init" makes the encrypted file'],
    ...secrets.map((name) => `"alcaide secrets set ${name} --generate" makes a secret`),
    '"alcaide setup" prepares the server',
    '"alcaide deploy" brings the app there',
  ];
  return ["Next:", ...steps.map((step, index) => `  ${index + 1}. ${step}`)].join("\n");
}
