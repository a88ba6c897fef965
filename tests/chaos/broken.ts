/** A command that is broken at one of its calls. */

import type { Project } from "../e2e/project.ts";
import type { FaultRule, TestHost } from "../host/mod.ts";
import { type Ended, type Running, standIn, startApart, startHere } from "./client.ts";
import type { Way } from "./ways.ts";

/** Milliseconds within which a command that was interrupted must end. */
const ending = 150_000;
/** Milliseconds that a script of a command gets that meets a program which hangs. */
const limit = 60_000;

/** Runs a command with a fault, and tells how it ended and whether the call was made. */
export async function runBroken(
  host: TestHost,
  project: Project,
  args: readonly string[],
  way: Way,
  call: number,
): Promise<{ ended: Ended; struck: boolean }> {
  const rule = { ...way.rule, program: "*", nth: call };
  const fault = (signal?: FaultRule["signal"]) => host.fault(signal ? { ...rule, signal } : rule);
  let ended: Ended;
  if (way.signal === "KILL") {
    const running = startApart(project, args);
    await fault({ pid: running.pid, name: "KILL" });
    ended = await running.ended;
  } else {
    using person = way.signal && standIn(() => running.interrupt());
    await fault(person && { pid: person.pid, name: "INT" });
    const running: Running = startHere(project, args, way.impatient ? limit : undefined);
    ended = way.impatient ? await impatient(host, running) : await running.ended;
  }
  return { ended, struck: await host.clearFaults() === 0 };
}

/** Presses Ctrl-C a moment after the fault has struck, when nothing seems to happen. */
async function impatient(host: TestHost, running: Running): Promise<Ended> {
  let over = false;
  const ended = running.ended.finally(() => over = true);
  while (!over && await host.faultsLeft() > 0) await pause(200);
  await Promise.race([ended, pause(2_000)]);
  if (over) return await ended;
  running.interrupt();
  const late = pause(ending).then(() => ({ code: -1, text: "It does not end after Ctrl-C" }));
  return await Promise.race([ended, late]);
}

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
