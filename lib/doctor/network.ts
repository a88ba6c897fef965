// This machine's view of names, ports and certificates.

import type { Config } from "../config/field/types.ts";
import { ConnectError } from "../core/error.ts";
import type { Target } from "../core/target.ts";
import { programEnv } from "../transport/ssh/person.ts";
import { resolveTarget } from "../transport/ssh/resolve.ts";
import { namesOf, portsOf } from "./outside.ts";
import type { Outside, Reach } from "./seen.ts";

/** The network, as far as doctor asks it. */
export interface Network {
  /** Addresses of a name, empty when it has none; undefined when nobody could be asked. */
  resolve(name: string): Promise<readonly string[] | undefined>;
  /** Tries a port. */
  connect(host: string, port: number): Promise<Reach>;
  /** Shakes hands at port 443 for a name; gives why the certificate is not trusted, or nothing. */
  handshake(host: string, name: string): Promise<string>;
}

/** Milliseconds for one question. */
const patience = 5000;

/** The network of this machine. */
export const network: Network = {
  resolve: async (name) => {
    if (/^[\d.]+$|:/.test(name)) return [name];
    const all = await Promise.all((["A", "AAAA"] as const).map((type) => lookUp(name, type)));
    const known = all.filter((found) => found !== undefined);
    return known.length === 0 ? undefined : known.flat();
  },
  connect: async (host, port) => {
    try {
      (await limited(Deno.connect({ hostname: host, port }))).close();
      return "open";
    } catch (error) {
      if (error instanceof Deno.errors.ConnectionRefused) return "refused";
      return error instanceof Deno.errors.TimedOut ? "silent" : "unknown";
    }
  },
  handshake: async (host, name) => {
    try {
      const connection = await limited(Deno.connect({ hostname: host, port: 443 }));
      const tls = await Deno.startTls(connection, { hostname: name });
      using _closed = tls;
      await limited(tls.handshake());
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  },
};

async function lookUp(name: string, type: "A" | "AAAA"): Promise<string[] | undefined> {
  try {
    return await Deno.resolveDns(name, type, { signal: AbortSignal.timeout(patience) });
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? [] : undefined;
  }
}

/** Waits so long and no longer; a late answer is closed. */
async function limited<T extends Disposable | object>(question: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Deno.errors.TimedOut("no answer")), patience);
  try {
    return await Promise.race([question, late.promise]);
  } catch (error) {
    question.then((value) => (value as Partial<Disposable>)[Symbol.dispose]?.(), () => {});
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Looks at a server from outside. */
export async function lookFromHere(config: Config, target: Target, net: Network): Promise<Outside> {
  const host = hostOf(target);
  const names = namesOf(config);
  const [own, found, ports] = await Promise.all([
    host === undefined ? [] : net.resolve(host),
    Promise.all(names.map(async (name) => [name, await net.resolve(name)] as const)),
    Promise.all(
      portsOf(config).map(async (port) =>
        [port, host === undefined ? "unknown" : await net.connect(host, port)] as const
      ),
    ),
  ]);
  const tls = host !== undefined && ["acme", "own"].includes(config.tls.kind) &&
    ports.some(([port, reach]) => port === 443 && reach === "open");
  const trust = tls
    ? await Promise.all(names.map(async (name) => [name, await net.handshake(host, name)] as const))
    : [];
  return { host: own ?? [], names: new Map(found), ports: new Map(ports), trust: new Map(trust) };
}

/** The host to ask; none behind another server, where its address may mean something else, and none that SSH can't find. */
function hostOf(target: Target): string | undefined {
  try {
    const { host, jumps } = resolveTarget(target, programEnv());
    return jumps.length === 0 ? host : undefined;
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    return undefined;
  }
}
