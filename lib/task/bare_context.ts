// The context of a task that runs without a configuration.

import type { Config } from "../config/field/types.ts";
import { AlcaideError } from "../core/error.ts";
import type { Servers } from "../remote/servers.ts";
import type { Secrets } from "../secrets/store.ts";
import type { CommandUi } from "../ui/mod.ts";
import type { Context } from "./context.ts";

/** The inputs of a context. */
export interface ContextParts extends Pick<Context, "args" | "options" | "signal" | "directory" | "local"> {
  readonly ui: CommandUi;
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
