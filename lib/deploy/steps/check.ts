// check: waits until the app answers well at its own address, and writes that down.

import { checkApp } from "../../commands/app/check.ts";
import { writeRelease } from "../../commands/journal.ts";
import { mainName } from "../../commands/caddy/site.ts";
import { inShell, script } from "../../core/script.ts";
import { sh } from "../../core/sh.ts";
import { explainCheck } from "../../hints/check.ts";
import { recordOf } from "../record.ts";
import type { Remote } from "../../remote/remote.ts";
import type { Context } from "../../task/context.ts";
import { scriptStep } from "../join_scripts.ts";
import { type DeployStep, type Part, shownBy, type StepView } from "../step.ts";

/** Asks the release itself whether it is well. */
export const check: DeployStep = scriptStep({ title: "Check the app", script: ask });

async function ask(view: StepView): Promise<Part[]> {
  const { ctx, plan, server, app, linked } = view;
  const { config: { health, domains, tls } } = plan;
  const looks: string[] = [];
  const look = checkApp(app, {
    ...health,
    host: mainName(domains) ?? server.target.host,
    proto: tls.kind === "off" ? "http" : "https",
  });
  // A good release keeps its record until it is live again, but for the one that it comes after: a rollback goes there as
  // soon as it has the traffic.
  const ready = plan.kind === "deploy"
    ? writeRelease(await recordOf(view, "ready"))
    : linked
    ? writeRelease(linked)
    : sh`:`;
  return [{
    script: script(inShell(look), ready),
    timeout: health.timeout + 60_000,
    onLine: (line) => {
      looks.push(line);
      const [, to] = /^redirect (.*)$/.exec(line) ?? [];
      if (to !== undefined) warnOfRedirect(ctx, server, to);
      shownBy(ctx, server)(line);
    },
    explain: (exit) => explainCheck(server.name, looks.join("\n"), exit, app, plan.config),
  }];
}

/** An app that insists on HTTPS, where nobody ends TLS that it believes: often there is a balancer in front. */
function warnOfRedirect(ctx: Context, server: Remote, to: string): void {
  ctx.ui.warn(
    `${server.name}: the app only redirects to ${to}, the same address over HTTPS: visitors may never get further`,
    'With tls: "off" the app is told that requests came over HTTP. Let Caddy have the certificate (leave tls out), or don\'t let the app ' +
      "redirect (in Phoenix: force_ssl) where a balancer in front of the server ends TLS, but let that one do it",
  );
}
