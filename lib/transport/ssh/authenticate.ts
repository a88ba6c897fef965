/**
 * Offers keys to a server in OpenSSH's order, and remembers what happened to each.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
// @ts-types="@types/ssh2"
import ssh2 from "ssh2";
// @ts-types="@types/ssh2"
import type { AuthenticationType, AuthHandlerMiddleware, SigningRequestOptions } from "ssh2";
import { ConnectError } from "../../error.ts";
import type { Ask } from "./ask.ts";
import { type Identity, keeperKeys, type KeyContext, keyFile } from "./keys.ts";
import type { Endpoint } from "./resolve.ts";

/** Offers keys until one is accepted. */
export interface Authentication {
  /** For ssh2. */
  readonly handler: AuthHandlerMiddleware;
  /** Says why no key was accepted. */
  failure(cause: unknown): ConnectError;
}

/** Makes what offers the keys for a server. */
export function authentication(endpoint: Endpoint, ask: Ask | undefined): Authentication {
  const tried: string[] = [];
  const offered = new Set<string>();
  let accepts: readonly string[] = [];
  let broken: ConnectError | undefined;
  const stages = keyStages(endpoint, ask, (name, problem) => tried.push(`${name}: ${problem}`));
  const next = async (): Promise<Keyring | false> => {
    for (let stage = stages.shift(); stage; stage = stages.shift()) {
      const fresh = (await stage()).filter((one) => !offered.has(one.publicKey.toString("base64")));
      fresh.forEach((one) => offered.add(one.publicKey.toString("base64")));
      if (fresh.length > 0) return new Keyring(fresh, (name, problem) => tried.push(`${name}: ${problem}`));
    }
    return false;
  };
  return {
    handler(methods, _partial, proceed) {
      if (methods) accepts = methods;
      next().catch((error) => {
        broken = error;
        return false as const;
      }).then((ring) =>
        // ssh2 takes false for "no more"; its types don't know.
        proceed(
          ring
            ? { type: "agent", username: endpoint.user, agent: ring }
            : false as unknown as AuthenticationType,
        )
      );
    },
    failure: (cause) => broken ?? refusal(endpoint, tried, accepts, cause),
  };
}

/** The places keys come from, each looked at only when those before it were refused. */
function keyStages(
  endpoint: Endpoint,
  ask: Ask | undefined,
  note: (name: string, problem: string) => void,
): (() => Promise<Identity[]>)[] {
  const { key, keeper } = endpoint;
  const context: KeyContext = { ...(ask ? { ask } : {}), ...(keeper ? { keeper } : {}) };
  const given = () => {
    if (!key) return Promise.resolve([]);
    const identity = keyFile(key, context);
    if (identity) return Promise.resolve([identity]);
    throw new ConnectError(`Cannot read the key "${key}": there is no such file`, {
      hint: `Make one by "ssh-keygen -t ed25519 -f ${key}" and add it to the server`,
    });
  };
  const kept = async () => {
    if (!keeper) return [];
    try {
      const keys = await keeperKeys(keeper);
      if (keys.length === 0) note("ssh-agent", "it holds no keys");
      return keys;
    } catch (error) {
      note("ssh-agent", `it can't be reached at ${keeper} (${(error as Error).message})`);
      return [];
    }
  };
  const usual = () =>
    Promise.resolve(endpoint.keys.flatMap((path) => {
      try {
        return keyFile(path, context) ?? [];
      } catch (error) {
        note(path, (error as Error).message);
        return [];
      }
    }));
  return [async () => await given(), kept, usual];
}

/** Some keys in the form in which ssh2 tries one after the other and asks for signatures. */
class Keyring extends ssh2.BaseAgent<Buffer> {
  readonly #identities: readonly Identity[];
  readonly #note: (name: string, problem: string) => void;
  constructor(identities: readonly Identity[], note: (name: string, problem: string) => void) {
    super();
    this.#identities = identities;
    this.#note = note;
  }

  override getIdentities(callback: (error: Error | undefined, keys?: Buffer[]) => void): void {
    for (const { name } of this.#identities) this.#note(name, "not accepted");
    callback(undefined, this.#identities.map((identity) => identity.publicKey));
  }

  override sign(...args: unknown[]): void {
    const [key, data, options, callback] = args as [
      { getPublicSSH(): Buffer },
      Buffer,
      SigningRequestOptions,
      (error: Error | undefined, signature?: Buffer) => void,
    ];
    const identity = this.#identities.find((one) => one.publicKey.equals(key.getPublicSSH()));
    if (!identity) return callback(new Error("no such key"));
    identity.sign(data, options).then((signature) => callback(undefined, signature), (error: Error) => {
      this.#note(identity.name, `the server would take it, but ${error.message}`);
      callback(error);
    });
  }
}

function refusal(
  endpoint: Endpoint,
  tried: readonly string[],
  accepts: readonly string[],
  cause: unknown,
): ConnectError {
  const locked = tried.find((line) => line.includes("the server would take it"));
  const publicKey = accepts.length === 0 || accepts.includes("publickey");
  return new ConnectError(`Cannot log in to "${endpoint.name}": no key was accepted`, {
    cause,
    details: tried.length === 0 ? ["There was no key to try"] : locked ? [locked] : tried,
    hint: locked
      ? 'Add the key to ssh-agent by "ssh-add", or run this at a terminal'
      : publicKey
      ? `Add your public key to ~${endpoint.user}/.ssh/authorized_keys on the server, or name the right one by "key"`
      : `The server takes ${accepts.join(", ")} only; allow "publickey" in its sshd_config`,
  });
}
