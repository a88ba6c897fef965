/**
 * Allocations of a server: addresses of jails and user ids of apps.
 *
 * @module
 */

import { AlcaideError } from "../core/error.ts";
import type { Slot } from "../core/slot.ts";

/** An app's addresses and user id on a server. It keeps them for good. */
export interface AppAllocation {
  /** The user id that the app runs under, in its jails only. */
  readonly uid: number;
  /** Address of the blue jail. */
  readonly blue: string;
  /** Address of the green jail. */
  readonly green: string;
  /** The token in a request that lets Caddy name the release. */
  readonly token: string;
}

/** The address and user id of a jail that isn't a slot: an accessory, a build jail. It keeps them for good. */
export interface JailAllocation {
  /** Its address. */
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

/** Addresses and user ids that others have, so they can't be given out. */
export interface Taken {
  readonly addresses: readonly string[];
  readonly uids: readonly number[];
}

/** A server on which nothing has been given out. */
export const emptyHostState: HostState = { version: 1, apps: {} };

/** The lowest user id that is given to an app. */
export const firstUid = 60000;

/**
 * Reads `host.json`; an absent file is an empty state.
 *
 * @throws {AlcaideError} when it can't be read: guessing would give an address out twice
 */
export function parseHostState(text: string): HostState {
  if (text.trim() === "") return emptyHostState;
  try {
    const value = JSON.parse(text) as HostState;
    if (value.version === 1 && typeof value.apps === "object" && value.apps !== null) return value;
  } catch {
    // Said below.
  }
  throw new AlcaideError("Cannot read /var/db/alcaide/host.json on the server", {
    hint:
      "It holds the addresses and user ids that are given out. Restore it from a backup, or correct it by hand",
  });
}

/** The address that an app has for a slot. */
export function addressOf(place: AppAllocation, slot: Slot): string {
  return slot === "blue" ? place.blue : place.green;
}

/**
 * Gives an app its place: what it has already, else the first free addresses of the subnet and the first free user id.
 *
 * @throws {AlcaideError} when the subnet is full
 */
export function allocate(
  state: HostState,
  app: string,
  subnet: string,
  taken: Taken,
  token: string,
): AppAllocation {
  const present = state.apps[app];
  if (present) return present;
  const used = usedAddresses(state, taken);
  const [blue, green] = freeAddresses(subnet, used, 2);
  if (blue === undefined || green === undefined) {
    throw new AlcaideError(`Cannot give ${app} two addresses: ${subnet} has no more`, {
      hint: "Set jail.subnet to a larger network",
    });
  }
  return { uid: freeUid(state, taken), blue, green, token };
}

/**
 * Gives a jail that isn't a slot its place: what it has already, else the first free address and user id.
 *
 * @throws {AlcaideError} when the subnet is full
 */
export function allocateJail(state: HostState, jail: string, subnet: string, taken: Taken): JailAllocation {
  const present = state.jails?.[jail];
  if (present) return present;
  const [address] = freeAddresses(subnet, usedAddresses(state, taken), 1);
  if (address === undefined) {
    throw new AlcaideError(`Cannot give ${jail} an address: ${subnet} has no more`, {
      hint: "Set jail.subnet to a larger network",
    });
  }
  return { address, uid: freeUid(state, taken) };
}

/** The text of `host.json` with an app's place in it. */
export function withPlace(before: string, app: string, place: AppAllocation): string {
  const state = parseHostState(before);
  return hostText({ ...state, apps: { ...state.apps, [app]: place } });
}

/** The text of `host.json` with the places of jails that aren't slots in it. */
export function withJails(before: string, places: Readonly<Record<string, JailAllocation>>): string {
  const state = parseHostState(before);
  return hostText({ ...state, jails: { ...state.jails, ...places } });
}

/** The text of `host.json` with an app's project in it. */
export function withOwner(before: string, app: string, owner: Project): string {
  const state = parseHostState(before);
  return hostText({ ...state, owners: { ...state.owners, [app]: owner } });
}

/** Every address that was given out on a server. */
export function givenAddresses(state: HostState): string[] {
  const slots = Object.values(state.apps).flatMap((place) => [place.blue, place.green]);
  return [...slots, ...Object.values(state.jails ?? {}).map((place) => place.address)];
}

function hostText(state: HostState): string {
  return `${JSON.stringify(state, null, 1)}\n`;
}

function usedAddresses(state: HostState, taken: Taken): ReadonlySet<string> {
  return new Set([...taken.addresses, ...givenAddresses(state)]);
}

function freeUid(state: HostState, taken: Taken): number {
  const places = [...Object.values(state.apps), ...Object.values(state.jails ?? {})];
  const uids = new Set([...taken.uids, ...places.map((place) => place.uid)]);
  let uid = firstUid;
  while (uids.has(uid)) uid++;
  return uid;
}

/** Network and size of `10.66.0.0/24`, as numbers. */
export function parseSubnet(subnet: string): { first: number; size: number } {
  const [address = "", bits = "32"] = subnet.split("/");
  const size = 2 ** (32 - Number(bits));
  const number = addressNumber(address);
  return { first: number - (number % size), size };
}

/** An IPv4 address as a number. */
export function addressNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** A number as an IPv4 address. */
export function addressText(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}

function freeAddresses(subnet: string, used: ReadonlySet<string>, count: number): string[] {
  const { first, size } = parseSubnet(subnet);
  const free: string[] = [];
  // The first address is left to the host, the last one is the broadcast.
  for (let offset = 2; offset < size - 1 && free.length < count; offset++) {
    const address = addressText(first + offset);
    if (!used.has(address)) free.push(address);
  }
  return free;
}
