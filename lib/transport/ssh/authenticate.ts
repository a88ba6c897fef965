// Offers keys to a server in OpenSSH's order, and remembers what happened to each.

import type { Buffer } from "node:buffer";
// @ts-types="@types/ssh2"
import ssh2 from "ssh2";
// @ts-types="@types/ssh2"
import type { AuthenticationType, AuthHandlerMiddleware, SigningRequestOptions } from "ssh2";
import { ConnectError } from "../../core/error.ts";
import { list } from "../../core/text.ts";
import type { Ask } from "./ask.ts";
import { otherKind, shownCertificates } from "./certificates.ts";
import { keptKeys } from "./keeper.ts";
import { type Identity, keptIdentity, type KeyContext, keyFile } from "./keys.ts";
import type { Endpoint } from "./resolve.ts";

/** Offers keys until one is accepted. */
export interface Authentication {
  /** For ssh2. */
  readonly handler: AuthHandlerMiddleware;
  /** Tells whether the key that is offered may sign before the server has said that it would take it. */
  signsAtOnce(): boolean;
  /** Says why no key was accepted. */
  failure(cause: unknown): ConnectError;
}

/** The outcome of trying a key, or a place where keys come from. */
interface Trial {
  readonly name: string;
  problem: string;
}

/** Notes what became of something. */
type Note = (name: string, problem: string) => Trial;

/** Makes what offers the keys for a server. */
export function authentication(endpoint: Endpoint, ask: Ask | undefined): Authentication {
  const tried: Trial[] = [];
  const note: Note = (name, problem) => {
    const trial = { name, problem };
    tried.push(trial);
    return trial;
  };
  const keys = keysInOrder(endpoint, ask, note);
  let accepts: readonly string[] = [];
  let broken: ConnectError | undefined;
  let offered: Identity | undefined;
  return {
    handler(methods, _partial, proceed) {
      if (methods) accepts = methods;
      // One key at a time: sshd counts keys that are only offered too, and what wasn't offered isn't to be told.
      keys.next().catch((error) => {
        broken = error;
        return { value: undefined };
      }).then(({ value: key }) => {
        // ssh2 takes false for "no more"; its types don't know.
        if (!key) return proceed(false as unknown as AuthenticationType);
        offered = key;
        const agent = new Keyring(key, note(key.name, "not accepted"));
        proceed({ type: "agent", username: endpoint.user, agent });
      });
    },
    signsAtOnce: () => offered?.open === true,
    failure: (cause) => broken ?? refusal(endpoint, tried, accepts, cause),
  };
}

/** Every key once. Places that keys come from are looked at only when those before them were refused. */
async function* keysInOrder(
  endpoint: Endpoint,
  ask: Ask | undefined,
  note: Note,
): AsyncGenerator<Identity, undefined> {
  const offered = new Set<string>();
  for (const stage of keyStages(endpoint, ask, note)) {
    for await (const key of stage()) {
      const publicKey = key.publicKey.toString("base64");
      if (offered.has(publicKey)) continue;
      offered.add(publicKey);
      yield key;
    }
  }
}

/** Keys that somebody named come first: an agent may hold more of them than a server lets be tried. */
function keyStages(endpoint: Endpoint, ask: Ask | undefined, note: Note): (() => AsyncIterable<Identity>)[] {
  const { keeper, identities, identitiesOnly, keys } = endpoint;
  const context: KeyContext = { ask, keeper };
  return [
    () => givenKey(endpoint, context),
    () => fileKeys(identities, context, note),
    () => agentKeys(identitiesOnly ? undefined : keeper, note),
    () => fileKeys(keys, context, note),
  ];
}

/** The key that must be there. */
async function* givenKey({ key }: Endpoint, context: KeyContext): AsyncGenerator<Identity> {
  if (!key) return;
  const identity = await keyFile(key, context);
  if (identity) return yield identity;
  throw new ConnectError(`Cannot read the key "${key}": there is no such file`, {
    hint: `Make one with "ssh-keygen -t ed25519 -f ${key}" and add it to the server`,
  });
}

