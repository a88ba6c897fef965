/**
 * Logs of servers that exist only here.
 *
 * @module
 */

import { remote } from "../../lib/remote/remote.ts";
import { servers } from "../../lib/remote/servers.ts";
import type { ExecOptions } from "../../lib/transport/mod.ts";
import { logs } from "../../tasks/logs.ts";
import { fakeContext } from "../fake/context.ts";

/** A server that prints lines, whatever it is asked, and remembers what that was. */
export function printing(name: string, lines: readonly (string | Uint8Array)[], code = 0) {
  const scripts: string[] = [];
  const exec = (script: string, { onLine }: ExecOptions) => {
    scripts.push(script);
    for (const line of lines) {
      if (typeof line === "string") onLine?.(line, "out");
      else onLine?.(new TextDecoder().decode(line), "out", line);
    }
    return Promise.resolve({ code, stdout: "", stderr: "" });
  };
  const server = remote(name, { transport: { exec, [Symbol.asyncDispose]: () => Promise.resolve() } });
  return { server, scripts };
}

/** Shows the log of servers; gives what the task put out. */
export async function show(
  all: readonly ReturnType<typeof printing>[],
  options: Record<string, unknown> = {},
) {
  const ctx = { ...fakeContext({ options }), servers: servers(all.map(({ server }) => server)) };
  await logs(ctx);
  return ctx.ui.events.flatMap((event) => (event.type === "output" ? [event.text] : []));
}
