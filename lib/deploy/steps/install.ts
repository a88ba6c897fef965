// install: puts the release into its jail and starts the jail.

import { appHome, installApp, makeLogDirectory, writeJailEnv } from "../../commands/app/app.ts";
import { installAssets } from "../../commands/assets.ts";
import { enableProcesses, installProcesses } from "../../commands/app/processes.ts";
import { startJail, writeJailFiles } from "../../commands/jail/jail.ts";
import { writeNames } from "../../commands/jail/names.ts";
import { installReopening } from "../../commands/server/rotation.ts";
import { script } from "../../core/script.ts";
import { scriptStep } from "../join_scripts.ts";
import { type DeployStep, shownBy, type StepView } from "../step.ts";

/** Installs the release; a jail that holds it already is only started. */
export const install: DeployStep = scriptStep({
  title: "Install the release",
  script: (view: StepView) => {
    const { ctx, server } = view;
    const onLine = (line: string) => {
      const [, directory, owner] = /^volume (\S+) (\d+)$/.exec(line) ?? [];
      if (directory !== undefined) warnOfOwner(view, { directory, owner });
      else shownBy(ctx, server)(line);
    };
    return [{ script: script(...parts(view), startJail(view.jail)), onLine }];
  },
});

function parts({ env, app, jail, present }: StepView) {
  const { processes = [], release } = app;
  const others = processes.length > 0;
  const assets = app.assets === undefined
    ? []
    : [installAssets({ app: app.app, release, root: jail.path, home: appHome }, app.assets)];
  if (present) {
    return [
      // A release that is there already may be older than an accessory.
      ...app.hosts?.length ? [writeNames(jail, app.hosts)] : [],
      // A rollback that was cut off left them enabled, and the jail's start would be too early for them.
      ...others ? [enableProcesses(jail, [])] : [],
      ...assets,
    ];
  }
  return [
    makeLogDirectory(app.app),
    installApp(app),
    ...assets,
    ...others ? [installProcesses(jail, release, processes), installReopening()] : [],
    ...env ? [writeJailEnv(jail, env)] : [],
    writeJailFiles(jail),
  ];
}

/** A directory that was there before is not given away: somebody may have a reason, or others use it. */
function warnOfOwner(
  { ctx, server, app: { uid } }: StepView,
  { directory, owner }: { directory: string; owner: string | undefined },
): void {
  ctx.ui.warn(
    `${server.name}: the volume ${directory} belongs to user id ${owner}, and the app runs as ${uid}: it can't write there`,
    `If it must write there, run on the server: chown -R ${uid}:${uid} ${directory}`,
  );
}
