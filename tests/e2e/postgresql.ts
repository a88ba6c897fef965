/** The PostgreSQL that a host can have. */

import { sh } from "../../lib/core/sh.ts";
import { postgresqlVersion } from "../host/ports.ts";
import type { Place } from "./place.ts";

/** The major versions of hosts that were asked: their catalogues are slow to look through. */
const known = new WeakMap<object, Promise<string>>();

/** The newest major version that the host has packages of; empty when it has none. */
export async function postgresqlMajor({ test, server }: Pick<Place, "test" | "server">): Promise<string> {
  if (test) return await postgresqlVersion();
  const asked = known.get(server) ?? server.read(
    sh`env ASSUME_ALWAYS_YES=yes pkg rquery %n 2>/dev/null | sed -n 's/^postgresql\([0-9]*\)-server$/\1/p' | sort -n | tail -n 1`,
  );
  known.set(server, asked);
  return await asked;
}

/** Why there can be no PostgreSQL on a host, else undefined. */
export async function withoutPostgresql(place: Place): Promise<string | undefined> {
  return await postgresqlMajor(place) === "" ? "the host has no package of PostgreSQL's server" : undefined;
}
