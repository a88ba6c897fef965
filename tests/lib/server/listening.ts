/**
 * A server that exists only here, for the handles of your own tasks.
 *
 * @module
 */

import { remote } from "../../../lib/remote/remote.ts";

/** A server that remembers its scripts and answers all alike. */
export function listening(stdout = "", code = 0) {
  const scripts: string[] = [];
  const exec = (script: string) => {
    scripts.push(script);
    return Promise.resolve({ code, stdout, stderr: "" });
  };
  return {
    scripts,
    server: remote("web", { transport: { exec, [Symbol.asyncDispose]: () => Promise.resolve() } }),
  };
}
