/**
 * The host that the end-to-end tests speak to: the test host, or another one given by address. They reach it only through
 * SSH and HTTP, so that both are the same to them.
 */

import { fromFileUrl } from "@std/path";
import { type HostOptions, hostUnavailable, startHost, type TestHost } from "../host/mod.ts";
import { readPorts } from "../host/ports.ts";
import { type Remote, remote } from "../../lib/remote/remote.ts";
import { sh } from "../../lib/core/sh.ts";
import { parseTarget } from "../../lib/core/target.ts";

/** A host for end-to-end tests. */
export interface Place extends AsyncDisposable {
  /** `user@host:port`, for the Alcaidefile. */
  readonly target: string;
  /** Path of the key that it accepts. */
  readonly key: string;
  /** Text for `~/.ssh/known_hosts`. */
  readonly knownHosts: string;
  /** Where its Caddy answers. */
  readonly http: string;
  /** Where it finds FreeBSD's releases. */
  readonly mirror: string;
  /** Abilities of the embedded test host alone; absent for another one. */
  readonly test: TestHost | undefined;
  /** A connection of the tests' own, to prepare and to look. */
  readonly server: Remote;
}

/** The address of another host: the first one, when there are several. */
function givenHost(): string | undefined {
  return Deno.env.get("ALCAIDE_TEST_HOST")?.split(",")[0]?.trim() || undefined;
}

/** Why no host can be had here, else undefined. */
export function placeUnavailable(): string | undefined {
  return givenHost() === undefined ? hostUnavailable() : undefined;
}

/**
 * Why what only the test host can do can't be tried here, else undefined.
 *
 * @param what what it is that only the test host can
 */
export function onlyOnTestHost(what = "do this"): string | undefined {
  return givenHost() === undefined
    ? hostUnavailable()
    : `another host is given, and only the test host can ${what}`;
}

/** Why nothing can be built on a host, else undefined. A host's pkg that is not there yet is brought in, as setup does. */
export async function missingPackage(place: Place, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const has = place.test ? (await readPorts()).some((port) => port.name === name) : await place.server.test(
      sh`if env ASSUME_ALWAYS_YES=yes pkg rquery %n ${name} >/dev/null 2>&1; then true; else false; fi`,
    );
    if (!has) return `the host has no package ${name}`;
  }
}

/**
 * Requests that a reload of Caddy may cost. From 2.7 on it listens anew and closes the old socket, with those in it that just come
 * (docs/adr/0011); the test host's is older.
 */
export function costOfReload({ test }: Pick<Place, "test">): number {
  return test ? 0 : 5;
}

/** The host to test on: the one given by address, else a new test host. */
export async function openPlace(options: HostOptions = {}): Promise<Place> {
  const given = givenHost();
  return given === undefined ? await ownPlace(options) : await givenPlace(given);
}

async function ownPlace(options: HostOptions): Promise<Place> {
  const test = await startHost(options);
  const server = connect(test.target, test.key, test.knownHosts);
  return {
    target: test.target,
    key: test.key,
    knownHosts: await Deno.readTextFile(test.knownHosts),
    http: test.http,
    mirror: test.mirror,
    test,
    server,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await test[Symbol.asyncDispose]();
    },
  };
}

async function givenPlace(given: string): Promise<Place> {
  const target = given.replace(/^ssh:\/\//, "").replace(/\/$/, "");
  const [key = "", mirror = ""] = needed("ALCAIDE_TEST_KEY", "ALCAIDE_TEST_MIRROR");
  const file = Deno.env.get("ALCAIDE_TEST_KNOWN_HOSTS") || `${Deno.env.get("HOME")}/.ssh/known_hosts`;
  const server = connect(target, key, file);
  return {
    target,
    key,
    knownHosts: await Deno.readTextFile(file),
    http: Deno.env.get("ALCAIDE_TEST_HTTP")?.replace(/\/$/, "") || `http://${hostOf(target)}`,
    mirror,
    test: undefined,
    server,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function connect(target: string, key: string, knownHosts: string): Remote {
  const place = parseTarget(target);
  if (place === undefined) throw new Error(`ALCAIDE_TEST_HOST is not ssh://user@host:port: ${target}`);
  return remote({ ...place, key, knownHosts });
}

/** The host's name or address, as a URL wants it. */
function hostOf(target: string): string {
  const host = parseTarget(target)?.host ?? "";
  return host.includes(":") ? `[${host}]` : host;
}

/** The values of variables, all of which must be set. */
function needed(...names: readonly string[]): string[] {
  const missing = names.filter((name) => !Deno.env.get(name));
  if (missing.length > 0) throw new Error(`Set ${missing.join(" and ")} as docs/testing.md says`);
  return names.map((name) => Deno.env.get(name) ?? "");
}

/** The directory of this repository. */
export const repository: string = fromFileUrl(new URL("../../", import.meta.url));
