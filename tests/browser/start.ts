/** Dashboards to open in a browser. */

import { assertEquals } from "@std/assert";
import type { Project } from "../e2e/project.ts";

/** A dashboard of a project, as a program of its own. */
export async function startDashboard(
  project: Project,
  ...more: string[]
): Promise<AsyncDisposable & { address: string }> {
  const child = project.start(["dashboard", ...more]);
  const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!/http\S+\//.test(text)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`The dashboard ended: ${text}`);
    text += value;
  }
  return {
    address: /http\S+\//.exec(text)?.[0] ?? "",
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGINT");
      await Promise.all([reader.cancel(), child.stdout.cancel()]);
      assertEquals((await child.status).code, 0);
    },
  };
}
