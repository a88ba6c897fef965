// The missing and changed parts of accessories on a server: decided from the configuration and the facts alone.

import { accessoriesOn, accessoryPlace, accessorySpec } from "../server/accessories.ts";
import { type AccessoryRecord, differences } from "../commands/accessory/record.ts";
import {
  applyAccessory,
  configureAccessory,
  createAccessory,
  restartAccessory,
  startService,
  waitForAccessory,
  writeAccessory,
  writeHealth,
} from "../commands/accessory/accessory.ts";
import { replaceHostFile } from "../commands/journal.ts";
import { startJail } from "../commands/jail/jail.ts";
import type { AccessorySpec } from "../commands/accessory/files.ts";
import { addPackages } from "../commands/jail/packages.ts";
import { accessoryJail } from "../commands/paths.ts";
import type { Accessory, Config } from "../config/field/types.ts";
import { accessoriesOf, type Facts, jailVersion, runs, taken } from "../server/facts.ts";
import { allocate, allocateJail, extendHost, parseHostState, type Project } from "../server/host_state.ts";
import { newOwner, otherProject } from "../server/project.ts";
import { templateFor } from "../server/patches.ts";
import { script } from "../core/script.ts";
import type { Command } from "../core/sh.ts";
import { list } from "../core/text.ts";
import { recordAccessory } from "./accessory_record.ts";
import { refuseForeign, refuseMoves } from "./accessory_checks.ts";
import { type Change, refuse } from "../server/change.ts";

/** Inputs of a plan for accessories besides configuration and facts. */
export interface AccessoryInputs {
  /** Whose they are. */
  readonly project: Project;
  /** A fresh random text for an app that has no token yet. */
  readonly token: string;
  /** A fresh random text that fingerprints of new accessories are keyed with. */
  readonly key: string;
  /** Now, ISO 8601, UTC. */
  readonly now: string;
}

/**
 * Decides what the accessories of a server lack. One that is as it should be is not touched.
 *
 * @throws {AlcaideError} when one changed in a way that could cost data, or something else is in its place
 */
export async function planAccessories(
  config: Config,
  facts: Facts,
  server: string,
  inputs: AccessoryInputs,
): Promise<Change[]> {
  const wanted = accessoriesOn(config, server);
  if (wanted.length === 0) return [];
  const { specs, hostText } = allocateAll(config, facts, wanted, inputs);
  const changes: Change[] = hostText === facts.hostText ? [] : [{
    title: "Give out addresses",
    reason: `${list(wanted.map(({ name }) => name))} and the app need each other's address`,
    command: replaceHostFile(facts.hostText, hostText),
    hint: "Something else got an address on this server at the same moment: run setup again",
  }];
  for (const spec of specs) {
    const work = `set up ${spec.accessory.name} on ${server}`;
    refuse(work, refuseForeign(facts, spec));
    const record = facts.accessories.get(spec.jail.name);
    const freebsd = record?.freebsd ?? jailVersion(config, facts);
    const next = await recordAccessory(spec, {
      freebsd,
      key: record?.key ?? inputs.key,
      since: record?.since ?? inputs.now,
    });
    if (record === undefined) changes.push(...makeChanges(spec, next));
    else {
      refuse(work, refuseMoves(record, next, spec.accessory));
      changes.push(...updateChanges(spec, record, next, facts));
    }
  }
  return changes;
}

/** Advice about accessories that the configuration no longer names: nothing is ever removed by itself. */
export function strayAccessories(config: Config, facts: Facts, server: string): string[] {
  return straysOf(config, facts, server).map((record) =>
    `${record.name} (${record.kind}) is there, and the configuration does not name it: ` +
    `"alcaide accessory remove ${record.name}" ends it and keeps its data`
  );
}

/** The records of an app's accessories that its configuration no longer names on a server. */
export function straysOf(
  config: Pick<Config, "app" | "accessories">,
  facts: Facts,
  server: string,
): AccessoryRecord[] {
  const wanted = accessoriesOn(config, server).map(({ name }) => name);
  return accessoriesOf(facts, config.app).filter(({ name }) => !wanted.includes(name));
}

