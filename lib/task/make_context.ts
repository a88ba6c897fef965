// The context of a task.

import { readableFields } from "../config/field/missing.ts";
import type { Config } from "../config/field/types.ts";
import { AlcaideError } from "../core/error.ts";
import { local } from "../remote/local.ts";
import { remote } from "../remote/remote.ts";
import type { Runner } from "../remote/runner.ts";
import { type Secrets, secretsStore } from "../secrets/store.ts";
import { type Servers, servers } from "../remote/servers.ts";
import type { CommandUi } from "../ui/mod.ts";
import type { Context } from "./context.ts";

/** Makes the servers of a configuration. */
export type Connect = (config: Config, ui: CommandUi) => Servers;

/** Makes this machine. */
export type Local = (directory: string) => Runner;

/** The inputs of a context. */
export interface ContextParts extends Pick<Context, "args" | "options" | "signal" | "directory" | "local"> {
  readonly ui: CommandUi;
}

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

/** Asks through a ui; where there is nobody to ask, no is not taken for an answer. */
export function confirmBy(ui: CommandUi): Context["confirm"] {
  return async (question) => {
    if (await ui.confirm(question)) return true;
    if (ui.person) return false;
    throw new AlcaideError(`Cannot ask "${question}": there is no terminal`, {
      hint: "Answer with --yes, or run it at a terminal",
    });
  };
}

/** The context of a task that needs no configuration: asking for one is a mistake in the task. */
export function bareContext(parts: ContextParts): Context {
  const refuse = (what: string): never => {
    throw new AlcaideError(`Cannot give ${what} to a task that runs without a configuration`, {
      hint: "Remove configless from the task",
    });
  };
  return {
    ...parts,
    confirm: confirmBy(parts.ui),
    get config(): Config {
      return refuse("a configuration");
    },
    get servers(): Servers {
      return refuse("servers");
    },
    get secrets(): Secrets {
      return refuse("secrets");
    },
  };
}
