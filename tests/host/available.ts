/** Tells whether a test host can run on this machine. */
import { packages } from "./debian.ts";

let known: { readonly reason: string | undefined } | undefined;

/** Why no test host can run on this machine; nothing when one can. */
export function hostUnavailable(): string | undefined {
  known ??= { reason: findReason() };
  return known.reason;
}

function findReason(): string | undefined {
  if (Deno.build.os !== "linux") return "the test host needs Linux";
  if (Deno.uid() !== 0) return "only root can make the test host's namespaces";
  if (!succeeds("unshare", "--net", "--mount", "--pid", "--fork", "true")) {
    return "this machine or container does not let root make namespaces";
  }
  if (!provisioned() && !succeeds("apt-get", "--version")) {
    return 'the test host needs Debian\'s packages: see "sh scripts/provision"';
  }
  return undefined;
}

function provisioned(): boolean {
  try {
    return [...Deno.readDirSync(packages)].some(({ name }) => name.startsWith("done-"));
  } catch {
    return false;
  }
}

function succeeds(program: string, ...args: string[]): boolean {
  try {
    const quiet = { stdin: "null", stdout: "null", stderr: "null" } as const;
    return new Deno.Command(program, { args, ...quiet }).outputSync().success;
  } catch {
    return false;
  }
}
