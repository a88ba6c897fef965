// Processes beside the web process on the model: which of them were started and ended is told by the scripts alone.

import { stopApp } from "../../lib/commands/app/app.ts";
import {
  enableProcesses,
  startServices,
  stopProcesses,
  stopServices,
  watchServices,
} from "../../lib/commands/app/processes.ts";
import { inShell } from "../../lib/core/script.ts";
import { type Effect, effect, v, word } from "./effect.ts";

const jail = { name: word("jail"), path: word("path") };
const services = [word("lineservices")];
const at = { app: word("app"), release: word("release") };

/** Their effects. An illness of "worker" lets none of them stay up. */
export const processEffects: readonly Effect[] = [
  effect("stopApp", stopApp({ ...jail, together: true }), (s) => [({ model }) => {
    const tree = model.trees.get(v(s, "path"));
    if (tree) tree.enabled = false;
    delete model.jails.get(v(s, "jail"))?.app;
  }]),
  ...["*", word("name")].map((of) =>
    effect("enableProcesses", { ...enableProcesses(jail, [], of) }, () => [])
  ),
  effect("startServices", startServices(jail, services), () => []),
  effect("stopServices", stopServices(jail, services), () => []),
  effect("stopProcesses", stopProcesses(jail, [word("lineprocesses")]), () => []),
  ...[true, false].map((strict) => {
    const watch = watchServices(jail, at, services, { strict });
    const does: Parameters<typeof effect>[2] = (s) => [({ illness }) => {
      const [first = ""] = v(s, "lineservices").split(" ");
      if (illness("worker") === undefined) return;
      return { out: `down ${first}\n| last words\n`, ...strict ? { status: 1 } : {} };
    }];
    return effect("watchServices", strict ? inShell(watch) : watch, does);
  }),
  effect("watchServices", watchServices(jail, at, services, { strict: true }), (s) => [({ illness }) => {
    if (illness("worker") === undefined) return;
    return { status: 1, out: `down ${v(s, "lineservices").split(" ")[0]}\n| last words\n` };
  }]),
];
