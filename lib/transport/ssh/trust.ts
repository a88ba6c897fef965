/**
 * Decides whether a server is who it says, by the known_hosts files and a person's word.
 *
 * @module
 */

import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ConnectError } from "../../error.ts";
import { type Ask, inTurn } from "./ask.ts";
import {
  fingerprint,
  type HostKey,
  hostName,
  judge,
  type KnownHost,
  parseKnownHosts,
  readHostKey,
  typeName,
} from "./known_hosts.ts";
import type { Endpoint } from "./resolve.ts";

/** Reads the known_hosts files of a server; a file that doesn't exist says nothing. */
export function loadKnownHosts(endpoint: Endpoint): KnownHost[] {
  return endpoint.knownHosts.flatMap((file) => {
    try {
      return parseKnownHosts(readFileSync(file, "utf8"), file);
    } catch (cause) {
      if ((cause as { code?: string }).code === "ENOENT") return [];
      throw new ConnectError(`Cannot read "${file}"`, { cause, hint: "It holds the keys of known servers" });
    }
  });
}

/** The name and port under which known_hosts has a server; an alias stands there without a port. */
export function knownAs({ host, port, hostKeyAlias }: Endpoint): [host: string, port: number] {
  return hostKeyAlias === undefined ? [host, port] : [hostKeyAlias, 22];
}

/**
 * Judges the key a server shows, by the files alone.
 *
 * @returns undefined when it is known, the key when nothing is known about it
 * @throws {ConnectError} when something else is known
 */
export function checkHostKey(
  endpoint: Endpoint,
  known: readonly KnownHost[],
  wire: Uint8Array,
): HostKey | undefined {
  const shown = readHostKey(wire);
  const verdict = judge(known, ...knownAs(endpoint), shown);
  if (verdict.kind === "known") return undefined;
  if (verdict.kind === "unknown") return shown;
  throw distrust(endpoint, verdict.kind, verdict.entry, shown);
}

/**
 * Asks a person about a key that nothing is known about, and remembers a yes.
 *
 * @throws {ConnectError} when it isn't accepted, or nobody can be asked
 */
export async function askAboutHostKey(
  endpoint: Endpoint,
  shown: HostKey,
  ask: Ask | undefined,
): Promise<void> {
  if (!ask) {
    throw new ConnectError(`Cannot trust "${endpoint.name}": its key is not known`, {
      details: [`It shows an ${typeName(shown.type)} key with the fingerprint ${fingerprint(shown)}`],
      hint: `Connect once by "${sshLine(endpoint)}" and check that fingerprint before you accept it`,
    });
  }
  await inTurn(async () => {
    // Another connection may have asked about the same server while this one waited for its turn.
    if (judge(loadKnownHosts(endpoint), ...knownAs(endpoint), shown).kind === "known") return;
    const name = hostName(...knownAs(endpoint));
    const yes = await ask.confirm(
      `The authenticity of host '${name}' can't be established.\n` +
        `${typeName(shown.type)} key fingerprint is ${fingerprint(shown)}.\n` +
        "Are you sure you want to continue connecting",
    );
    if (!yes) {
      throw new ConnectError(`Cannot trust "${endpoint.name}": its key was not accepted`, {
        hint: "Ask whoever runs the server for its fingerprint, and compare",
      });
    }
    if (endpoint.newHosts) remember(endpoint.newHosts, name, shown);
  });
}

function distrust(
  endpoint: Endpoint,
  kind: "changed" | "revoked" | "other-type",
  entry: KnownHost,
  shown: HostKey,
): ConnectError {
  const at = `line ${entry.line} of ${entry.file}`;
  const problem = {
    changed: `its ${typeName(shown.type)} key is another than the known one`,
    revoked: `its ${typeName(shown.type)} key is marked as revoked`,
    "other-type": `it shows an ${typeName(shown.type)} key, but an ${typeName(entry.type)} key is known`,
  }[kind];
  const name = hostName(...knownAs(endpoint));
  return new ConnectError(`Cannot trust "${endpoint.name}": ${problem}`, {
    details: [`It shows ${fingerprint(shown)}; see ${at}`],
    hint: kind === "revoked"
      ? "Somebody may be listening in between; ask whoever runs the server"
      : `Somebody may be listening in between. If the server was really made anew, remove the old key by "ssh-keygen -R '${name}' -f ${entry.file}"`,
  });
}

/** Appends a line; the lines that are there stay as they are. */
function remember(file: string, name: string, key: HostKey): void {
  try {
    const directory = dirname(file);
    if (!existsSync(directory)) {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      chmodSync(directory, 0o700);
    }
    const open = existsSync(file) && /[^\n]$/.test(readFileSync(file, "utf8")) ? "\n" : "";
    writeFileSync(file, `${open}${name} ${key.type} ${key.key}\n`, { flag: "a", mode: 0o600 });
  } catch (cause) {
    throw new ConnectError(`Cannot remember the server's key in "${file}"`, { cause });
  }
}

function sshLine(endpoint: Endpoint): string {
  const port = endpoint.port === 22 ? "" : `-p ${endpoint.port} `;
  const via = endpoint.jumps.length === 0 ? "" : `-J ${endpoint.jumps.map((jump) => jump.name).join(",")} `;
  return `ssh ${via}${port}${endpoint.user}@${endpoint.host}`;
}
