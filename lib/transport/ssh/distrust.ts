// The reasons not to trust a server, in words a person can act upon.

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

function untrusted(
  { name }: Endpoint,
  problem: string,
  details: readonly string[],
  hint: string,
): ConnectError {
  return new ConnectError(`Cannot trust "${name}": ${problem}`, { details, hint });
}

function itShows(shown: HostKey): string {
  return `It shows an ${typeName(shown.type)} key with the fingerprint ${fingerprint(shown)}`;
}

/** Nothing is known about a key, and nobody can be asked or is to be. */
export function unknownKey(endpoint: Endpoint, shown: HostKey): ConnectError {
  const authority = authorityLine(endpoint);
  const details = [itShows(shown), lookedIn(endpoint), ...(authority ? [authority] : [])];
  const hint = authority
    ? `Give its plain key's fingerprint as hostKey in the Alcaidefile; ${keyLine}`
    : `Connect once by "${
      sshLine(endpoint)
    }" and check that fingerprint before you accept it, or give it as hostKey in the Alcaidefile`;
  return untrusted(endpoint, "its key is not known", details, hint);
}

/** `StrictHostKeyChecking no` would take any key. */
export function neverTrusted(endpoint: Endpoint, shown: HostKey): ConnectError {
  return untrusted(
    endpoint,
    "its key is not known, and StrictHostKeyChecking no, which accepts any key, is never obeyed",
    [itShows(shown)],
    `Write "StrictHostKeyChecking accept-new" in SSH's configuration, or give the fingerprint as hostKey in the Alcaidefile; ${keyLine}`,
  );
}

/** A new key would be accepted each time, since it is kept nowhere. */
export function nowhere(endpoint: Endpoint, shown: HostKey): ConnectError {
  const problem = "StrictHostKeyChecking accept-new has no file to keep its key in";
  const hint = "Name a file by UserKnownHostsFile in SSH's configuration";
  return untrusted(endpoint, problem, [itShows(shown)], hint);
}

/** The key is none of those that the configuration names. */
export function notPinned(endpoint: Endpoint, shown: HostKey): ConnectError {
  const type = typeName(shown.type);
  return untrusted(
    endpoint,
    `its ${type} key differs from hostKey`,
    [`It shows ${fingerprint(shown)}; hostKey says ${list(endpoint.pins, "or")}`],
    `Somebody may be listening in between. If it is the right server, give the fingerprint of its ${type} key: ${keyLine}`,
  );
}

/** Something else is known than what the server shows. */
export function distrust(
  endpoint: Endpoint,
  kind: "changed" | "revoked" | "other-type",
  { line, file, type }: KnownHost,
  shown: HostKey,
): ConnectError {
  const problem = {
    changed: `its ${typeName(shown.type)} key differs from the known one`,
    revoked: `its ${typeName(shown.type)} key is marked as revoked`,
    "other-type": `it shows an ${typeName(shown.type)} key, but an ${typeName(type)} key is known`,
  }[kind];
  const hint = kind === "revoked"
    ? "Somebody may be listening in between; ask whoever runs the server"
    : `Somebody may be listening in between. If the server was really installed anew, remove the old key with "ssh-keygen -R '${
      hostName(...knownAs(endpoint))
    }' -f ${file}"`;
  return untrusted(endpoint, problem, [`It shows ${fingerprint(shown)}; see line ${line} of ${file}`], hint);
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
