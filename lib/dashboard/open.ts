// Opens the projects of a dashboard: the one here, or all of a directory.

import { basename, dirname, join, resolve } from "node:path";
import { findIn } from "../cli/find_file.ts";
import { noAlcaidefile } from "../cli/program.ts";
import { readerOf } from "../cli/loader.ts";
import { UsageError } from "../core/error.ts";
import { inPlace } from "../secrets/files.ts";
import type { Context } from "../task/context.ts";
import { globalsOf } from "../task/options.ts";
import type { Broken } from "./board.ts";
import { faultOf } from "./fault.ts";
import { openProject, type Project } from "./project.ts";

/** The projects that could be opened, and the others. */
export interface Opened {
  readonly projects: readonly Project[];
  readonly broken: readonly Broken[];
}

/**
 * Opens the project that the command line means, or with a directory every one in it and in the directories right below.
 *
 * @throws {ConfigError} when there is none, or when the only one can't be opened
 */
export async function openAll(ctx: Context, all: string | undefined): Promise<Opened> {
  const read = readerOf(ctx);
  if (read === undefined) throw new TypeError("Cannot open a dashboard without a program");
  const { environment } = globalsOf(ctx as Pick<Context, "options">);
  const taken = new Map<string, number>();
  const key = (app: string) => {
    const count = (taken.get(app) ?? 0) + 1;
    taken.set(app, count);
    return count === 1 ? app : `${app}.${count}`;
  };
  const open = async (path: string | undefined) => {
    const file = await read(path);
    if (file === undefined) throw noAlcaidefile(ctx.directory);
    return await openProject(key, file, environment === undefined ? {} : { environment });
  };
  if (all === undefined) return { projects: [await open(undefined)], broken: [] };
  const directory = resolve(ctx.directory, all);
  const paths = await alcaidefiles(directory);
  if (paths.length === 0) {
    throw new UsageError(`Cannot find an Alcaidefile in ${directory} and the directories right below it`, {
      hint: "--all takes a directory of projects",
    });
  }
  const projects: Project[] = [];
  const broken: Broken[] = [];
  // One after the other: what a file says at its top level belongs to it.
  for (const path of paths) {
    const project = dirname(path);
    try {
      projects.push(await inPlace({ directory: project, environment }, () => open(path)));
    } catch (error) {
      broken.push({ key: key(basename(project)), directory: project, fault: faultOf(error) });
    }
  }
  return { projects, broken };
}

async function alcaidefiles(directory: string): Promise<string[]> {
  const names = await Array.fromAsync(Deno.readDir(directory)).catch((cause) => {
    throw new UsageError(`Cannot read the directory ${directory}`, { cause });
  });
  // A link may lead to a directory.
  const below = names.filter((one) => !one.isFile && !one.name.startsWith(".")).map(({ name }) => name)
    .sort();
  return ["", ...below].map((name) => findIn(join(directory, name))).filter((path) => path !== undefined);
}
