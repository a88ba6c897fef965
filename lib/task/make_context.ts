// The context of a task.

import { readableFields } from "../config/field/missing.ts";
import type { Config } from "../config/field/types.ts";
import { local } from "../remote/local.ts";
import { remote } from "../remote/remote.ts";
import type { Runner } from "../remote/runner.ts";
import { secretsStore } from "../secrets/store.ts";
import { type Servers, servers } from "../remote/servers.ts";
import type { CommandUi } from "../ui/mod.ts";
import { confirmBy, type ContextParts } from "./bare_context.ts";
import type { Context } from "./context.ts";

/** Makes the servers of a configuration. */
export type Connect = (config: Config, ui: CommandUi) => Servers;

/** Makes this machine. */
export type Local = (directory: string) => Runner;

/** The configured servers over SSH; a person at the terminal is asked about keys. */
export function connectBySsh(config: Config, ui: CommandUi): Servers {
  const { person } = ui;
  const options = { warn: (text: string) => ui.warn(text), ...(person ? { ask: person } : {}) };
  return servers(
    config.servers.map((server) => remote(server, { name: server.name, ...options })),
    (name, working) => ui.server?.(name, working),
  );
}

/** This machine, in a directory. */
export function thisMachine(directory: string): Runner {
  return local({ cwd: directory });
}

/** The servers of a configuration; one that names none says so when a task asks for them. */
export function serversOf(config: Config, connect: () => Servers): Servers {
  if (readableFields(config).includes("servers")) return connect();
  const refuse = () => config.servers as never;
  return {
    get all(): never {
      return refuse();
    },
    get first(): never {
      return refuse();
    },
    each: () => Promise.resolve().then(refuse),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** The context of a task that has a configuration. */
export function fullContext(parts: ContextParts, config: Config, all: Servers): Context {
  const { directory, environment, keyCommand } = config;
  return {
    ...parts,
    config,
    servers: all,
    secrets: secretsStore({ directory, environment, keyCommand, local: parts.local, signal: parts.signal }),
    confirm: confirmBy(parts.ui),
  };
}
