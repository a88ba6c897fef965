/** Steps of a measurement that are not measured. */

import type { Project } from "../e2e/project.ts";

/** Runs a command that has to succeed, and gives what it printed. */
export async function well(project: Project, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await project.alcaide(args);
  if (code !== 0) throw new Error(`Cannot prepare the test host: ${stderr}`);
  return stdout;
}

/** Waits, in milliseconds; a time that is over is no wait. */
export async function pause(milliseconds: number): Promise<void> {
  if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
