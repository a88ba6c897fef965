/**
 * From a target to everything needed to get there.
 *
 * @module
 */

import { ConnectError } from "../../error.ts";
import { type Become, parseTarget, type Target, targetName } from "../../target.ts";

/** The variables that matter to SSH. */
export interface SshEnv {
  /** The home directory, for keys and known_hosts. */
  readonly HOME?: string;
  /** The socket of the person's key keeper. */
  readonly SSH_AUTH_SOCK?: string;
}

/** A server with everything needed to get in. */
export interface Endpoint {
  /** Its name in messages. */
  readonly name: string;
  /** Name or address to connect to, and the name in known_hosts. */
  readonly host: string;
  /** The port of sshd. */
  readonly port: number;
  /** The user to log in as. */
  readonly user: string;
  /** How to become root, when it is known already. */
  readonly become?: Become;
  /** A private key to try before all others. */
  readonly key?: string;
  /** Private keys to try last; they need not exist. */
  readonly keys: readonly string[];
  /** The socket of the person's key keeper. */
  readonly keeper?: string;
  /** Files to look for the server's key in; new ones go to the first. */
  readonly knownHosts: readonly string[];
  /** Servers to go through, the nearest first. */
  readonly jumps: readonly Endpoint[];
}

/**
 * Finds out how to get to a target.
 *
 * @throws {ConnectError} for a jump server that can't be understood
 */
export function resolveTarget(target: Target, env: SshEnv): Endpoint {
  const user = target.user ?? "root";
  const port = target.port ?? 22;
  const own = (...names: string[]) => env.HOME ? names.map((name) => `${env.HOME}/.ssh/${name}`) : [];
  return {
    name: targetName({ ...target, user }),
    host: target.host,
    port,
    user,
    ...(target.become ? { become: target.become } : {}),
    ...(target.key ? { key: expandHome(target.key, env.HOME) } : {}),
    keys: own("id_ed25519", "id_ecdsa", "id_rsa"),
    ...(env.SSH_AUTH_SOCK ? { keeper: env.SSH_AUTH_SOCK } : {}),
    knownHosts: target.knownHosts ? [expandHome(target.knownHosts, env.HOME)] : [
      `${env.HOME ?? ""}/.ssh/known_hosts`,
      `${env.HOME ?? ""}/.ssh/known_hosts2`,
      "/etc/ssh/ssh_known_hosts",
    ],
    jumps: jumps(target, env),
  };
}

function jumps(target: Target, env: SshEnv): Endpoint[] {
  if (!target.jump) return [];
  const { key, knownHosts } = target;
  return target.jump.split(",").map((text) => {
    const parsed = parseTarget(text.trim());
    if (parsed) {
      return resolveTarget(
        { ...parsed, ...(key ? { key } : {}), ...(knownHosts ? { knownHosts } : {}) },
        env,
      );
    }
    throw new ConnectError(`Cannot go through "${text.trim()}"`, {
      hint: "Write the server to go through as user@host:port",
    });
  });
}

function expandHome(path: string, home = ""): string {
  return path.startsWith("~/") ? home + path.slice(1) : path;
}
