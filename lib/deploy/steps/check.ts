// check: waits until the app answers well at its own address, and writes that down.

import { servicesOf, watchServices } from "../../commands/app/processes.ts";
import { checkApp } from "../../commands/app/check.ts";
import { writeRelease } from "../../commands/journal.ts";
import { mainName } from "../../commands/caddy/site.ts";
import { inShell, script } from "../../core/script.ts";
import { sh } from "../../core/sh.ts";
import { explainCheck } from "../../hints/check.ts";
import { explainDown } from "../../hints/processes.ts";
import { recordOf } from "../record.ts";
import { type AppProcess, hasWeb } from "../../core/process.ts";
import { scriptStep } from "../join_scripts.ts";
import { type DeployStep, type Part, shownBy, type StepView } from "../step.ts";

/** Asks the release itself whether it is well. */
export const check: DeployStep = scriptStep({ title: "Check the app", script: ask });

async function ask(view: StepView): Promise<Part[]> {
  const { ctx, plan, server, app, linked } = view;
  const { config: { health, domains, tls, proxy } } = plan;
  const looks: string[] = [];
  const look = checkApp(app, {
    ...health,
    host: mainName(domains) ?? server.target.host,
    // As visitors come: a balancer that Caddy trusts ends TLS for them.
    proto: tls.kind === "off" && proxy.trustedProxies.length === 0 ? "http" : "https",
  });
  // A good release keeps its record until it is live again, but for the one that it comes after: a rollback goes there as
  // soon as it has the traffic.
  const ready = plan.kind === "deploy"
    ? writeRelease(await recordOf(view, "ready"))
    : linked
    ? writeRelease(linked)
    : sh`:`;
  const before = (app.processes ?? []).filter(({ startBefore }) => startBefore);
  const steady = before.length === 0 ? [] : [steadyPart(view, before)];
  if (!hasWeb(app)) return [...steady, { script: ready }];
  return [...steady, {
    script: script(inShell(look), ready),
    timeout: health.timeout + 60_000,
    onLine: (line) => {
      looks.push(line);
      shownBy(ctx, server)(line);
    },
    explain: (exit) => explainCheck(server.name, looks.join("\n"), exit, app, plan.config),
  }];
}

/** Processes that start before the switch have to stay up. */
function steadyPart({ server, app, jail, release }: StepView, before: readonly AppProcess[]): Part {
  const services = before.flatMap(servicesOf);
  return {
    script: watchServices(jail, { app: app.app, release }, services, { strict: true }),
    looks: true,
    explain: (exit) => explainDown(server.name, exit),
  };
}
