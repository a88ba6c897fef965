// Everything on a server that does not agree, for `status` and `repair`: decided from the configuration and the facts alone.

import { hasWeb } from "../../core/process.ts";
import { hostFile, jailName } from "../../commands/paths.ts";
import type { Config } from "../../config/field/types.ts";
import { declaredOf, isGood, newestFirst } from "../../core/release.ts";
import { slots } from "../../core/slot.ts";
import { type Facts, owns, releasesOf, runs } from "../../server/facts.ts";
import { addressOf } from "../../server/host_state.ts";
import { holderText } from "../../server/lock.ts";
import { preparedOf } from "../../server/prepared.ts";
import { type Routed, routed } from "../../server/routed.ts";
import { contradictionAdvice, disputesOf, trafficOf } from "../../server/traffic.ts";
import { refuseHome } from "../../setup/dataset.ts";
import { conflicts } from "../plan/checks.ts";
import { caddyRows, trafficRows } from "./caddy.ts";
import { halfRows, mountRows, strayRows, treeRows } from "./trees.ts";
import { jailRows, leftAddresses, otherTree, processRows, unmountedRows } from "./jails.ts";
import { journalRows } from "./journal.ts";
import { scheduleRows } from "./schedules.ts";
import { type Disagreement, leave, type Scene } from "./row.ts";
import { bootRows, networkRows } from "./server.ts";

/** Options for finding disagreements. */
export interface Finding {
  /** True under the app's own lock, where no other work is under way. */
  readonly locked?: boolean;
}

/**
 * Finds what does not agree, in the order in which it is repaired. Kinds whose facts nobody asked for are left out. While another deploy is at
 * work, most of it would be said in error: then only that is said, and what disputes the traffic.
 */
export function disagreements(
  config: Config,
  facts: Facts,
  { locked = false }: Finding = {},
): Disagreement[] {
  const { app } = config;
  const place = facts.host.apps[app];
  if (place === undefined) return forgottenRows(config, facts);
  const live = routed(app, config.jail.basePath, facts) ?? lostRelease(config, facts);
  const scene: Scene = { config, facts, place, live, prepared: preparedOf(config, facts) };
  const lock = facts.remains?.lock;
  if (lock?.held === true && !locked) {
    const says = `${holderText(lock.holder)} is at work`;
    return [...disputeRows(scene), leave("lock", says, "Wait until it has finished")];
  }
  const cut = lock === undefined || lock.held || locked
    ? undefined
    : `${holderText(lock.holder)} was cut off`;
  return [
    ...networkRows(scene),
    // A service that is not enabled can't be started.
    ...bootRows(scene),
    ...homeRows(scene),
    ...unmountedRows(scene),
    ...appRows(scene),
    ...conflicts(config, facts, hasWeb(declaredOf(live?.record?.config))).map(({ problem, hint }) =>
      leave("foreign", problem, hint)
    ),
    ...cut === undefined
      ? []
      : [leave("lock", cut, '"alcaide repair" or the next deploy clears up after it')],
  ];
}

/** The app's own. Where Caddy contradicts the marker nobody knows what has the traffic. */
function appRows(scene: Scene): Disagreement[] {
  const { config: { app }, facts, live } = scene;
  if (live && disputesOf(live, facts, app).has("contradiction")) return disputeRows(scene);
  const other = live && otherTree(scene, live);
  if (other !== undefined) return [leave("release", other, '"alcaide deploy" makes another jail')];
  const running = unnamed(scene);
  if (running !== undefined) {
    const says = `neither the marker nor the journal names a live release, and jail ${running} runs`;
    return [leave("lost", says, '"alcaide deploy" goes on from there')];
  }
  const parts = [
    mountRows,
    leftAddresses,
    trafficRows,
    jailRows,
    caddyRows,
    strayRows,
    // Those of a jail that should not run have ended by then.
    processRows,
    treeRows,
    halfRows,
    journalRows,
    scheduleRows,
  ];
  return parts.flatMap((rowsOf) => rowsOf(scene));
}

/** A jail that runs and may serve, though nothing says so any more. Before the first good release it is only a rest. */
function unnamed({ config: { app, jail: { basePath } }, facts, live, prepared }: Scene): string | undefined {
  if (live !== undefined || !facts.sites.has(app) || !releasesOf(facts, app).some(isGood)) return undefined;
  return slots.filter((slot) => slot !== prepared?.slot).map((slot) => jailName(app, slot))
    .find((name) => runs(facts, name) && owns(facts, { name, path: `${basePath}/${name}` }));
}

/** Disputes alone, for a person. */
function disputeRows({ config: { app }, facts, live }: Scene): Disagreement[] {
  const all = live === undefined ? [] : [...disputesOf(live, facts, app)];
  return all.map(([kind, says]) => leave(kind, says, contradictionAdvice(app)));
}

/** A release whose marker is gone and that does not run, as after a reboot: its site and its jail are still there. */
function lostRelease({ app, jail: { basePath } }: Config, facts: Facts): Routed | undefined {
  const place = facts.host.apps[app];
  if (place === undefined || !facts.sites.has(app)) return undefined;
  const found = newestFirst(releasesOf(facts, app)).filter(({ state }) => state === "live").map((record) => {
    const { id, slot } = record;
    const name = jailName(app, slot);
    const jail = { name, path: `${basePath}/${name}`, ip4: addressOf(place, slot) };
    return { slot, release: id, saidBy: "journal", record, disputes: [], jail } as const;
  });
  return found.find(({ jail, release }) =>
    owns(facts, jail) && (facts.jailFiles.get(jail.name) ?? release) === release
  );
}

/** Without its addresses and its token nothing of an app can be repaired. */
function forgottenRows({ app, jail: { basePath } }: Config, facts: Facts): Disagreement[] {
  const jails = slots.map((slot) => jailName(app, slot));
  const found =
    jails.find((name) => runs(facts, name) && owns(facts, { name, path: `${basePath}/${name}` })) ??
      (trafficOf(facts, app) !== undefined || facts.sites.has(app) ? "its site" : undefined);
  if (found === undefined) return [];
  return [leave(
    "forgotten",
    `host.json on the server does not know ${app}, though ${found} is there`,
    `Restore ${hostFile} from a backup, or give it new addresses with "alcaide deploy"`,
  )];
}

/** The dataset of the base path. */
function homeRows({ config, facts }: Scene): Disagreement[] {
  const found = facts.setup && refuseHome(config.jail.basePath, facts, facts.setup);
  return found === undefined ? [] : [leave("dataset", found.problem, found.hint)];
}
