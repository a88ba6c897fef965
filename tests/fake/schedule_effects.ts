// Effects of schedules: the files are on the model, cron is not.

import { installSchedules } from "../../lib/commands/app/schedule.ts";
import { schedulesDir } from "../../lib/commands/paths.ts";
import { raw } from "../../lib/core/sh.ts";
import { type Effect, effect, v, word } from "./effect.ts";

const jail = { name: word("jail"), path: word("path"), ip4: word("ip") };
const spec = { app: word("app"), release: word("release"), slot: "blue", jail } as const;
const one = { name: word("line"), at: word("lineat"), run: word("linerun") };

/** The parts of the script that are its own: not the files, which are written as all are. */
const parts = [installSchedules(spec, []), installSchedules(spec, [one])].flatMap(({ text }) =>
  text.split("\n} || exit $?\n").flatMap((part) =>
    /(?:if \[ -e|mkdir -p \S+ |for f in|\{ echo|mkdir -p \S+cron)[^]*$/.exec(part) ?? []
  )
);

/** All of them. */
export const scheduleEffects: readonly Effect[] = [...new Set(parts)].map((part) =>
  effect("installSchedules", raw(part), (values) => [({ model }) => {
    if (!part.startsWith("for f in")) return;
    const beginning = `${schedulesDir}/${v(values, "app")}.`;
    const kept = (values["line"] ?? "").split(" ").map((name) => name.replace(beginning, ""));
    for (const path of model.files.keys()) {
      if (path.startsWith(beginning) && !kept.includes(path.slice(beginning.length))) {
        model.files.delete(path);
      }
    }
  }])
);