/**
 * The accessories with their places, and the text of `host.json` with those. The app's jails get their addresses here
 * already: a database lets nobody else in.
 */
export function allocateAll(
  config: Config,
  facts: Facts,
  wanted: readonly Accessory[],
  { token, project }: AccessoryInputs,
): { specs: AccessorySpec[]; hostText: string } {
  const { app, jail: { basePath, nameservers, subnet } } = config;
  const others = taken(facts);
  const place = allocate(facts.host, app, subnet, others, token);
  let text = extendHost(facts.hostText, { apps: { [app]: place } });
  const specs = wanted.map((accessory) => {
    const name = accessoryJail(app, accessory.name);
    const jail = allocateJail(parseHostState(text), name, subnet, others);
    text = extendHost(text, { jails: { [name]: jail } });
    const record = facts.accessories.get(name);
    return accessorySpec(
      accessory,
      accessoryPlace(app, accessory, { app: place, jail, made: record !== undefined }),
      {
        // One that is there stays where it is.
        path: record?.path ?? `${basePath}/${name}`,
        freebsd: templateFor(jailVersion(config, facts), facts.templates),
        basePath,
        dataset: facts.dataset,
        nameservers,
      },
    );
  });
  const owner = newOwner(config, facts, project);
  // One that is not known yet is written down with something else: a second setup changes nothing.
  const said = owner !== undefined && (text !== facts.hostText || otherProject(config, facts, project));
  return { specs, hostText: said ? extendHost(text, { owners: { [app]: owner } }) : text };
}

function makeChanges(spec: AccessorySpec, record: AccessoryRecord): Change[] {
  const { accessory: { name, packages, timeout }, jail } = spec;
  const what = record.release === "" ? record.kind : `${record.kind} ${record.release}`;
  const lock = "setup" as const;
  return [
    {
      title: `Make the jail ${jail.name}${packages.length === 0 ? "" : ` with ${list(packages)}`}`,
      reason: `${name} is not there`,
      command: createAccessory(spec),
      lock,
      hint: "The finished part stays: run setup again",
    },
    {
      title: `Start ${name} (${what})`,
      reason: "it is not there",
      command: script(startJail(jail), configureAccessory(spec, { timeout }), finish(spec, record)),
      lock,
      hint: logHint(name),
    },
  ];
}

/** An early failure leaves an empty log. */
export function logHint(name: string): string {
  return `The reason is above, or in its log: "alcaide accessory logs ${name}"`;
}

/** Commands that follow once it is well. */
function finish(spec: AccessorySpec, record: AccessoryRecord): Command {
  return script(applyAccessory(spec), writeAccessory(record));
}

function updateChanges(
  spec: AccessorySpec,
  record: AccessoryRecord,
  next: AccessoryRecord,
  facts: Facts,
): Change[] {
  const { accessory: { name, timeout }, jail } = spec;
  const [was, is] = [record.prints, next.prints];
  const running = runs(facts, jail.name);
  const packages = next.packages.filter((one) => !record.packages.includes(one));
  const same = JSON.stringify(record) === JSON.stringify(next);
  const well = running && !facts.ill.has(jail.name);
  if (same && well) return [];
  const steps = [
    ...packages.length === 0 ? [] : [addPackages(jail.path, packages)],
    ...was.jail === is.jail ? (running ? [] : [startJail(jail)]) : [restartAccessory(spec)],
    ...was.files === is.files && packages.length === 0
      ? [
        ...was.health === is.health ? [] : [writeHealth(spec)],
        startService(spec),
        waitForAccessory(jail.name, timeout),
      ]
      : [configureAccessory(spec, { timeout, undo: true })],
  ];
  const told = differences(record.shown, next.shown);
  const state = running ? "it is not well" : "it does not run";
  return [{
    title: same ? `Start ${name}` : `Change ${name}`,
    reason: same ? state : told.length > 0 ? told.join(", ") : "this version of Alcaide makes it differently",
    command: script(...steps, finish(spec, next)),
    lock: "setup",
    hint: logHint(name),
  }];
}
