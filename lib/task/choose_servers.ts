// The servers that a task works on: `--server NAME` or `--server all`.

import { UsageError } from "../core/error.ts";
import { type Servers, servers } from "../remote/servers.ts";
import type { TaskOption } from "./arguments.ts";
import { serverNames } from "./completion.ts";
import { didYouMean } from "../core/text.ts";

/** The option of tasks that can work on some of the servers. */
export const serverOption = {
  type: "string",
  description: 'The server to work on, by its name, or "all"',
  complete: async (about) => [...await serverNames(about), "all"],
} as const satisfies TaskOption;

/**
 * The servers that `--server` names.
 *
 * @throws {UsageError} when there is none of that name
 */
export function chooseServers(
  configured: Servers,
  named: string | undefined,
  otherwise: "first" | "all",
): Servers {
  const name = named ?? (otherwise === "all" ? "all" : configured.first.name);
  if (name === "all") return configured;
  const { all } = configured;
  const found = all.filter((server) => server.name === name);
  if (found.length > 0) return servers(found);
  throw new UsageError(`Cannot find the server "${name}"`, {
    hint: didYouMean(name, ["all", ...all.map((server) => server.name)]),
  });
}
