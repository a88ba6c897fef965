// `alcaide dashboard`: a page on this machine, for everything that is live.

import { type Task, task } from "../lib/task/task.ts";
import { abort } from "./abort.ts";
import { accessory } from "./accessory.ts";
import { cutover } from "./cutover.ts";
import { deploy } from "./deploy.ts";
import { history } from "./history.ts";
import { logs } from "./logs.ts";
import { promote } from "./promote.ts";
import { releases } from "./releases.ts";
import { restart } from "./restart.ts";
import { rollback } from "./rollback.ts";
import { status } from "./status.ts";

/** With `--json`: nothing; the page's address is an event. */
export type Json = null;

/** Serves a page on which the app is seen and deployed. */
export const dashboard: Task = task({
  description: "Serve a page on this machine: what is live, logs, deploys with their steps",
  group: "Look and run",
  args: [],
  options: {
    port: { type: "number", description: "The port to listen on; without it a free one" },
    open: { type: "boolean", description: "Open the page in the browser" },
    "read-only": { type: "boolean", description: "Let nobody change anything" },
    all: { type: "string", description: "A directory of projects, to show all of them" },
    bind: { type: "string", description: "The address to listen on", default: "127.0.0.1" },
    users: { type: "string", description: "A file of users, NAME:HASH:ROLE a line; others than you need it" },
    cert: { type: "string", description: "A certificate for TLS, in PEM" },
    key: { type: "string", description: "Its key, in PEM" },
    "behind-proxy": { type: "string", description: "The name under which a proxy serves it by TLS" },
  },
  configless: true,
  examples: ["alcaide dashboard --open", "alcaide dashboard --all ~/projects --read-only"],
  run: async (ctx) => {
    // Loaded only here: other commands start without it.
    const { serveDashboard } = await import("../lib/dashboard/serve.ts");
    const tasks = {
      abort,
      accessory,
      cutover,
      deploy,
      history,
      logs,
      promote,
      releases,
      restart,
      rollback,
      status,
    };
    return await serveDashboard(ctx, tasks, ctx.options);
  },
});
