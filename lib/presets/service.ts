// A supporting service of any kind.

import { demandRecord } from "../core/kind.ts";
import type { UserAccessory } from "../config/field/types.ts";

/**
 * A supporting service in a jail of its own: packages, a command or a package's service, volumes, what tells whether it
 * is well. It gives back what it gets; it is there for its type, as `defineConfig()` is.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { service } from "alcaide";
 *
 * const search = service({
 *   packages: ["meilisearch"],
 *   volumes: ["/data/search:/var/db/meilisearch"],
 *   ports: [7700],
 *   start: 'meilisearch --db-path /var/db/meilisearch --http-addr "$ADDRESS:7700"',
 * });
 * assertEquals(search.ports, [7700]);
 * ```
 */
export function service(definition: UserAccessory): UserAccessory {
  demandRecord(definition, "service", '{ packages: ["memcached"], start: "/usr/local/bin/memcached" }');
  return definition;
}
