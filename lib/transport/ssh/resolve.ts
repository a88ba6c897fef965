// From a target to everything needed to get there: what the target says, else what SSH's configuration says.

import { hostname } from "node:os";
import { ConnectError } from "../../core/error.ts";
import { named } from "../../core/shape.ts";
import { type Become, parseTarget, type Target, targetName } from "../../core/target.ts";
import { type ConfigFile, hostNameOf, readSettings, type Settings } from "./config_file.ts";
import { expandHome, type Meanings, milliseconds } from "./config_values.ts";
import { localName, type SshEnv } from "./person.ts";

/** A server with everything needed to get in. */
export interface Endpoint {
  /** Its name in messages. */
  readonly name: string;
  /** Name or address to connect to, and the name in known_hosts. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** How to become root, when it is known already. */
  readonly become?: Become;
  /** A private key that must exist, to try before all others. */
  readonly key?: string;
  /** Private keys that the configuration names, to try next. */
  readonly identities: readonly string[];
  /** True when the key keeper's other keys are not to be tried. */
  readonly identitiesOnly: boolean;
  /** Private keys to try last; they need not exist. */
  readonly keys: readonly string[];
  readonly certificates: readonly string[];
  readonly keeper?: string;
  /** Files to look for the server's key in. */
  readonly knownHosts: readonly string[];
  /** The file that new servers' keys go to; without one they are asked about each time. */
  readonly newHosts?: string;
  /** The treatment of an unknown key. */
  readonly checking: Checking;
  /** Fingerprints of the server's keys; with some, they alone tell which one is right. */
  readonly pins: readonly string[];
  /** The name in known_hosts, when it is another. */
  readonly hostKeyAlias?: string;
  readonly configFiles: readonly string[];
  /** Milliseconds for one attempt to connect, when the configuration says it. */
  readonly timeout?: number;
  /** Servers to go through, the nearest first. */
  readonly jumps: readonly Endpoint[];
}

/** What `StrictHostKeyChecking` says, by the shortest of its words; `no` is never done. */
export type Checking = "ask" | "yes" | "accept-new" | "no";

/** The inputs for working out the way to a server. */
interface Means {
  readonly env: SshEnv;
  readonly files: readonly ConfigFile[];
}

/** The user where neither a target nor the configuration names one. */
const usualUser = "root";
const usualKeys = ["id_ed25519", "id_ecdsa", "id_rsa"];

/** The files of SSH's configuration, the person's own first. */
export function configFiles(env: SshEnv): ConfigFile[] {
  const own = env.HOME ? [{ path: `${env.HOME}/.ssh/config`, own: true }] : [];
  return [...own, { path: "/etc/ssh/ssh_config", own: false }];
}

/**
 * Finds out how to get to a target.
 *
 * @throws {ConnectError} for a jump server or a configuration that can't be understood
 */
export function resolveTarget(
  target: Target,
  env: SshEnv,
  files: readonly ConfigFile[] = configFiles(env),
): Endpoint {
  return resolve(target, { env, files }, []);
}

function resolve(target: Target, means: Means, on: readonly string[]): Endpoint {
  const { env, files } = means;
  const localUser = localName(env);
  const { host: given } = target;
  const asked = { host: given, user: target.user, usualUser, localUser, home: env.HOME };
  const settings = readSettings(files, asked);
  const user = target.user ?? settings.first("User") ?? usualUser;
  const host = hostNameOf(settings, given).toLowerCase();
  const port = target.port ?? portOf(settings);
  const name = targetName({ ...target, user, port });
  // By the names as they are asked for: different networks may have the same addresses.
  const step = targetName(target);
  if (on.includes(step)) throw circle(name, target, settings);
  const alias = settings.first("HostKeyAlias");
  const meanings: Meanings = {
    home: env.HOME,
    variable: (variable) => named(env, variable),
    tokens: { ...machineTokens(env), h: host, k: alias ?? given, n: given, p: `${port}`, r: user },
  };
  const timeout = milliseconds(settings.first("ConnectTimeout") ?? "");
  return {
    name,
    host,
    port,
    user,
    ...(target.become ? { become: target.become } : {}),
    ...keysOf(target, settings, meanings, env),
    ...knownHostsOf(target, settings, meanings),
    checking: checkingOf(settings),
    pins: [target.hostKey ?? []].flat().map((pin) => pin.replace(/(?<!=)=+$/, "")),
    configFiles: files.map(({ path }) => path),
    ...(alias ? { hostKeyAlias: alias } : {}),
    ...(timeout ? { timeout } : {}),
    jumps: jumps(target, settings, means, [...on, step]),
  };
}

