// The database that a task works on, and its place.

import { knownPlace } from "../server/accessories.ts";
import type { Accessory, AccessoryDatabase, AccessoryPlace } from "../config/field/types.ts";
import { AlcaideError, UsageError } from "../core/error.ts";
import { type Facts, runs } from "../server/facts.ts";
import type { Remote } from "../remote/remote.ts";
import { servers } from "../remote/servers.ts";
import { didYouMean, list } from "../core/text.ts";
import { isNamed } from "../task/choose_servers.ts";
import type { Context } from "../task/context.ts";
import { ownFacts } from "../server/survey.ts";
import type { DatabaseChoice } from "./options.ts";

/** A database on a server. */
export interface Database {
  /** Its accessory's name. */
  readonly name: string;
  /** Its kind and version: `postgresql 16`. */
  readonly what: string;
  readonly server: Remote;
  readonly facts: Facts;
  readonly place: AccessoryPlace;
  readonly database: AccessoryDatabase;
}

/**
 * The database that the options name; without them the only one there is.
 *
 * @param purpose what it is for, as in "Cannot dump db"
 * @throws {UsageError} when there are several to choose from
 * @throws {AlcaideError} when there is none, or it does not run
 */
export async function findDatabase(
  ctx: Context,
  choice: DatabaseChoice,
  purpose: string,
): Promise<Database> {
  const accessory = chooseAccessory(ctx, choice.accessory);
  const { name, database, kind, version } = accessory;
  const server = chooseServer(ctx, accessory, choice.server);
  const facts = (await ownFacts(ctx, servers([server]))).get(server);
  const place = facts && knownPlace(ctx.config.app, accessory, facts);
  if (facts === undefined || place === undefined || database === undefined) {
    throw new AlcaideError(`Cannot ${purpose} ${name}: it is not set up on ${server.name}`, {
      hint: 'Run "alcaide setup" first',
    });
  }
  if (!runs(facts, place.jail)) {
    throw new AlcaideError(`Cannot ${purpose} ${name}: it does not run on ${server.name}`, {
      hint: `Start it with "alcaide accessory start ${name}"`,
    });
  }
  return { name, what: `${kind} ${version}`.trimEnd(), server, facts, place, database };
}

function chooseAccessory(ctx: Context, wanted: string | undefined): Accessory {
  const { app, accessories } = ctx.config;
  const all = Object.values(accessories).filter(({ database }) => database !== undefined);
  const names = all.map(({ name }) => name);
  if (wanted !== undefined) {
    const found = all.find(({ name }) => name === wanted);
    if (found) return found;
    const known = Object.hasOwn(accessories, wanted);
    throw new UsageError(
      known
        ? `Cannot use "${wanted}": it is not a database that can be dumped`
        : `Cannot find an accessory "${wanted}" of ${app}`,
      { hint: didYouMean(wanted, names) || "The configuration names no database" },
    );
  }
  const [only, ...more] = all;
  if (only === undefined) {
    throw new AlcaideError(`Cannot find a database of ${app}`, {
      hint: "The configuration has no database among its accessories. Use its own tools for one elsewhere",
    });
  }
  if (more.length === 0) return only;
  throw new UsageError(`Cannot choose between ${list(names)}`, { hint: "Name one: --accessory NAME" });
}

function chooseServer(ctx: Context, { name, servers }: Accessory, wanted: string | undefined): Remote {
  const all = ctx.servers.all.filter((server) => servers.includes(server.name));
  const found = wanted === undefined ? all : all.filter((server) => isNamed(ctx, wanted, server));
  const [only, ...more] = found;
  if (wanted !== undefined && only === undefined) {
    throw new UsageError(`Cannot find ${name} on "${wanted}"`, {
      hint: didYouMean(wanted, all.map((server) => server.name)),
    });
  }
  if (only !== undefined && more.length === 0) return only;
  throw new UsageError(`Cannot choose between ${name} on ${list(found.map((server) => server.name))}`, {
    hint: "Name one: --server NAME",
  });
}
