/**
 * install: puts the release into its jail and starts the jail.
 *
 * @module
 */

import { installApp, makeLogDirectory, writeJailEnv } from "../../commands/app/app.ts";
import { startJail, writeJailFiles } from "../../commands/jail/jail.ts";
import { writeNames } from "../../commands/jail/names.ts";
import { script } from "../../core/script.ts";
import { type DeployStep, type DeployView, scriptStep } from "../step.ts";

/** Installs the release; a jail that holds it already is only started. */
export const install: DeployStep = scriptStep({
  title: "Install the release",
  script: (view) => {
    const { ctx, server } = view;
    const onLine = (line: string) => {
      const [, directory, owner] = /^volume (\S+) (\d+)$/.exec(line) ?? [];
      if (directory !== undefined) warnOfOwner(view, { directory, owner });
      else if (ctx.ui.verbose) ctx.ui.line(server.name, line);
    };
    return [{ script: script(...parts(view), startJail(view.target.app.jail)), onLine }];
  },
});

function parts({ plan, target: { app, present } }: DeployView) {
  // A release that is there already may be older than an accessory.
  if (present) return app.hosts?.length ? [writeNames(app.jail, app.hosts)] : [];
  return [
    makeLogDirectory(app.app),
    installApp(app),
    ...plan.env ? [writeJailEnv(app.jail, plan.env)] : [],
    writeJailFiles(app.jail),
  ];
}

/** A directory that was there before is not given away: somebody may have a reason, or others use it. */
function warnOfOwner(
  { ctx, server, target: { app: { uid } } }: DeployView,
  { directory, owner }: { directory: string; owner: string | undefined },
): void {
  ctx.ui.warn(
    `${server.name}: the volume ${directory} belongs to user id ${owner}, and the app runs as ${uid}: it can't write there`,
    `If it must write there, run on the server: chown -R ${uid}:${uid} ${directory}`,
  );
}
