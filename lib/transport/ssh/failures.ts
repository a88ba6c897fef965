// Failures on the way to a server, in words a person can act upon.

import { ConnectError, lastLines, LostConnectionError, TimeoutError } from "../../core/error.ts";
import type { Become } from "../../core/target.ts";
import type { Endpoint } from "./resolve.ts";

/** The ends of attempts after which another one may do better. */
const passing = ["ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EPIPE", "CONNECTION_LOST"];

/** An attempt to connect that failed in a way that may pass. */
export class PassingFailure extends ConnectError {}

/** Says why a server can't be reached, from what the socket or ssh2 said. */
export function connectFailure(endpoint: Endpoint, cause: unknown): ConnectError {
  if (cause instanceof ConnectError) return cause;
  const code = codeOf(cause);
  const at = `"${endpoint.name}"`;
  const Failure = passing.includes(code) ? PassingFailure : ConnectError;
  switch (code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
    case "EAI_NONAME":
      return new Failure(`Cannot find ${at}: no address is known for "${endpoint.host}"`, {
        cause,
        hint: "Check the name for typing errors, or write the server's address",
      });
    case "ECONNREFUSED":
      return new Failure(`Cannot connect to ${at}: port ${endpoint.port} refuses connections`, {
        cause,
        hint: 'Check that sshd runs there ("service sshd status") and on this port',
      });
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return new Failure(`Cannot connect to ${at}: no network route leads there`, {
        cause,
        hint: "Check the address, your network and a VPN",
      });
    case "ECONNRESET":
    case "EPIPE":
    case "CONNECTION_LOST":
      return new Failure(`Cannot connect to ${at}: the other side closed the connection`, {
        cause,
        hint: "It may refuse too many connections (MaxStartups, blacklistd), or not be an SSH server",
      });
    default:
      return new Failure(`Cannot connect to ${at}: ${(cause as Error)?.message ?? String(cause)}`, { cause });
  }
}

/** The server didn't answer in time. */
export function connectTimeout(endpoint: Endpoint, milliseconds: number, cause?: unknown): ConnectError {
  return new PassingFailure(
    `Cannot connect to "${endpoint.name}": no answer within ${milliseconds / 1000} s`,
    { cause, hint: `Check the address, and that a firewall lets port ${endpoint.port} through` },
  );
}

/** The jump server can't reach the server behind it. */
export function jumpFailure(endpoint: Endpoint, jump: Endpoint, cause: unknown): ConnectError {
  return new ConnectError(`Cannot connect to "${endpoint.name}" through "${jump.name}"`, {
    cause,
    details: [(cause as Error).message],
    hint:
      `Check that "${jump.name}" reaches port ${endpoint.port} there, and that its sshd has AllowTcpForwarding`,
  });
}

/** The connection broke while something ran. */
export function lostConnection(name: string, cause?: unknown): LostConnectionError {
  return new LostConnectionError(`Cannot tell how a command on "${name}" ended: the connection broke`, {
    cause,
    hint: "It may still run there, or have ended; run the same again",
  });
}

/** A command took too long. */
export function tooSlow(name: string, milliseconds: number): TimeoutError {
  return new TimeoutError(`Cannot finish a command on "${name}" within ${milliseconds / 1000} s`, {
    hint: "The command may still run on the server",
  });
}

/** The server runs no more commands at once. */
export function tooManyCommands(endpoint: Endpoint, cause: unknown): ConnectError {
  return new ConnectError(`Cannot run one more command on "${endpoint.name}"`, {
    cause,
    hint: "Check MaxSessions in its sshd_config",
  });
}

/** A script never began: what stands before it failed. */
export function notStarted(endpoint: Endpoint, become: Become | undefined, words: string): ConnectError {
  const details = lastLines(words.trim(), 5);
  if (become) return noRoot(endpoint, [become], details);
  return new ConnectError(`Cannot run commands on "${endpoint.name}": its shell doesn't start`, {
    details,
    hint: `Check the login shell of "${endpoint.user}" there`,
  });
}

/** No way leads to root. */
export function noRoot(
  endpoint: Endpoint,
  ways: readonly Become[],
  details: readonly string[],
): ConnectError {
  const { user } = endpoint;
  const lines = {
    doas: `the line "permit nopass ${user} as root" to /usr/local/etc/doas.conf`,
    sudo: `the line "${user} ALL=(ALL) NOPASSWD: ALL" to a file in /usr/local/etc/sudoers.d`,
  };
  const missing = ways.every((way) => details.includes(`${way}: not installed`));
  const first = missing ? `install ${ways[0]} ("pkg install ${ways[0]}") and add` : "add";
  const add = `${first} ${ways.map((way) => lines[way]).join(", or ")}; or log in as root`;
  return new ConnectError(
    `Cannot become root on "${endpoint.name}" by ${ways.join(" or ")} without a password`,
    { details, hint: `As root there, ${brokenRules(details) ?? add}` },
  );
}

/** Advice about rules that doas or sudo ignore. */
function brokenRules(details: readonly string[]): string | undefined {
  const text = details.join("\n");
  const [, file] =
    /(\/\S+) is (?:writable by group or other|not owned by root|world writable|owned by uid)/.exec(text) ??
      [];
  if (file !== undefined) {
    return `make the file root's alone: "chown root:wheel ${file}; chmod 0440 ${file}"`;
  }
  if (/^doas: .*syntax error/m.test(text)) {
    return 'correct /usr/local/etc/doas.conf: "doas -C /usr/local/etc/doas.conf" names the line';
  }
  if (/sudo.*(syntax error|parse error)/m.test(text)) {
    return 'correct the sudoers file that is named: "visudo -c" names the line';
  }
  return undefined;
}

function codeOf(cause: unknown): string {
  const { code, message = "" } = (cause ?? {}) as { code?: unknown; message?: string };
  if (typeof code === "string") return code;
  return /lost before handshake|closed before|socket hang up/i.test(message) ? "CONNECTION_LOST" : "";
}
