// drain: lets the old release finish what it has begun to answer.

import { hasWeb } from "../../core/process.ts";
import { drainApp } from "../../commands/caddy/drain.ts";
import { list, plural } from "../../core/text.ts";
import { scriptStep } from "../join_scripts.ts";
import type { Config } from "../../config/field/types.ts";
import type { Previous } from "../plan/plan.ts";
import type { DeployStep, Part, StepView } from "../step.ts";

/** Waits until the old release has no connections any more, or the limits are over. */
export const drain: DeployStep = scriptStep({
  title: "Let the old release finish its requests",
  script: (view: StepView) =>
    view.previous && hasWeb(view.previous.declared) ? [draining(view, view.previous)] : [],
});

/** A part that waits for the connections of a jail, and says what is left. */
function draining(
  { ctx: { ui }, plan, server: { name } }: StepView,
  { jail, port }: Previous,
): Part {
  const { drain: limits } = plan.config;
  const { requests, sockets } = limits;
  const onLine = (line: string) => {
    const [, state, open = 0, streams = 0] = /^(draining|left) (\d+) (\d+)$/.exec(line) ?? [];
    const [connections, long] = [Number(open), Number(streams)];
    if (state === "draining") ui.line(name, `${said(connections, long)} to the old release still open`);
    if (state !== "left") return;
    if (connections > 0) {
      ui.warn(`${name}: ${said(connections, 0)} to the old release still open after ${requests / 1000} s`);
    }
    if (long > 0) ui.info(`${name}: ${said(0, long)} to the old release cut after ${sockets / 1000} s`);
  };
  return { script: drainApp(jail, port, limits), looks: true, timeout: drainLimit(limits), onLine };
}

/** Milliseconds that a script may take that drains. */
export function drainLimit({ requests, sockets }: Config["drain"]): number {
  return Math.max(requests, sockets) + 60_000;
}

function said(connections: number, sockets: number): string {
  return list([
    ...connections > 0 ? [plural(connections, "connection")] : [],
    ...sockets > 0 ? [plural(sockets, "socket")] : [],
  ]);
}
