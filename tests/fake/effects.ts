/**
 * The effect of each command on the model.
 *
 * @module
 */

import { asApp, installApp, setEnabled, startApp, stopApp } from "../../lib/commands/app/app.ts";
import { checkApp, waitForListener } from "../../lib/commands/app/check.ts";
import { drainApp } from "../../lib/commands/caddy/drain.ts";
import { makeDirectory, writeFile } from "../../lib/remote/files.ts";
import {
  removeJailFiles,
  startJail as startJailCommand,
  stopJail,
  writeJailFiles,
} from "../../lib/commands/jail/jail.ts";
import { dropFailed, dropReleases } from "../../lib/commands/journal.ts";
import { whileFence } from "../../lib/commands/lock.ts";
import { migrateApp } from "../../lib/commands/app/migrate.ts";
import { hostFile, jailFile } from "../../lib/commands/paths.ts";
import { pointNewest } from "../../lib/commands/jail/thin.ts";
import { copyTemplate, deleteTree } from "../../lib/commands/jail/tree.ts";
import { raw, sh } from "../../lib/core/sh.ts";
import { inShell, script } from "../../lib/core/script.ts";
import { mark, printMark } from "../../lib/deploy/join_scripts.ts";
import { caddyEffects } from "./caddy_effects.ts";
import { watchEffects } from "./watch_effects.ts";
import { historyEffects } from "./history.ts";
import { scheduleEffects } from "./schedule_effects.ts";
import { processEffects } from "./process_effects.ts";
import { repairEffects, unmount } from "./repair_effects.ts";
import { runEffects } from "./runs.ts";
import { uploadEffects } from "./upload_effects.ts";
import { type Effect, effect, failed, type Micro, v, word } from "./effect.ts";
import { startJail } from "./model.ts";
import { anyMode, anyNumber, type Values } from "./pattern.ts";
import { jailLogDir } from "../../lib/commands/jail/supervised.ts";

// As a host's name, with a dash for the underscore, it is another text.
const jail = { name: word("jail_"), path: word("path"), ip4: word("ip"), stopTimeout: anyNumber };
const mounts = [
  { host: word("pathlogs"), jail: word("pathin") },
  { host: word("pathdata"), jail: word("pathdatain") },
];
/** Of the directory of logs, the owner is not told. */
const installed = mounts.map((mount, index) => (index === 0 ? { ...mount, jail: jailLogDir } : mount));
const spec = {
  app: word("app"),
  release: word("release"),
  jail,
  uid: anyNumber,
  start: word("linestart"),
  port: anyNumber,
  packages: [],
};
const [from, to] = [{ name: "x", path: word("pathfrom") }, {
  name: word("jail"),
  path: `/jails/${word("jail")}`,
}];
const check = {
  path: word("lineask"),
  host: word("linehost"),
  status: [anyNumber, anyNumber] as const,
  timeout: anyNumber * 1000,
  interval: anyNumber * 1000,
};

