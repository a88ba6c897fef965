// The servers that a task works on: `--server NAME`, `--server TAG` or `--server all`.

import { UsageError } from "../core/error.ts";
import { configuredServer, selected, serverWords } from "../config/sections/select.ts";
import type { Remote } from "../remote/remote.ts";
import { type Servers, servers } from "../remote/servers.ts";
import type { Context } from "./context.ts";
import { didYouMean } from "../core/text.ts";

/**
 * The servers that `--server` names, by name or tag.
 *
 * @throws {UsageError} when there is none of that name
 */
export function chooseServers(
  ctx: Pick<Context, "config" | "servers" | "ui">,
  named: string | undefined,
  otherwise: "first" | "all",
): Servers {
  const { all, first } = ctx.servers;
  const name = named ?? (otherwise === "all" ? "all" : first.name);
  if (name === "all") return ctx.servers;
  const found = all.filter((server) => isNamed(ctx, name, server));
  if (found.length > 0) return servers(found, (name, working) => ctx.ui.server?.(name, working));
  throw new UsageError(`Cannot find the server "${name}"`, {
    hint: didYouMean(name, [
      "all",
      ...serverWords(all.map((server) => configuredServer(ctx.config, server))),
    ]),
  });
}

/** Tells whether a name or a tag means a server. */
export function isNamed(ctx: Pick<Context, "config">, word: string, server: Remote): boolean {
  return selected(word, configuredServer(ctx.config, server));
}
