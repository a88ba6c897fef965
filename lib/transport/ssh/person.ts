// The person who runs the program, as SSH knows them: a name, a home directory, variables.

import { userInfo } from "node:os";

/** The variables to go by; `HOME` and `SSH_AUTH_SOCK` above all. */
export interface SshEnv {
  /** The home directory, for keys, known_hosts and the person's configuration. */
  readonly HOME?: string;
  /** The socket of the person's key keeper. */
  readonly SSH_AUTH_SOCK?: string;
  readonly [name: string]: string | undefined;
}

/**
 * The program's own variables. Without HOME, as under cron, rc and `env -i`, the home is that of the system's list of users,
 * as OpenSSH has it.
 */
export function programEnv(): SshEnv {
  const env = Deno.env.toObject();
  const home = env["HOME"] || account()?.homedir;
  return home ? { ...env, HOME: home } : env;
}

/** The user's name on this machine. */
export function localName(env: SshEnv): string {
  return account()?.username ?? env["USER"] ?? "";
}

function account(): { readonly username: string; readonly homedir: string } | undefined {
  try {
    return userInfo();
  } catch {
    // The account has no entry in the system's list.
    return undefined;
  }
}