function circle(name: string, { host }: Target, { files }: Settings): ConnectError {
  return new ConnectError(`Cannot go to "${name}": the way there leads through itself`, {
    hint: `Write "ProxyJump none" for "${host}" in ${files.get("proxyjump") ?? "~/.ssh/config"}`,
  });
}

function portOf(settings: Settings): number {
  const text = settings.first("Port") ?? "22";
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65535) return port;
  throw settings.bad("Port", text, "it is not a number from 1 to 65535");
}

/** The words of OpenSSH, and the shortest that means the same. */
const checkings: Readonly<Record<string, Checking>> = {
  ...{ ask: "ask", yes: "yes", true: "yes", "accept-new": "accept-new" },
  ...{ no: "no", off: "no", false: "no" },
};

function checkingOf(settings: Settings): Checking {
  const word = settings.first("StrictHostKeyChecking") ?? "ask";
  const checking = named(checkings, word.toLowerCase());
  if (checking !== undefined) return checking;
  throw settings.bad("StrictHostKeyChecking", word, "it is not ask, yes or accept-new");
}

type Keys = Pick<Endpoint, "key" | "identities" | "identitiesOnly" | "keys" | "keeper" | "certificates">;

function keysOf(target: Target, settings: Settings, meanings: Meanings, env: SshEnv): Keys {
  const keeper = keeperOf(settings, meanings);
  return {
    ...(target.key ? { key: expandHome(target.key, env.HOME) } : {}),
    identities: settings.paths("IdentityFile", meanings),
    certificates: settings.paths("CertificateFile", meanings),
    identitiesOnly: settings.first("IdentitiesOnly")?.toLowerCase() === "yes",
    keys: settings.has("identityfile") || !env.HOME
      ? []
      : usualKeys.map((name) => `${env.HOME}/.ssh/${name}`),
    ...(keeper ? { keeper } : {}),
  };
}

function keeperOf(settings: Settings, meanings: Meanings): string | undefined {
  const text = settings.first("IdentityAgent") ?? "SSH_AUTH_SOCK";
  if (text.toLowerCase() === "none") return undefined;
  if (text === "SSH_AUTH_SOCK") return meanings.variable(text);
  if (/^\$\w+$/.test(text)) return meanings.variable(text.slice(1));
  return settings.expand("IdentityAgent", text, meanings);
}

type KnownHosts = Pick<Endpoint, "knownHosts" | "newHosts">;

function knownHostsOf(target: Target, settings: Settings, meanings: Meanings): KnownHosts {
  const { home } = meanings;
  if (target.knownHosts) {
    const file = expandHome(target.knownHosts, home);
    return { knownHosts: [file], newHosts: file };
  }
  const usual = ["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"];
  const usualOwn = home ? ["~/.ssh/known_hosts", "~/.ssh/known_hosts2"] : [];
  const own = settings.paths("UserKnownHostsFile", meanings, usualOwn);
  const all = settings.paths("GlobalKnownHostsFile", meanings, usual);
  return { knownHosts: [...own, ...all], ...(own[0] ? { newHosts: own[0] } : {}) };
}

/** The servers to go through: each may itself be reached through others. */
function jumps(target: Target, settings: Settings, means: Means, on: readonly string[]): Endpoint[] {
  const command = settings.get("proxycommand")?.join(" ") ?? "none";
  const way = target.jump ?? settings.first("ProxyJump") ?? "none";
  if (target.jump === undefined && command.toLowerCase() !== "none") {
    throw settings.bad("ProxyCommand", command, "a connection can go through servers, not through commands");
  }
  if (way.toLowerCase() === "none") return [];
  const { key, knownHosts } = target;
  return way.split(",").flatMap((text, index) => {
    const parsed = parseTarget(text.trim().replace(/^ssh:\/\//, ""));
    if (!parsed) {
      throw new ConnectError(`Cannot go through "${text.trim()}"`, {
        hint: "Write the server to go through as user@host:port",
      });
    }
    const more = { ...(key ? { key } : {}), ...(knownHosts ? { knownHosts } : {}) };
    // The way to all but the first is given by those before it.
    const jump = resolve({ ...parsed, ...more, ...(index > 0 ? { jump: "none" } : {}) }, means, on);
    return [...jump.jumps, jump];
  });
}

/** The tokens that are the same for every server. */
function machineTokens(env: SshEnv): Record<string, string> {
  const here = hostname();
  const [short = here] = here.split(".");
  return { d: env.HOME ?? "", i: `${Deno.uid() ?? ""}`, L: short, l: here, u: localName(env) };
}
