// Logs of the processes beside the web process: one for each instance.

import { instanceLog, listInstances } from "../commands/logs.ts";
import { UsageError } from "../core/error.ts";
import { webProcess } from "../core/process.ts";
import { list } from "../core/text.ts";
import type { Remote } from "../remote/remote.ts";
import type { Servers } from "../remote/servers.ts";
import type { Context } from "../task/context.ts";
import { type AskedLines, linesTo, readLines, readOn, showLogs } from "./logs.ts";

/** The log that is asked for: `worker`, or `worker.2` for one instance; of a release, or of the live one. */
export interface AskedLog {
  readonly process: string | undefined;
  readonly release: string | undefined;
}

/**
 * Shows the logs of a process on some servers: of all its instances, or of one. Without a name it is the web process, or the first of an
 * app that has none.
 */
export async function showProcessLogs(
  ctx: Context,
  chosen: Servers,
  asked: AskedLines,
  { process, release }: AskedLog,
): Promise<void> {
  const { config: { app, processes } } = ctx;
  const hasWeb = processes.some(({ name }) => name === webProcess);
  const { name, instance } = readProcess(
    ctx,
    process ?? (hasWeb ? webProcess : processes[0]?.name ?? webProcess),
  );
  if (name === webProcess) return await showLogs(ctx, chosen, asked, release);
  if (release !== undefined) {
    const where = `/var/log/alcaide/${app}/${release}.${name}.1.log`;
    throw new UsageError("Cannot show a process of another release than the live one", {
      hint: `Its log is on the server: ${where}`,
    });
  }
  const lines = { ...readLines(asked), follow: asked.follow };
  await chosen.each(async (server) => {
    const all = instance === undefined ? await instancesOn(ctx, server, name) : [instance];
    await Promise.all(all.map((one) => {
      const source = [chosen.all.length > 1 ? server.name : "", all.length > 1 ? `${name}.${one}` : ""];
      const hint = "It has written nothing yet";
      return readOn(
        server,
        { find: instanceLog(app, name, one), hint, ...lines },
        linesTo(ctx, server, source.filter((word) => word !== "").join(" ")),
      );
    }));
  });
}

function readProcess({ config: { processes } }: Context, text: string): { name: string; instance?: number } {
  const [name = "", ...numbers] = text.split(".");
  const names = processes.map((one) => one.name);
  if (!names.includes(name)) {
    throw new UsageError(`Cannot show the log of "${text}": there is no such process`, {
      hint: `The configuration has ${list(names)}`,
    });
  }
  const [number] = numbers;
  if (number === undefined) return { name };
  if (numbers.length === 1 && name !== webProcess && /^[1-9]\d?$/.test(number)) {
    return { name, instance: Number(number) };
  }
  throw new UsageError(`Cannot show the log of "${text}": there is no such instance`, {
    hint: name === webProcess ? "web runs once" : `Instances are called ${name}.1, ${name}.2`,
  });
}

/** The instances that have written something on a server. */
async function instancesOn(ctx: Context, server: Remote, name: string): Promise<number[]> {
  const text = await server.read(listInstances(ctx.config.app, name), { signal: ctx.signal });
  const found = text.split("\n").flatMap((row) => row === "" ? [] : [Number(row.split(".").at(-2))]);
  return found.length === 0 ? [1] : found.toSorted((a, b) => a - b);
}