/** All effects. Where two begin at the same place the longer one is meant. */
export const effects: readonly Effect[] = [
  ...caddyEffects,
  ...historyEffects,
  ...repairEffects,
  ...runEffects,
  ...scheduleEffects,
  ...processEffects,
  ...uploadEffects,
  effect("pointNewest", pointNewest(word("pathlink"), `/x/${word("to")}`), (s) => [
    ({ model }) => void model.files.set(v(s, "pathlink"), v(s, "to")),
  ]),
  effect("writeFile", writeFile(word("path"), `${word("text")}\n`, { mode: anyMode }), (s) => [
    ({ model }) => void model.files.set(v(s, "path"), `${v(s, "text")}\n`),
  ]),
  effect("writeFile (empty)", writeFile(word("path"), "", { mode: anyMode }), (s) => [
    ({ model }) => void model.files.set(v(s, "path"), ""),
  ]),
  effect("makeDirectory", makeDirectory(word("path"), anyMode), () => []),
  effect(
    "make our directories",
    raw(writeJailFiles({ name: "x", path: "/x", ip4: "x" }).text.split("\n{ ")[0] ?? ""),
    () => [],
  ),
  effect(
    "host.json unchanged",
    sh`now=$(cat ${hostFile} 2>/dev/null)
[ "$now" = ${word("before")} ] || exit 75`,
    (s) => [
      (
        { model },
      ) => ((model.files.get(hostFile) ?? "").trimEnd() === v(s, "before") ? undefined : { status: 75 }),
    ],
  ),
  effect(
    "host.json written",
    sh`[ "$(cat ${hostFile})" = ${
      word("after")
    } ] || { echo ${`${hostFile} could not be written`} >&2; exit 1; }`,
    () => [],
  ),
  effect("stopApp", stopApp(jail), (s) => [({ model }) => {
    const tree = model.trees.get(v(s, "path"));
    if (tree) tree.enabled = false;
  }, ({ model, illness }) => {
    const running = model.jails.get(v(s, "jail"));
    const stubborn = illness(running?.app ?? "") === "stubborn";
    delete running?.app;
    return stubborn ? { out: "killed after 30 s\n" } : undefined;
  }]),
  effect("stopJail", stopJail(jail), (s) => [({ model }) => {
    delete model.jails.get(v(s, "jail"))?.app;
  }, ({ model }) => {
    model.jails.delete(v(s, "jail"));
    unmount(model, v(s, "path"));
    model.odd.addresses.delete(v(s, "ip"));
  }]),
  effect(
    "deleteTree",
    deleteTree({ name: word("jail"), mark: word("ours"), path: word("path") }),
    (s) => [({ model }) => {
      if (model.jails.has(v(s, "jail"))) return failed(`Jail ${v(s, "jail")} runs`);
      const tree = model.trees.get(v(s, "path"));
      if (tree && tree.mark !== v(s, "ours")) return failed(`${v(s, "path")} has no mark of ours`);
      model.trees.delete(v(s, "path"));
    }],
  ),
  effect("removeJailFiles", removeJailFiles(word("jail")), (s) => [({ model }) => {
    model.files.delete(jailFile(v(s, "jail")));
  }]),
  ...[{ thin: false }, { thin: true }].map((kind) =>
    effect("copyTemplate", copyTemplate(from, to, kind), (s) => {
      const beside = `/jails/.${v(s, "jail")}.new`;
      return [
        ({ model }) => (model.trees.has(`/jails/${v(s, "jail")}`) ? failed("is there already") : undefined),
        ({ model }) => void model.trees.set(beside, { mark: v(s, "jail") }),
        ({ model }) => {
          model.trees.delete(beside);
          model.trees.set(`/jails/${v(s, "jail")}`, { mark: v(s, "jail") });
        },
      ];
    })
  ),
  ...[[], installed.slice(0, 1), installed].map((some) =>
    effect("installApp", installApp({ ...spec, jail: { ...jail, mounts: some } }), (s) => [({ model }) => {
      const tree = model.trees.get(v(s, "path"));
      const dir = `/var/db/alcaide/apps/${v(s, "app")}/releases/${v(s, "release")}`;
      if (!tree || !model.files.has(`${dir}/artifact`)) return failed("There is no artifact to install");
      if (!model.files.has(`${dir}/env`)) return failed("There is no environment to install");
    }, ({ model }) => {
      const tree = model.trees.get(v(s, "path"));
      const env = model.files.get(`/var/db/alcaide/apps/${v(s, "app")}/releases/${v(s, "release")}/env`);
      const port = /^PORT='(\d+)'$/m.exec(env ?? "")?.[1];
      if (tree) Object.assign(tree, { release: v(s, "release"), enabled: false, port });
    }])
  ),
  ...[[], mounts.slice(0, 1), mounts].map((some) =>
    effect(
      "startJail",
      startJailCommand({ ...jail, mounts: some }),
      (s) => [({ model }) =>
        startJail(model, v(s, "jail"), v(s, "path")) ? undefined : failed("jail: no such jail")],
    )
  ),
  effect("setEnabled", setEnabled(word("path"), false), (s) => [({ model }) => {
    const tree = model.trees.get(v(s, "path"));
    if (tree) tree.enabled = false;
  }]),
  effect("startApp", startApp({ jail }), (s) => [({ model }) => {
    const tree = model.trees.get(v(s, "path"));
    if (tree) tree.enabled = true;
  }, ({ model }) => {
    const running = model.jails.get(v(s, "jail"));
    const release = model.trees.get(v(s, "path"))?.release;
    if (!running || release === undefined) return failed("The supervisor of the app did not start");
    running.app = release;
  }]),
  ...(["http", "https"] as const).map((proto) =>
    effect(
      "checkApp",
      inShell(checkApp(spec, { ...check, proto })),
      (s) => [({ model, illness }) => {
        const running = model.jails.get(v(s, "jail"));
        const said = running?.app === v(s, "release") ? illness(v(s, "release")) : "no answer";
        const redirect = proto === "http" ? "301 to https" : undefined;
        const ill = said === "redirect" ? redirect : said;
        if (ill === undefined) return { out: "probe 1 200\nwell\n" };
        return { status: 1, out: `probe 1 ${ill}\n# log\nlast words\n# processes\n# sockets\n# answer\n` };
      }],
    )
  ),
  effect("waitForListener", waitForListener(jail, anyNumber, anyNumber * 1000), () => []),
  ...watchEffects,
  effect("next part:", printMark(word("part")), (s) => [() => {
    const line = `${mark(v(s, "part"))}\n`;
    return { out: line, err: line };
  }]),
  // A part that fails ends the whole.
  ...[inShell, script].flatMap((join) => join(raw("@cut@")).text.split("@cut@")).map((row) =>
    effect("part", raw(row.trim()), () => [])
  ),
  effect("nothing", sh`:`, () => []),
  ...[0, 1].map((less) => {
    const limits = { requests: anyNumber * 1000, sockets: anyNumber * 1000 - less };
    return effect("drainApp", drainApp(jail, anyNumber, limits), () => [() => ({ out: "left 0 0\n" })]);
  }),
  effect("dropFailed", dropFailed(word("app"), word("release")), (s) => [({ model }) => {
    for (const name of ["artifact", "artifact.part", "artifact.sent", "chunks", "env"]) {
      model.files.delete(`/var/db/alcaide/apps/${v(s, "app")}/releases/${v(s, "release")}/${name}`);
    }
  }]),
  ...[1, 2, 3, 4].map((count) => {
    const names = Array.from({ length: count }, (_, index) => `release${index + 1}`);
    return effect("dropReleases", dropReleases(word("app"), names.map(word)), (s) => [({ model }) => {
      const dirs = names.map((name) => `/var/db/alcaide/apps/${v(s, "app")}/releases/${v(s, name)}/`);
      for (const path of model.files.keys()) {
        if (dirs.some((dir) => path.startsWith(dir))) model.files.delete(path);
      }
    }]);
  }),
  effect("migrateApp", migrateApp(spec, raw("@linecommand@"), anyNumber), runInJail),
  effect("asApp", whileFence(spec.app, anyNumber, asApp(spec, raw("@linecommand@"))), runInJail),
  effect("asApp", asApp(spec, raw("@linecommand@")), runInJail),
];

/** A user's own command. */
function runInJail(s: Values): Micro[] {
  return [
    ({ model }) =>
      model.jails.has(v(s, "jail"))
        ? { out: `ran ${v(s, "linecommand")}\n` }
        : failed("jexec: jail not found"),
  ];
}
