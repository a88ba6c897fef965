/**
 * A dashboard of tasks that only say something, and requests as a browser sends them.
 *
 * @module
 */

import type { UserConfig } from "../../../lib/config/field/types.ts";
import type { Release } from "../../../lib/core/release.ts";
import type { Access } from "../../../lib/dashboard/access.ts";
import { dashboard } from "../../../lib/dashboard/app.ts";
import { type App, Board } from "../../../lib/dashboard/board.ts";
import { openProject, type Project } from "../../../lib/dashboard/project.ts";
import type { DashboardTasks } from "../../../lib/dashboard/serve.ts";
import { type ServerStatus, statusOf } from "../../../lib/running/status.ts";
import { type Task, task } from "../../../lib/task/task.ts";
import { fakeLocal } from "../../fake/context.ts";
import { config, deployed, facts, release } from "../../fake/facts.ts";

/** Tasks by name; those that are not given do nothing. */
export type SomeTasks = Partial<DashboardTasks>;

const live = release("6-a", { state: "live", liveAt: "2026-01-02T03:00:00.000Z" });

/** The status of a server that serves a release. */
export function served(changes: Partial<ServerStatus> = {}): ServerStatus {
  return { ...statusOf(config(), "web", { ...deployed("6-a", "blue"), journal: [live] }, "200"), ...changes };
}

/** The status of a server on which nothing is live. */
export const empty: ServerStatus = statusOf(config(), "web", facts(), "no answer");

/** A task that gives a value. */
export function gives(value: unknown): Task {
  return task({
    description: "Give a value",
    options: {
      lines: { type: "number", description: "How many" },
      plan: { type: "boolean", description: "Only ask" },
      drop: { type: "boolean", description: "Take it back" },
    },
    run: (ctx) => Promise.resolve(ctx.ui.result(value, "")),
  });
}

/** Tasks of which only those that look do something. */
export function tasksWith(some: SomeTasks = {}, releases: readonly Release[] = [live]): DashboardTasks {
  const nothing = gives(null);
  return {
    ...{
      abort: nothing,
      accessory: nothing,
      cutover: nothing,
      deploy: nothing,
      logs: nothing,
      promote: nothing,
      restart: nothing,
      rollback: nothing,
    },
    releases: gives([{ server: "web", live: "6-a", releases }]),
    history: gives({ app: "shop", entries: [], unreachable: [], unreadable: {} }),
    status: gives([served()]),
    ...some,
  };
}

/** A dashboard to ask. */
export interface Opened extends AsyncDisposable {
  readonly board: Board;
  readonly app: App;
  readonly directory: string;
  /** Asks for a path below the token. */
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  /** Sends a form, as the page's script does. */
  post(path: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
  /** Ends all that runs, as a signal does. */
  end(reason: unknown): void;
  /** Asks for any path. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

export const host = "127.0.0.1:4000";
export const token = "the-token";
const mine = { host, origin: `http://${host}`, "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors" };

/** Opens a dashboard for one project. */
export async function open(
  { tasks = tasksWith(), user, own, ...access }: {
    tasks?: DashboardTasks;
    user?: UserConfig;
    own?: Project["tasks"];
  } & Partial<Access> = {},
): Promise<Opened> {
  const directory = await Deno.makeTempDir();
  const project = await openAt(directory, user, own);
  const controller = new AbortController();
  const board = new Board({ projects: [project], tasks, signal: controller.signal });
  const rules: Access = {
    ...{ token, hosts: new Set([host]), origins: new Set([`http://${host}`]), readOnly: false },
    ...access,
  };
  const { request } = dashboard({ board, access: rules, tasks, nobody: { name: "you", role: "deploy" } });
  const ask = async (path: string, init?: RequestInit) => await request(path, init);
  const [app] = board.apps;
  if (app === undefined) throw new Error("Cannot happen: it has a project");
  return {
    ...{ board, app, directory },
    fetch: ask,
    end: (reason) => controller.abort(reason),
    get: (path, headers) => ask(`/${token}/${path}`, { headers: { host, ...headers } }),
    post: (path, fields, headers) =>
      ask(`/${token}/${path}`, {
        method: "POST",
        headers: { ...mine, ...headers },
        body: new URLSearchParams(fields),
      }),
    [Symbol.asyncDispose]: async () => {
      controller.abort();
      await board[Symbol.asyncDispose]();
      await Deno.remove(directory, { recursive: true });
    },
  };
}

/** Opens the project in a directory. */
export async function openAt(
  directory: string,
  user?: UserConfig,
  tasks: Project["tasks"] = {},
): Promise<Project> {
  const written: UserConfig = {
    app: "shop",
    server: "root@203.0.113.7",
    build: { prebuilt: "dist" },
    ...user,
  };
  const file = { path: `${directory}/Alcaidefile.ts`, config: () => Promise.resolve(written), tasks };
  return await openProject((app) => app, file, { local: fakeLocal() });
}

/** The id of the plan in an answer. */
export function askedIn(text: string): string {
  return /name="asked" value="([^"]+)"/.exec(text)?.[1] ?? "";
}

const steps = [{ title: "Create the jail" }, { title: "Migrate", reason: "it has a migration" }];

/** A task with a plan that tells what it was given, and does what it is told. */
export function planned(
  run: (ctx: Parameters<Task>[0]) => Promise<void>,
  dropped: readonly string[] = [],
): Task {
  return task({
    description: "Deploy a new release",
    args: [{ name: "release", description: "Its id", optional: true }],
    options: {
      plan: { type: "boolean", description: "Print the plan" },
      dirty: { type: "boolean", description: "Include changes" },
    },
    run: async (ctx) => {
      const plan = { server: "web", release: ctx.args[0] ?? "7-b", previous: "6-a", steps, dropped };
      if (ctx.options.plan) return ctx.ui.result([plan], "");
      await run(ctx);
    },
  });
}
