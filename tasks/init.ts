// `alcaide init`: an Alcaidefile to begin with, for the kind of app that it finds. It overwrites nothing.

import { fileNames } from "../lib/cli/find_file.ts";
import type { Outcome } from "../lib/init/gitignore.ts";
import { templateNames } from "../lib/init/templates.ts";
import { type Task, task } from "../lib/task/task.ts";

/** With `--json`: what init wrote. */
export interface Json {
  /** The app's name. */
  readonly app: string;
  /** The kind of app; null where an Alcaidefile was there already. */
  readonly template: string | null;
  /** The files: written, extended or left alone. */
  readonly files: Readonly<Record<string, Outcome>>;
}

/** Writes an Alcaidefile, types for the editor and lines of .gitignore. */
export const init: Task = task({
  description: "Write an Alcaidefile.ts for the app that is here, and types for the editor",
  group: "Begin",
  args: [],
  options: {
    template: {
      type: "string",
      description: "The kind of app, if its files don't tell",
      choices: templateNames,
    },
    app: { type: "string", description: "The app's name, if not that of mix.exs or the directory" },
    server: { type: "string", description: "The server, as user@host" },
    domain: { type: "string", description: "The domain" },
    mix: { type: "boolean", description: "Add mix alcaide.deploy to mix.exs" },
  },
  configless: true,
  examples: ["alcaide init", "alcaide init --template phoenix --server root@203.0.113.7 --mix"],
  run: async (ctx) => {
    const { writeFiles } = await import("../lib/init/write_files.ts");
    const { value, text } = await writeFiles(ctx, fileNames);
    ctx.ui.result(value satisfies Json, text, { prose: true });
  },
});
