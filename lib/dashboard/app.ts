// The addresses of a dashboard.

import type { Context, ErrorHandler } from "hono";
import { Hono } from "hono/tiny";
import { streamSSE } from "hono/streaming";
import { AlcaideError } from "../core/error.ts";
import {
  type Access,
  canDeploy,
  type Env,
  headers,
  known,
  mayDeploy,
  noToken,
  sameSite,
  withToken,
} from "./access.ts";
import { type Action, howOf } from "./actions.ts";
import { askedView, askView } from "./ask_view.ts";
import type { App, Board } from "./board.ts";
import { client } from "./client.js";
import { faultOf } from "./fault.ts";
import { faultView } from "./fault_view.ts";
import type { Html } from "./html.ts";
import { follow, logSources, type LogTasks } from "./logs.ts";
import { page, parts, partView, type Viewer } from "./page.ts";
import { icon, style } from "./style.ts";
import { BusyError, type User } from "./users.ts";

/** The inputs of the addresses. */
export interface AppParts {
  readonly board: Board;
  readonly access: Access;
  readonly tasks: LogTasks;
  /** The user where nobody says a name. */
  readonly nobody: User;
}

/** Milliseconds between two messages to a page. */
const moment = 50;

/** Milliseconds between two signs of life. */
const beat = 20_000;

/** Makes what answers requests. */
export function dashboard(parts: AppParts): Hono<Env> {
  const { access, nobody } = parts;
  const app = new Hono<Env>();
  app.onError(failure);
  app.use(headers, sameSite(access));
  app.use("/:token/*", withToken(access), known(access, nobody));
  // Users come by the name alone: they are known by their passwords.
  app.get("/", known(access, nobody), (c) => access.verify ? c.redirect(`/${access.token}/`) : noToken(c));
  look(app, parts);
  act(app, parts);
  return app;
}

/** Pages for everybody. */
function look(app: Hono<Env>, { board, access, tasks }: AppParts): void {
  const viewer = (c: Context<Env>): Viewer => {
    const user = c.get("user");
    return { user, deploys: canDeploy(access.readOnly, user), readOnly: access.readOnly };
  };
  const file = (type: string, text: string) => (c: Context<Env>) =>
    c.body(text, 200, { "Content-Type": `${type}; charset=utf-8` });
  app.get("/:token/", async (c) => {
    // The addresses in the page begin behind the slash.
    if (!c.req.path.endsWith("/")) return c.redirect(`/${access.token}/`);
    return c.html(await page(board, viewer(c)));
  });
  app.get("/:token/style.css", file("text/css", style));
  app.get("/:token/icon.svg", file("image/svg+xml", icon));
  app.get("/:token/client.js", file("text/javascript", `(${client})();`));
  app.get("/:token/events", (c) => events(c, board, viewer(c)));
  app.get("/:token/logs", (c) => logs(c, board, tasks));
}

/** Requests of those who deploy. */
function act(app: Hono<Env>, { board, access }: AppParts): void {
  app.use("/:token/:word{ask|run|stop}", mayDeploy(access));
  app.get("/:token/ask", (c) =>
    answer(c, () => {
      const { app, action, name } = chosen(board, c.req.query());
      return askView(app, name, action);
    }));
  app.post("/:token/ask", (c) =>
    answer(c, async () => {
      const given = await fields(c);
      const { app, action } = chosen(board, given);
      return askedView(await board.ask(app, action, howOf(action, given)));
    }));
  app.post("/:token/run", (c) =>
    answer(c, async () => {
      const { name } = c.get("user");
      board.begin((await fields(c))["asked"] ?? "", name, access.verify && name);
    }));
  app.post(
    "/:token/stop",
    (c) => answer(c, async () => board.stop(found(board, (await fields(c))["app"]), c.get("user").name)),
  );
}

/** Answers with a piece of the page. */
async function answer(c: Context<Env>, make: () => Html | void | Promise<Html | void>): Promise<Response> {
  const piece = await make();
  return piece === undefined ? c.body(null, 204) : c.html(piece as string);
}

/** A failure is a piece of the page, too. */
const failure: ErrorHandler<Env> = async (error, c) => {
  if ("getResponse" in error) return error.getResponse();
  return c.html(await faultView(faultOf(error)), error instanceof BusyError ? 429 : 409);
};

async function fields(c: Context<Env>): Promise<Record<string, string>> {
  const given = await c.req.parseBody();
  return Object.fromEntries(
    Object.entries(given).filter((one): one is [string, string] => typeof one[1] === "string"),
  );
}

function found({ apps }: Board, key: string | undefined): App {
  const app = apps.find((one) => one.key === key);
  if (app === undefined) throw new AlcaideError(`Cannot find the app "${key}" on this dashboard`);
  return app;
}

function chosen(board: Board, given: Record<string, string>): { app: App; name: string; action: Action } {
  const name = given["action"] ?? "";
  const app = found(board, given["app"]);
  const action = Object.hasOwn(app.actions, name) ? app.actions[name] : undefined;
  if (action === undefined) throw new AlcaideError(`Cannot find the action "${name}" on this dashboard`);
  return { app, name, action };
}

/** Sends the parts of all apps, then each one when it has changed. */
function events(c: Context<Env>, board: Board, viewer: Viewer): Response {
  return streamSSE(c, async (stream) => {
    const changed = new Map(board.apps.map((app) => [app, new Set(parts)]));
    let wake = Promise.withResolvers<void>();
    using _watching = board.watch((app, about) => {
      for (const part of about) changed.get(app)?.add(part);
      wake.resolve();
    });
    stream.onAbort(() => wake.resolve());
    while (!stream.aborted) {
      for (const [app, own] of changed) {
        for (const part of own) {
          own.delete(part);
          const text = String(await partView(viewer, app, part));
          await stream.writeSSE({ event: "part", data: JSON.stringify({ id: `${app.key}-${part}`, text }) });
        }
      }
      // Changes of one moment are shown at once.
      await stream.sleep(moment);
      const timer = setTimeout(() => wake.resolve(), beat);
      await wake.promise;
      clearTimeout(timer);
      wake = Promise.withResolvers();
      // A reader that has gone is noticed by writing.
      await stream.write(":\n\n");
    }
  });
}

function logs(c: Context<Env>, board: Board, tasks: LogTasks): Response {
  const { app: key, of = "" } = c.req.query();
  const { project } = found(board, key);
  const sources = logSources(project.config);
  const source = Object.hasOwn(sources, of) ? sources[of] : undefined;
  return streamSSE(c, async (stream) => {
    const left = new AbortController();
    stream.onAbort(() => left.abort());
    if (source) {
      for await (const text of follow(project, tasks, source, left.signal)) {
        await stream.writeSSE({ event: "text", data: JSON.stringify(text) });
        // Lines of one moment go together.
        await stream.sleep(moment);
      }
    }
    await stream.writeSSE({ event: "end", data: "" });
  });
}
