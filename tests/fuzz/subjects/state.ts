/** Alcaide's own files on a server, after a hand, a half-written disk or another version was at them. */

import { assert, assertEquals } from "@std/assert";
import { type AccessoryRecord, differences, parseAccessory } from "../../../lib/commands/accessory/record.ts";
import { parseHolder } from "../../../lib/commands/lock.ts";
import { markerName, parseMarker } from "../../../lib/commands/live.ts";
import { nextReleaseId, parseRelease, servedBefore } from "../../../lib/core/release.ts";
import { releaseRows } from "../../../lib/deploy/release_rows.ts";
import {
  allocate,
  allocateJail,
  extendHost,
  givenAddresses,
  parseHostState,
  withoutApp,
} from "../../../lib/server/host_state.ts";
import { accessoryRecord, place, release } from "../../fake/facts.ts";
import { arrived, damaged, damagedJson } from "../mutate.ts";
import { pick, type Random, subject, tried } from "../subject.ts";

const hostState = {
  version: 1,
  apps: { shop: place, blog: { ...place, uid: 60001, blue: "10.66.0.4", green: "10.66.0.5" } },
  jails: { shop_db: { address: "10.66.0.6", uid: 60002 } },
  owners: { shop: { shown: "github.com/me/shop", names: ["github.com/me/shop"] } },
};

const isAddress = (text: unknown) => typeof text === "string" && /^(\d{1,3}\.){3}\d{1,3}$/.test(text);
const isUid = (uid: unknown) => Number.isSafeInteger(uid) && Number(uid) > 0;

export const hostJson = subject(700, (random) => damagedJson(hostState, random), async (text) => {
  const read = await tried(() => parseHostState(arrived(text)));
  if (read === undefined) return "refused";
  const state = read.value;
  for (const app of ["shop", "blog", "new"]) {
    const given = await tried(() => allocate(state, app, "10.66.0.0/24", [], "0".repeat(32)));
    if (given === undefined) continue;
    const { uid, blue, green, token } = given.value;
    assert(isUid(uid) && isAddress(blue) && isAddress(green) && blue !== green, Deno.inspect(given.value));
    assert(typeof token === "string" && /^\w+$/.test(token), `the token is ${Deno.inspect(token)}`);
  }
  const { address, uid } = allocateJail(state, "shop_db", "10.66.0.0/24", []);
  assert(isUid(uid) && isAddress(address), `${address} and ${uid} were given`);
  assert(givenAddresses(state).every(isAddress));
  const more = extendHost(arrived(text), { apps: { more: place } });
  assertEquals(parseHostState(more).apps["more"], place);
  assertEquals(Object.hasOwn(parseHostState(withoutApp(more, "more", [])).apps, "more"), false);
  return "accepted";
});

const whole = release("7-1a2b3c4", {
  state: "live",
  previous: "6-aaaaaaa",
  liveAt: "2026-01-02T03:05:05.000Z",
});

/** Two records: one from a wild server, one that is whole. */
export const journal = subject(700, (random) => damagedJson(whole, random), async (text) => {
  const found = parseRelease(arrived(text));
  const records = [release("6-aaaaaaa"), ...found === undefined ? [] : [found]];
  await tried(() => releaseRows(records, found?.id, new Date(0)));
  await tried(() => servedBefore(records, found?.id));
  nextReleaseId(records.map(({ id }) => id), whole.revision);
  if (found === undefined) return "refused";
  const { app, state, slot, config: { start, port, packages, volumes, health } } = found;
  assert(
    [app, start, ...packages, ...volumes.flatMap((v) => [v.host, v.jail])].every((one) =>
      typeof one === "string"
    ),
  );
  assert(
    ["building", "ready", "live", "retired", "failed"].includes(state) && ["blue", "green"].includes(slot),
  );
  assert(
    [port, health.timeout, health.interval, ...health.status].every(Number.isFinite),
    Deno.inspect(found),
  );
  assert(!Number.isNaN(Date.parse(found.createdAt)));
  return "accepted";
});

export const accessoryRecords = subject(400, (random) => damagedJson(accessoryRecord(), random), (text) => {
  const found = parseAccessory(arrived(text));
  if (found === undefined) return "refused";
  const { app, name, kind, jail, path, address, freebsd, key } = found;
  assert([app, name, kind, jail, path, address, freebsd, key].every((one) => typeof one === "string"));
  for (const list of ["ports", "volumes", "packages"] as const) assert(Array.isArray(found[list]), list);
  differences(found.shown, {});
  const prints: (keyof AccessoryRecord["prints"])[] = ["jail", "files", "apply", "health"];
  assert(prints.every((print) => typeof found.prints[print] === "string"), Deno.inspect(found.prints));
  return "accepted";
});

const holder = { by: "me@here", since: "2026-01-02T03:04:05.000Z", what: "deploy" };

export const lockHolder = subject(200, (random) => damagedJson(holder, random), (text) => {
  const found = parseHolder(arrived(text));
  if (found === undefined) return "refused";
  for (const part of [found.by, found.since, found.what]) assertEquals(typeof part, "string");
  return "accepted";
});

export const markers = subject(
  200,
  (random: Random) => damaged(pick(random, ["blue-7-1a2b3c4", "/green-12-abc_dirty", "blue-1-none"]), random),
  (text) => {
    const found = parseMarker(arrived(text));
    if (found === undefined) return "refused";
    assertEquals(markerName(found), arrived(text).trim().replace(/^\//, ""));
    assert(/^(blue|green)-[1-9]\d*-\w+$/.test(markerName(found)));
    return "accepted";
  },
);
