// Logs of the processes beside the web process: one for each instance.

import { instanceLog, listInstances } from "../commands/logs.ts";
import { UsageError } from "../core/error.ts";
import { webProcess } from "../core/process.ts";
import { list } from "../core/text.ts";
import type { Remote } from "../remote/remote.ts";
import type { Servers } from "../remote/servers.ts";
import type { Context } from "../task/context.ts";
import { type AskedLines, ofRelease, readLines, readOn, showLogs } from "./logs.ts";

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
  const lines = { ...readLines(asked), follow: asked.follow };
  const show = async () => {
    const found = await chosen.each(async (server) => {
      const all = await instancesOn(ctx, server, { name, instance, release });
      return await Promise.all(all.map((one) => {
        const source = [chosen.all.length > 1 ? server.name : "", all.length > 1 ? `${name}.${one}` : ""];
        const find = instanceLog(app, name, one, release);
        const from = source.filter((word) => word !== "").join(" ");
        return readOn(ctx, server, from, { find, hint: "It has written nothing yet", ...lines });
      }));
    });
    return found.flat().includes(true);
  };
  if (release === undefined) await show();
  else await ofRelease(ctx, chosen, { ...asked, release }, show);
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

/** The instances of a process to show on a server: the one that is asked for, or all that have written something. */
async function instancesOn(
  ctx: Context,
  server: Remote,
  { name, instance, release }: { name: string; instance: number | undefined; release: string | undefined },
): Promise<number[]> {
  if (instance !== undefined) return [instance];
  const text = await server.read(listInstances(ctx.config.app, name, release), { signal: ctx.signal });
  const found = text.split("\n").flatMap((row) => row === "" ? [] : [Number(row.split(".").at(-2))]);
  return found.length > 0 || release !== undefined ? found.toSorted((a, b) => a - b) : [1];
}
