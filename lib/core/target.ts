// Where a server is.

/** How a user that isn't root becomes root on the server. */
export type Become = "doas" | "sudo";

/** Where a remote is and how to get in. */
export interface Target {
  /** Name or address; also an alias of the user's `~/.ssh/config`. */
  readonly host: string;
  /** The user to log in as; without it what `~/.ssh/config` says, else `root`. */
  readonly user?: string;
  /** The port of sshd; without it what `~/.ssh/config` says, else 22. */
  readonly port?: number;
  /** Path of the private key to use before all others, those of `~/.ssh/config` included. */
  readonly key?: string;
  /** How to become root; found out (doas, then sudo) when not given. */
  readonly become?: Become;
  /**
   * A server to go through, as `user@host:port`; several are separated by commas, the nearest first. `none` goes straight
   * there whatever `~/.ssh/config` says, which counts when this is absent.
   */
  readonly jump?: string;
  /**
   * Fingerprints of the server's key, as `SHA256:…`; any of several. With them known_hosts files tell only which keys are
   * revoked.
   */
  readonly hostKey?: string | readonly string[];
  /** Path of the known_hosts file to use instead of the user's. */
  readonly knownHosts?: string;
}

/**
 * Reads `user@host:port`; user and port may be absent, an IPv6 address with a port stands in brackets.
 *
 * @returns the target, or undefined when the text is none
 */
export function parseTarget(text: string): Target | undefined {
  const match =
    /^(?:([^@\s:]+)@)?(\[[0-9a-fA-F:.%a-z]+\]|[^\s:@[\]]+|[0-9a-fA-F:]*:[0-9a-fA-F:]*:[0-9a-fA-F:.]*)(?::(\d{1,5}))?$/
      .exec(text);
  if (!match) return undefined;
  const [, user, bracketed = "", port] = match;
  const host = bracketed.replace(/^\[|\]$/g, "");
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65535)) return undefined;
  return {
    host,
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
}

/** The name of a server in messages: `root@203.0.113.7`, with the port when it isn't 22. */
export function targetName(target: Target): string {
  const host = target.host.includes(":") && target.port ? `[${target.host}]` : target.host;
  return `${target.user ? `${target.user}@` : ""}${host}${
    target.port && target.port !== 22 ? `:${target.port}` : ""
  }`;
}
