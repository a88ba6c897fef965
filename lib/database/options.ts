// The options of `alcaide db`.

import type { OptionValues } from "../task/arguments.ts";
import { serverOption, waitOption } from "../task/common_options.ts";
import { accessoryNames, serverNames } from "../task/completion.ts";

/** The options of `alcaide db`. */
export const databaseOptions = {
  accessory: {
    type: "string",
    description: "The database, when the app has several",
    complete: accessoryNames,
  },
  server: { ...serverOption, description: "Its server, by name or tag", complete: serverNames },
  force: { type: "boolean", description: "For dump: replace a file that is there" },
  "while-live": { type: "boolean", description: "For restore: even while the app is live" },
  wait: waitOption,
} as const;

/** Their values. */
export type DatabaseChoice = OptionValues<typeof databaseOptions>;
