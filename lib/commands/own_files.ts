// Files of ours in directories of ours, where somebody else may have put others.

import { script } from "../core/script.ts";
import { type Command, raw, sh } from "../core/sh.ts";
import { appDir, blueLink, liveDir, logDir, setupWork, tlsDir } from "./paths.ts";

/** Files of ours in a directory: the shell's patterns of their names. */
export interface OwnFiles {
  readonly directory: string;
  /** Files. */
  readonly files: string;
  /** Directories, with all that is in them. */
  readonly trees?: string;
}

/** Certificates of an app. */
export function ownCertificates(app: string): OwnFiles {
  return { directory: tlsDir(app), files: "*.crt* *.key*" };
}

/** Markers of an app and of its canary, and the page that stands in for it. */
export function ownMarkers(app: string): OwnFiles {
  return {
    directory: liveDir(app),
    files: `blue-* green-* canary-* ${blueLink} ${blueLink}.new maintenance.html*`,
  };
}

/** Logs of an app's releases. */
export function ownLogs(app: string): OwnFiles {
  return { directory: `${logDir}/${app}`, files: "[0-9]*-*.log*" };
}

/** State of an app: its releases and builds, then its lock. */
export function ownState(app: string): OwnFiles[] {
  const directory = appDir(app);
  return [
    { directory: `${directory}/releases`, files: "", trees: "[0-9]*-*" },
    { directory, files: "fence* lock* script.lock", trees: "build builds schedules work" },
  ];
}

/** Removes files of ours, and their directory once it is empty. Other files stay. */
export function removeOwn({ directory, files, trees }: OwnFiles): Command {
  const tasks = [
    ...files === "" ? [] : [sh`rm -f ${raw(files)}`],
    ...trees === undefined ? [] : [sh`rm -rfx ${raw(trees)}`],
  ];
  return sh`if [ -d ${directory} ] && [ ! -L ${directory} ]; then
( ${script(sh`cd ${directory}`, ...tasks)}
) || exit 1
  rmdir ${directory} 2>/dev/null; :
fi`;
}

/** Prints files of ours as `own PATH`, and all that lies there as `all PATH`. An empty directory is ours. */
export function listOwn({ directory, files, trees = "" }: OwnFiles): Command {
  return sh`if cd ${directory} 2>/dev/null; then
  for f in ${
    raw(`${files} ${trees}`.trim())
  }; do { [ ! -e "$f" ] && [ ! -L "$f" ]; } || echo own ${directory}/"$f"; done
  for f in $(ls -A); do echo all ${directory}/"$f"; done
  [ -n "$(ls -A)" ] || echo own ${directory}
fi`;
}

/** Removes what detached work of setups left whose client died, once nobody comes back for it. */
export function dropSetupWork(): Command {
  return sh`for old in ${setupWork}/*; do
  [ -d "$old" ] && ! kill -0 "$(cat "$old/pid")" && [ $(( $(date +%s) - $(stat -f %m "$old") )) -gt 1800 ] && rm -rfx "$old"
done 2>/dev/null; :`;
}
