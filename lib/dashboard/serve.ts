// Serves a dashboard until it is ended.

import { join } from "node:path";
import { AlcaideError, messageOf } from "../core/error.ts";
import { sh } from "../core/sh.ts";
import { scratch } from "../remote/local_file.ts";
import type { Context } from "../task/context.ts";
import type { ActionTasks } from "./actions.ts";
import { dashboard } from "./app.ts";
import { Board } from "./board.ts";
import { accessOf, addressOf, type ListenOptions, type Rules, rulesOf } from "./listening.ts";
import type { LogTasks } from "./logs.ts";
import type { LookTasks } from "./look.ts";
import { openAll } from "./open.ts";

/** The tasks that a dashboard runs. */
export type DashboardTasks = ActionTasks & LogTasks & LookTasks;

/** The options of a dashboard. */
export interface DashboardOptions extends ListenOptions {
  /** True to open the page in the browser. */
  readonly open: boolean;
  /** A directory of projects, in place of the one here. */
  readonly all: string | undefined;
}

/** Serves the page until the signal comes; what runs then is undone, or ends. */
export async function serveDashboard(
  ctx: Context,
  tasks: DashboardTasks,
  options: DashboardOptions,
): Promise<number> {
  const { signal, ui } = ctx;
  const rules = await rulesOf(options);
  await using stack = new AsyncDisposableStack();
  const board = stack.use(
    new Board({ ...await openAll(ctx, options.all), tasks, signal }),
  );
  let answer: (request: Request) => Response | Promise<Response> = () => new Response(null, { status: 503 });
  const server = listen(rules, (request) => answer(request), signal);
  const access = accessOf(rules, server.addr.port);
  answer = dashboard({ board, access, tasks, nobody: { name: "you", role: "deploy" } }).fetch;
  const address = addressOf(rules, server.addr.port);
  ui.info(`The dashboard is at ${address}`);
  if (options.open) await openBrowser(ctx, address, stack);
  await server.finished;
  // With everything that still runs.
  await stack.disposeAsync();
  ui.info("The dashboard ends");
  return 0;
}

function listen(
  { hostname, port, tls }: Rules,
  handler: (request: Request) => Response | Promise<Response>,
  signal: AbortSignal,
): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({ hostname, port, ...tls, signal, onListen: () => {} }, handler);
  } catch (cause) {
    if (tls && /certificate|\bkeys?\b/i.test(messageOf(cause))) {
      throw new AlcaideError("Cannot use --cert and --key for TLS", {
        cause,
        hint: "Both are in PEM, the key without a passphrase and of this certificate",
      });
    }
    const taken = cause instanceof Deno.errors.AddrInUse;
    throw new AlcaideError(`Cannot listen on ${hostname}, port ${port}`, {
      cause,
      hint: taken ? "Choose another --port, or leave it out" : "Choose another --bind or --port",
    });
  }
}

/** By a file that only we can read: the address holds the token, and others see the words of a command. */
async function openBrowser(
  { local, ui }: Context,
  address: string,
  stack: AsyncDisposableStack,
): Promise<void> {
  const { path } = stack.use(await scratch());
  const file = join(path, "dashboard.html");
  const text = `<!DOCTYPE html><meta http-equiv="refresh" content="0; url=${address}"><title>Alcaide</title>`;
  await Deno.writeTextFile(file, text, { mode: 0o600 });
  const program = Deno.build.os === "darwin" ? "open" : "xdg-open";
  const { code } = await local.exec(sh`${program} ${file}`);
  if (code !== 0) ui.warn(`Cannot open a browser: ${program} ended with status ${code}`, "Open the address");
}
