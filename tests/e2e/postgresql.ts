/** The PostgreSQL that a host can have. */

import { sh } from "../../lib/core/sh.ts";
import { postgresqlVersion } from "../host/ports.ts";
import type { Place } from "./place.ts";

/** The major version that the host has packages of. */
export async function postgresqlMajor({ test }: Pick<Place, "test">): Promise<string> {
  return test ? await postgresqlVersion() : "16";
}

/** Why there can be no PostgreSQL on a host, else undefined. */
export async function withoutPostgresql(place: Place): Promise<string | undefined> {
  const name = `postgresql${await postgresqlMajor(place)}-server`;
  const has = place.test !== undefined ||
    await place.server.test(sh`if pkg rquery %n ${name} >/dev/null 2>&1; then true; else false; fi`);
  return has ? undefined : `the host has no package ${name}`;
}
