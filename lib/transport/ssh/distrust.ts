/**
 * The reasons not to trust a server, in words a person can act upon.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { ConnectError } from "../../core/error.ts";
import { list } from "../../core/text.ts";
import {
  authorityFor,
  fingerprint,
  type HostKey,
  hostName,
  type KnownHost,
  typeName,
} from "./known_hosts.ts";
import type { Endpoint } from "./resolve.ts";
import { knownAs, loadKnownHosts } from "./load_known_hosts.ts";

const keyLine = '"ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" on the server prints its fingerprint';

/** A key's type and fingerprint. */
export function described(key: HostKey): string {
  return `${typeName(key.type)} ${fingerprint(key)}`;
}

/** Nothing is known about a key, and nobody can be asked or is to be. */
export function unknownKey(endpoint: Endpoint, shown: HostKey): ConnectError {
  const authority = authorityLine(endpoint);
  return new ConnectError(`Cannot trust "${endpoint.name}": its key is not known`, {
    details: [
      `It shows an ${typeName(shown.type)} key with the fingerprint ${fingerprint(shown)}`,
      lookedIn(endpoint),
      ...(authority ? [authority] : []),
    ],
    hint: authority
      ? `Give its plain key's fingerprint as hostKey in the Alcaidefile; ${keyLine}`
      : `Connect once by "${
        sshLine(endpoint)
      }" and check that fingerprint before you accept it, or give it as hostKey in the Alcaidefile`,
  });
}

/** `StrictHostKeyChecking no` would take any key. */
export function neverTrusted(endpoint: Endpoint, shown: HostKey): ConnectError {
  return refusedWay(
    endpoint,
    shown,
    "its key is not known, and StrictHostKeyChecking no, which accepts any key, is never obeyed",
    `Write "StrictHostKeyChecking accept-new" in SSH's configuration, or give the fingerprint as hostKey in the Alcaidefile; ${keyLine}`,
  );
}

/** A new key would be accepted each time, since it is kept nowhere. */
export function nowhere(endpoint: Endpoint, shown: HostKey): ConnectError {
  return refusedWay(
    endpoint,
    shown,
    "StrictHostKeyChecking accept-new has no file to keep its key in",
    "Name a file by UserKnownHostsFile in SSH's configuration",
  );
}

function refusedWay(endpoint: Endpoint, shown: HostKey, problem: string, hint: string): ConnectError {
  const details = [`It shows an ${typeName(shown.type)} key with the fingerprint ${fingerprint(shown)}`];
  return new ConnectError(`Cannot trust "${endpoint.name}": ${problem}`, { details, hint });
}

/** The key is none of those that the configuration names. */
export function notPinned(endpoint: Endpoint, shown: HostKey): ConnectError {
  const type = typeName(shown.type);
  return new ConnectError(`Cannot trust "${endpoint.name}": its ${type} key differs from hostKey`, {
    details: [`It shows ${fingerprint(shown)}; hostKey says ${list(endpoint.pins, "or")}`],
    hint:
      `Somebody may be listening in between. If it is the right server, give the fingerprint of its ${type} key: ${keyLine}`,
  });
}

/** Something else is known than what the server shows. */
export function distrust(
  endpoint: Endpoint,
  kind: "changed" | "revoked" | "other-type",
  entry: KnownHost,
  shown: HostKey,
): ConnectError {
  const at = `line ${entry.line} of ${entry.file}`;
  const problem = {
    changed: `its ${typeName(shown.type)} key differs from the known one`,
    revoked: `its ${typeName(shown.type)} key is marked as revoked`,
    "other-type": `it shows an ${typeName(shown.type)} key, but an ${typeName(entry.type)} key is known`,
  }[kind];
  const name = hostName(...knownAs(endpoint));
  return new ConnectError(`Cannot trust "${endpoint.name}": ${problem}`, {
    details: [`It shows ${fingerprint(shown)}; see ${at}`],
    hint: kind === "revoked"
      ? "Somebody may be listening in between; ask whoever runs the server"
      : `Somebody may be listening in between. If the server was really installed anew, remove the old key with "ssh-keygen -R '${name}' -f ${entry.file}"`,
  });
}

/** Says that an authority vouches for the server by a certificate; undefined when none does. */
export function authorityLine(endpoint: Endpoint): string | undefined {
  const entry = authorityFor(loadKnownHosts(endpoint), ...knownAs(endpoint));
  if (entry === undefined) return undefined;
  return `Line ${entry.line} of ${entry.file} names an authority for its certificate, but certificates can't be checked here`;
}

function lookedIn({ knownHosts }: Endpoint): string {
  const there = knownHosts.filter((file) => existsSync(file));
  if (there.length > 0) return `It is not in ${list(there, "or")}`;
  return knownHosts[0] === undefined ? "No file of known servers is named" : `There is no ${knownHosts[0]}`;
}

function sshLine(endpoint: Endpoint): string {
  const port = endpoint.port === 22 ? "" : `-p ${endpoint.port} `;
  const via = endpoint.jumps.length === 0 ? "" : `-J ${endpoint.jumps.map((jump) => jump.name).join(",")} `;
  return `ssh ${via}${port}${endpoint.user}@${endpoint.host}`;
}