async function* fileKeys(
  paths: readonly string[],
  context: KeyContext,
  note: Note,
): AsyncGenerator<Identity> {
  for (const path of paths) {
    try {
      const identity = await keyFile(path, context);
      if (identity) yield identity;
    } catch (error) {
      const { message, hint } = error as ConnectError;
      note(path, `${message.replace(`Cannot use the key "${path}": `, "")}${hint ? ` (${hint})` : ""}`);
    }
  }
}

async function* agentKeys(keeper: string | undefined, note: Note): AsyncGenerator<Identity> {
  if (keeper === undefined) return;
  try {
    const keys = await keptKeys(keeper);
    if (keys.length === 0) note("ssh-agent", "it holds no keys");
    for (const key of keys) {
      const other = otherKind(key.type);
      if (other === undefined) yield keptIdentity(keeper, key);
      else note(`ssh-agent: ${key.comment || key.type}`, other);
    }
  } catch (error) {
    note("ssh-agent", `it can't be reached at ${keeper} (${(error as Error).message})`);
  }
}

/** A key in the form in which ssh2 asks for signatures. */
class Keyring extends ssh2.BaseAgent<Buffer> {
  readonly #identity: Identity;
  readonly #trial: Trial;
  constructor(identity: Identity, trial: Trial) {
    super();
    this.#identity = identity;
    this.#trial = trial;
  }

  override getIdentities(callback: (error: Error | undefined, keys?: Buffer[]) => void): void {
    callback(undefined, [this.#identity.publicKey]);
  }

  override sign(...args: unknown[]): void {
    const [_key, data, options, callback] = args as [
      unknown,
      Buffer,
      SigningRequestOptions,
      (error: Error | undefined, signature?: Buffer) => void,
    ];
    this.#identity.sign(data, options).then((signature) => callback(undefined, signature), (error: Error) => {
      this.#trial.problem = `the server would take it, but ${error.message}`;
      callback(error);
    });
  }
}

function refusal(
  endpoint: Endpoint,
  tried: readonly Trial[],
  accepts: readonly string[],
  cause: unknown,
): ConnectError {
  const lines = [...tried.map(({ name, problem }) => `${name}: ${problem}`), ...shownCertificates(endpoint)];
  const locked = lines.filter((line) => line.includes("the server would take it"));
  return new ConnectError(`Cannot log in to "${endpoint.name}": no key was accepted`, {
    cause,
    details: lines.length === 0 ? [nothingTried(endpoint)] : locked.length > 0 ? locked : lines,
    hint: locked.length > 0
      ? 'Add the key to ssh-agent with "ssh-add", or run this at a terminal'
      : refusalHint(endpoint, accepts, (cause as Error)?.message, lines),
  });
}

function nothingTried({ keys }: Endpoint): string {
  return keys.length === 0 ? "There was no key to try" : `There was no key to try: no ${list(keys, "or")}`;
}

function refusalHint(
  { user, configFiles: [file = "~/.ssh/config"] }: Endpoint,
  accepts: readonly string[],
  message: string,
  lines: readonly string[],
): string {
  if (/too many authentication failures/i.test(message)) {
    return `The server lets no more keys be tried: name the right one by "key", or by IdentityFile in ${file}`;
  }
  if (accepts.length > 0 && !accepts.includes("publickey")) {
    return `The server takes ${accepts.join(", ")} only; allow "publickey" in its sshd_config`;
  }
  if (lines.some((line) => line.includes("certificate"))) {
    return `Certificates are not offered: add the plain public key to ~${user}/.ssh/authorized_keys on the server`;
  }
  if (lines.length === 0) {
    return `Make a key with "ssh-keygen -t ed25519" and add its public half to ~${user}/.ssh/authorized_keys on the server, or name yours by "key"`;
  }
  return `Add your public key to ~${user}/.ssh/authorized_keys on the server, or name the right one by "key"`;
}
