// The facts that checks look at: those of a server that only `doctor` reads, and the view from this machine.

import type { Config } from "../config/field/types.ts";
import type { Facts, SetupFacts } from "../server/facts.ts";
import type { Project } from "../server/host_state.ts";
import { rows, splitFirst } from "../server/rows.ts";

/** Facts of a server that only `doctor` reads. */
export interface DoctorFacts {
  /** Version of the kernel that runs, with patch level; empty where it could not be read. */
  readonly running: string;
  /** Addresses of its interfaces, without those that others can't reach. */
  readonly addresses: readonly string[];
  /** Those of ntpd, chronyd and cron that run. */
  readonly daemons: readonly string[];
  /** The umask of login.conf. */
  readonly umask: string;
  /** The rules of translation that are in force. */
  readonly nat: readonly string[];
  /** `checked` when pf looked at the file of its rules, then its complaint. */
  readonly pfCheck: readonly string[];
  /** The resolvers of each tree of ours, templates included. */
  readonly resolvers: ReadonlyMap<string, readonly string[]>;
  /** Files with secrets that others can read. */
  readonly openSecrets: readonly string[];
  /** Sizes of directories, in bytes. */
  readonly sizes: ReadonlyMap<string, number>;
  /** The size of the largest artifact, in bytes. */
  readonly artifact: number;
  readonly freeInodes: number | undefined;
  /** The file system of the releases' artifacts. */
  readonly stateDisk: { readonly device: string; readonly free: number | undefined };
  /** Why Caddy can't read the Caddyfile. */
  readonly caddyfileProblem: string;
  /** The number of the user that Caddy runs as. */
  readonly caddyUser: string;
  /** Ends of the certificates that Caddy shows, by name, in milliseconds since 1970; undefined where it shows none. */
  readonly certificates: ReadonlyMap<string, number | undefined>;
  /** `found`, or why the mirror has no base system. */
  readonly mirror: string;
  /** The latest patch level of the server's release, as the update servers say. */
  readonly latest: number | undefined;
  /** Memory, in bytes. */
  readonly memory: number | undefined;
  /** Swap, in bytes. */
  readonly swap: number | undefined;
  readonly openFiles: number | undefined;
  /** How many files can be open. */
  readonly mostFiles: number | undefined;
  /** The kernel's words about the last program that it ended; empty when there is none. */
  readonly killed: string;
}

/** How a port answers: it is open, refuses, stays silent, or could not be asked. */
export type Reach = "open" | "refused" | "silent" | "unknown";

/** The view from this machine. */
export interface Outside {
  /** Addresses that the server's own name stands for. */
  readonly host: readonly string[];
  /** Addresses of the app's names; undefined where nobody could be asked. */
  readonly names: ReadonlyMap<string, readonly string[] | undefined>;
  /** The server's ports for visitors. */
  readonly ports: ReadonlyMap<number, Reach>;
  /** Why a name's certificate is not trusted; empty when it is. */
  readonly trust: ReadonlyMap<string, string>;
}

/** Input of the checks of a server's surroundings. The facts are absent where the server let nobody in. */
export interface SeenOutside {
  readonly config: Config;
  readonly outside: Outside;
  readonly known: Known | undefined;
  /** In milliseconds since 1970. */
  readonly now: number;
}

/** The facts of a server. */
export interface Known {
  readonly facts: Facts;
  readonly setup: SetupFacts;
  readonly more: DoctorFacts;
}

/** Input of the checks of a server. */
export interface SeenServer extends Known {
  readonly config: Config;
  /** The server's name. */
  readonly server: string;
  readonly project: Project;
  /** Our clock when the facts were read, in milliseconds: the nearest to the server's between question and answer. */
  readonly now: number;
}

/** Input of the checks of this machine. */
export interface SeenHere {
  /** The key of the encrypted file; undefined where there is none. */
  readonly key: { readonly name: string; readonly mode: number | null } | undefined;
  /** The app's own certificate as PEM text; undefined where its value is not known without a key, null where it has none. */
  readonly certificate: string | undefined | null;
  /** In milliseconds since 1970. */
  readonly now: number;
}

/** Reads the sections that only `doctor` asks for. */
export function parseDoctor(get: (name: string) => string): DoctorFacts {
  const first = (name: string) => (rows(get(name))[0] ?? "").trim();
  const state = get("state disk").trim();
  return {
    running: rows(get("system"))[3] ?? "",
    addresses: rows(get("addresses")).filter((address) => !/^(127\.|::1$|fe80:)/.test(address)),
    daemons: rows(get("daemons")),
    umask: first("umask"),
    nat: rows(get("nat")),
    pfCheck: rows(get("pf check")),
    ...parseTrees(get),
    openSecrets: rows(get("open secrets")),
    artifact: Math.max(0, ...rows(get("artifacts")).map(Number).filter(Number.isFinite)),
    freeInodes: numberOf(/%\s+\d+\s+(\d+)\s+\d+%/, get("inodes")),
    stateDisk: {
      device: state.split(/\s+/)[0] ?? "",
      free: numberOf(/\s(\d+)\s+\d+%/, state, 1024),
    },
    caddyfileProblem: first("caddyfile problem"),
    caddyUser: first("caddy user"),
    certificates: new Map(
      rows(get("certificates")).map((row) => {
        const [name, end] = splitFirst(row, " ");
        const time = Date.parse(end);
        return [name, Number.isNaN(time) ? undefined : time];
      }),
    ),
    mirror: first("mirror"),
    latest: numberOf(/^\S+ (\d+)$/m, get("latest")),
    ...parseSupplies(get("resources")),
    killed: first("killed"),
  };
}

function parseSupplies(text: string): Pick<DoctorFacts, "memory" | "swap" | "openFiles" | "mostFiles"> {
  return {
    memory: numberOf(/^hw\.physmem: (\d+)$/m, text),
    swap: numberOf(/^vm\.swap_total: (\d+)$/m, text),
    openFiles: numberOf(/^kern\.openfiles: (\d+)$/m, text),
    mostFiles: numberOf(/^kern\.maxfiles: (\d+)$/m, text),
  };
}

function parseTrees(get: (name: string) => string): Pick<DoctorFacts, "resolvers" | "sizes"> {
  return {
    resolvers: new Map(
      rows(get("tree resolvers")).map((row) => {
        const [path, all] = splitFirst(row, " ");
        return [path, all.split(" ").filter((address) => address !== "")];
      }),
    ),
    sizes: new Map(
      rows(get("sizes")).map((row) => {
        const [size, path] = splitFirst(row, " ");
        return [path, Number(size) * 1024];
      }),
    ),
  };
}

function numberOf(pattern: RegExp, text: string, times = 1): number | undefined {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? undefined : Number(found) * times;
}
