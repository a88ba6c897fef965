// Allocations of a server: addresses of jails and user ids of apps.

import { AlcaideError } from "../core/error.ts";
import { addressText, parseSubnet } from "../core/ipv4.ts";
import { hasShape, type Shape } from "../core/shape.ts";
import type { Slot } from "../core/slot.ts";

/** An app's addresses and user id on a server. It keeps them for good. */
export interface AppAllocation {
  /** The user id that the app runs under, in its jails only. */
  readonly uid: number;
  readonly blue: string;
  readonly green: string;
  /** The token in a request that lets Caddy name the release. */
  readonly token: string;
}

/** The address and user id of a jail that isn't a slot: an accessory, a build jail. It keeps them for good. */
export interface JailAllocation {
  readonly address: string;
  /** A user id for what runs in it. */
  readonly uid: number;
}

/** The identity of a project, among others that have an app of the same name. */
export interface Project {
  /** Its name for people: where its repository is, else its directory. */
  readonly shown: string;
  /** The names it is known by; one in common makes two the same. Empty when nobody could tell. */
  readonly names: readonly string[];
}

/** The contents of `host.json`. */
export interface HostState {
  readonly version: 1;
  readonly apps: Readonly<Record<string, AppAllocation>>;
  /** Jails that aren't slots, by name; absent where none was given anything. */
  readonly jails?: Readonly<Record<string, JailAllocation>>;
  /** Whose the apps are; absent for those that were last deployed before this was written down. */
  readonly owners?: Readonly<Record<string, Project>>;
}

/** A server on which nothing has been given out. */
export const emptyHostState: HostState = { version: 1, apps: {} };

/** The lowest user id that is given to an app. */
const firstUid = 60000;

const address = /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.|$)){4}$/;

const stateShape: Shape = {
  apps: { "*": { uid: "number", blue: address, green: address, token: /^\w+$/ } },
  "jails?": { "*": { address, uid: "number" } },
  "owners?": { "*": { shown: "string", names: ["string"] } },
};

/**
 * Reads `host.json`; an absent file is an empty state.
 *
 * @throws {AlcaideError} when it can't be read: guessing would give an address out twice
 */
export function parseHostState(text: string): HostState {
  if (text.trim() === "") return emptyHostState;
  try {
    const value = JSON.parse(text) as HostState;
    if (hasShape(value, stateShape) && value.version === 1 && isSound(value)) return value;
  } catch {
    // Said below.
  }
  throw new AlcaideError("Cannot read /var/db/alcaide/host.json on the server", {
    hint:
      "It holds the addresses and user ids that are given out. Restore it from a backup, or correct it by hand",
  });
}

/** Slots have different addresses, and no program runs as root. */
function isSound({ apps, jails = {} }: HostState): boolean {
  return Object.values(apps).every(({ blue, green }) => blue !== green) &&
    [...Object.values(apps), ...Object.values(jails)].every(({ uid }) =>
      Number.isInteger(uid) && uid > 0 && uid < 2 ** 31
    );
}

/** The address that an app has for a slot. */
export function addressOf(place: AppAllocation, slot: Slot): string {
  return slot === "blue" ? place.blue : place.green;
}

/**
 * Gives an app its place: what it has already, else the first free addresses of the subnet and the first free user id.
 *
 * @param taken addresses that others use
 * @throws {AlcaideError} when the subnet is full
 */
export function allocate(
  state: HostState,
  app: string,
  subnet: string,
  taken: readonly string[],
  token: string,
): AppAllocation {
  const used = new Set([...taken, ...givenAddresses(state)]);
  const take = () => takeAddress(subnet, used, `${app} two addresses`);
  return state.apps[app] ?? { uid: freeUid(state), blue: take(), green: take(), token };
}

/**
 * Gives a jail that isn't a slot its place: what it has already, else the first free address and user id.
 *
 * @throws {AlcaideError} when the subnet is full
 */
export function allocateJail(
  state: HostState,
  jail: string,
  subnet: string,
  taken: readonly string[],
): JailAllocation {
  const used = new Set([...taken, ...givenAddresses(state)]);
  return state.jails?.[jail] ??
    { address: takeAddress(subnet, used, `${jail} an address`), uid: freeUid(state) };
}

/** The text of `host.json` with more in it; the same text when it is there already. */
export function extendHost(before: string, more: Partial<Omit<HostState, "version">>): string {
  const state = parseHostState(before);
  const parts = Object.entries(more).map((
    [name, part],
  ) => [name, { ...state[name as keyof typeof more], ...part }]);
  return changedText(before, state, { ...state, ...Object.fromEntries(parts) });
}

/** The text of `host.json` without an app, its owner and some jails; the same text when they are not in it. */
export function withoutApp(before: string, app: string, jails: readonly string[]): string {
  const state = parseHostState(before);
  const gone = { apps: [app], jails, owners: [app] };
  const parts = (["apps", "jails", "owners"] as const).flatMap((part) => {
    const all = Object.entries(state[part] ?? {});
    return state[part] === undefined
      ? []
      : [[part, Object.fromEntries(all.filter(([name]) => !gone[part].includes(name)))]];
  });
  return changedText(before, state, { ...state, ...Object.fromEntries(parts) });
}

function changedText(before: string, state: HostState, after: HostState): string {
  return JSON.stringify(after) === JSON.stringify(state) ? before : `${JSON.stringify(after, null, 1)}\n`;
}

/** Every address that was given out on a server. */
export function givenAddresses(state: HostState): string[] {
  const slots = Object.values(state.apps).flatMap((place) => [place.blue, place.green]);
  return [...slots, ...Object.values(state.jails ?? {}).map((place) => place.address)];
}

function freeUid(state: HostState): number {
  const places = [...Object.values(state.apps), ...Object.values(state.jails ?? {})];
  const uids = new Set(places.map((place) => place.uid));
  let uid = firstUid;
  while (uids.has(uid)) uid++;
  return uid;
}

/** Takes the first free address. The first of all is left to the host, the last one is the broadcast. */
function takeAddress(subnet: string, used: Set<string>, what: string): string {
  const { first, size } = parseSubnet(subnet);
  for (let offset = 2; offset < size - 1; offset++) {
    const address = addressText(first + offset);
    if (!used.has(address)) {
      used.add(address);
      return address;
    }
  }
  throw new AlcaideError(`Cannot give ${what}: ${subnet} has no more`, {
    hint: "Set jail.subnet to a larger network",
  });
}
