// Commands of `alcaide run --detach`: begun in the live jail, listed, read. They end with their jail and go with their release.

import { script } from "../../core/script.ts";
import { type Command, type Script, sh } from "../../core/sh.ts";
import { askBoot, beginWork, type Heard, openWork, readWork } from "../detached.ts";
import { appDir, runDir } from "../paths.ts";
import { type AppSpec, asApp } from "./app.ts";

/** A command of a release that needs no connection. */
export interface RunSpec extends Pick<AppSpec, "app" | "release" | "jail"> {
  readonly id: string;
  readonly command: Command;
}

/** Begins a command as the app's user with the release's environment. */
export function beginRun(spec: RunSpec): Script {
  const dir = runDir(spec.app, spec.release, spec.id);
  return script(
    beginWork(dir, asApp(spec, spec.command)),
    sh`printf '%s\n' ${JSON.stringify(spec.command.shown)} >${`${dir}/command`}`,
  );
}

/** Prints what a command has printed and prints, until it ends, and ends with its status. */
export function readRun(dir: string, heard: Heard): Script {
  const gone = sh`echo 'It was ended from outside, as by a reboot' >&2
exit 1`;
  return script(openWork(dir), readWork(dir, heard, gone), sh`exit "$status"`);
}

/** Prints the commands of all releases of an app: `RELEASE ID BEGAN STATE COMMAND`. The state is a status, `runs` or `gone`. */
export function listRuns(app: string): Command {
  return sh`${askBoot}
cd ${`${appDir(app)}/releases`} 2>/dev/null && for d in */runs/*; do
  [ -f "$d/command" ] || continue
  state=gone
  [ "$boot" -gt "$(stat -f %m "$d/pid")" ] || ! kill -0 "$(cat "$d/pid")" 2>/dev/null || state=runs
  [ ! -e "$d/status" ] || state=$(cat "$d/status")
  printf '%s %s %s %s %s\n' "\${d%%/*}" "\${d##*/}" "$(stat -f %m "$d/command")" "$state" "$(cat "$d/command")"
done; :`;
}
