// Servers by the words that `on` and `--server` name them with.

import type { Server } from "../field/values.ts";

/** A server as far as `on` looks at it. */
export type Selectable = Pick<Server, "name" | "host" | "tags">;

/**
 * Tells whether `on` means a server: by one of its tags, its name or its host. Undefined means all.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { selected } from "./select.ts";
 *
 * assert(selected("jobs", { name: "203.0.113.7", host: "203.0.113.7", tags: ["jobs"] }));
 * ```
 */
export function selected(on: string | readonly string[] | undefined, server: Selectable): boolean {
  const words = [server.name, server.host, ...server.tags ?? []];
  return on === undefined || [on].flat().some((word) => words.includes(word));
}

/** The configured server that a remote is; one that is not configured has no tags. */
export function configuredServer(
  { servers }: { readonly servers: readonly Server[] },
  { name, target: { host } }: { readonly name: string; readonly target: { readonly host: string } },
): Selectable {
  return servers.find((one) => one.name === name) ?? { name, host };
}

/** All that `on` and `--server` may name: servers first, then tags. */
export function serverWords(servers: readonly Selectable[]): string[] {
  return [...new Set([...servers.map(({ name }) => name), ...servers.flatMap(({ tags = [] }) => tags)])];
}
