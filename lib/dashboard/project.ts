// A project of a dashboard: one app, and how its tasks are run. They are the command line's own.

import { dirname, resolve } from "node:path";
import { stripAnsiCode } from "@std/fmt/colors";
import type { Alcaidefile } from "../cli/loader.ts";
import type { Config, Server, UserConfig } from "../config/field/types.ts";
import { resolveConfig } from "../config/resolve.ts";
import { AlcaideError } from "../core/error.ts";
import { masked } from "../core/mask.ts";
import { printable } from "../core/text.ts";
import { type Remote, remote } from "../remote/remote.ts";
import { ownFiles } from "../running/watch.ts";
import { knownTexts } from "../secrets/reference.ts";
import type { Context, TaskFunction } from "../task/context.ts";
import { type Events, taskEvents } from "../task/events.ts";
import { actingAs } from "../task/recorded.ts";
import type { EventOptions } from "../task/run_events.ts";
import type { ProgramTask } from "../task/late_task.ts";
import { task } from "../task/task.ts";
import { withSecrets } from "../task/with_secrets.ts";

/** The inputs of a task. */
export interface How extends Pick<EventOptions, "args" | "options" | "signal" | "yes" | "connect"> {
  /** The user who acts, where that is somebody else than this machine's. */
  readonly actor?: string | undefined;
}

/** Takes secrets and a terminal's colours out of texts, however deep they lie in a value. */
export type Mask = <T>(value: T) => T;

/** An app and its Alcaidefile. */
export interface Project extends AsyncDisposable {
  /** Its name in addresses: the app's, made unique. */
  readonly key: string;
  readonly config: Config;
  readonly directory: string;
  /** Its own tasks: one with the name of a built-in one takes its place. */
  readonly tasks: Readonly<Record<string, ProgramTask>>;
  /** Runs a task with a connection of its own. */
  run(task: ProgramTask, how?: How): Events;
  /** Runs a task that only looks, and gives its result. The connections stay for the next look, unless one fails. */
  look(task: ProgramTask, how?: How): Promise<unknown>;
  /** Gives what takes secrets out of texts. Without their key none is known, and no task that needs one runs. */
  masking(): Promise<Mask>;
  /** Takes out the secrets that are known by now: a look asks for none, since that may ask a person. */
  readonly mask: Mask;
  /**
   * Checks that the configuration is still that of the files.
   *
   * @throws {AlcaideError} when it isn't
   */
  checkFresh(): Promise<void>;
}

/** How to open a project. Without `connect` its servers are reached over SSH. */
export type OpenOptions = Pick<EventOptions, "environment" | "connect" | "local">;

/**
 * Opens the project of an Alcaidefile.
 *
 * @throws {ConfigError} when its configuration is wrong
 */
export async function openProject(
  key: (app: string) => string,
  file: Pick<Alcaidefile, "path" | "config"> & Partial<Pick<Alcaidefile, "tasks">>,
  options: OpenOptions = {},
): Promise<Project> {
  const { environment, connect = (server) => remote(server, { name: server.name }) } = options;
  const directory = resolve(dirname(file.path));
  const written = await file.config() as UserConfig;
  const config = resolveConfig(written, { directory, environment });
  const files = await ownFiles(directory);
  const kept = keep(connect);
  const run: Project["run"] = (task, { actor, ...how } = {}) =>
    taskEvents(by(actor, task), written, { ...options, directory, connect, ...how });
  let secrets: readonly string[] | undefined;
  const mask: Mask = (value) => deep(value, secrets ?? []);
  const masking = async (): Promise<Mask> => {
    secrets ??= await secretsOf(run).catch(() => undefined);
    return mask;
  };
  return {
    ...{ key: key(config.app), config, directory, tasks: file.tasks ?? {}, run, masking, mask },
    look: async (task, how) => {
      try {
        return mask(await resultOf(run(task, { ...how, connect: kept.connect })));
      } catch (error) {
        await kept[Symbol.asyncDispose]();
        throw error;
      }
    },
    checkFresh: async () => {
      if (await ownFiles(directory) === files) return;
      throw new AlcaideError("Cannot go by the configuration: the Alcaidefile or the secrets have changed", {
        hint: "End the dashboard and start it again",
      });
    },
    [Symbol.asyncDispose]: kept[Symbol.asyncDispose],
  };
}

/** The task as somebody runs it. */
function by(actor: string | undefined, task: ProgramTask): TaskFunction {
  return actor === undefined
    ? task
    : Object.assign((ctx: Context) => task(actingAs(ctx, actor)), { ...task });
}

type Connect = (server: Server) => Remote;

/** Keeps connections when a task lets go of them; afterwards new ones are made. */
function keep(connect: Connect): AsyncDisposable & { readonly connect: Connect } {
  const kept = new Map<string, Remote>();
  return {
    connect: (server) => {
      const one = kept.get(server.name) ?? connect(server);
      kept.set(server.name, one);
      return { ...one, [Symbol.asyncDispose]: () => Promise.resolve() };
    },
    [Symbol.asyncDispose]: async () => {
      const all = [...kept.values()];
      kept.clear();
      await Promise.all(all.map((server) => server[Symbol.asyncDispose]()));
    },
  };
}

/** The result of a task. */
export async function resultOf(events: Events): Promise<unknown> {
  let value: unknown;
  for await (const event of events) if (event.type === "result") value = event.value;
  return value;
}

async function secretsOf(run: Project["run"]): Promise<readonly string[]> {
  let known: readonly string[] = [];
  const collect = task("Collect the secrets' values", async (ctx) => {
    const { config, secrets } = await withSecrets(ctx);
    known = knownTexts([config, await secrets.exists() ? await secrets.load() : {}]);
  });
  await resultOf(run(collect));
  // The longest first: one may be a part of another.
  return [...new Set([...known, ...known.map(encodeURIComponent)])].sort((a, b) => b.length - a.length);
}

function deep<T>(value: T, secrets: readonly string[]): T {
  // A secret may hold what is taken out, and what is taken out may stand in the middle of one.
  if (typeof value === "string") {
    return masked(stripAnsiCode(printable(masked(value, secrets))), secrets) as T;
  }
  if (Array.isArray(value)) return value.map((one) => deep(one, secrets)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, deep(one, secrets)])) as T;
}
