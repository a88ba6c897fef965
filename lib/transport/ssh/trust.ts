// Decides whether a server is who it says, by the known_hosts files and a person's word.

import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ConnectError } from "../../core/error.ts";
import { type Ask, inTurn } from "./ask.ts";
import { fingerprint, type HostKey, hostName, judge, type KnownHost, typeName } from "./known_hosts.ts";
import type { Endpoint } from "./resolve.ts";
import { knownAs, loadKnownHosts } from "./load_known_hosts.ts";
import {
  authorityLine,
  described,
  distrust,
  neverTrusted,
  notPinned,
  nowhere,
  unknownKey,
} from "./distrust.ts";

/**
 * Judges the key a server shows, by fingerprints of the configuration and by the files.
 *
 * @returns undefined when it is known, the key when nothing is known about it
 * @throws {ConnectError} when something else is known
 */
export function checkHostKey(
  endpoint: Endpoint,
  known: readonly KnownHost[],
  shown: HostKey,
): HostKey | undefined {
  const verdict = judge(known, ...knownAs(endpoint), shown);
  if (verdict.kind === "revoked") throw distrust(endpoint, verdict.kind, verdict.entry, shown);
  if (endpoint.pins.length > 0) {
    if (endpoint.pins.includes(fingerprint(shown))) return undefined;
    throw notPinned(endpoint, shown);
  }
  if (verdict.kind === "known") return undefined;
  if (verdict.kind === "unknown") return shown;
  throw distrust(endpoint, verdict.kind, verdict.entry, shown);
}

/** How to meet a server that nothing is known about. */
export interface Meeting {
  readonly ask?: Ask | undefined;
  /** Says that a key was accepted by itself. */
  readonly warn?: ((text: string) => void) | undefined;
}

/**
 * Decides about a key that nothing is known about: as `StrictHostKeyChecking` says, else a person does. One that is accepted is
 * remembered.
 *
 * @throws {ConnectError} when it isn't accepted, or nobody can be asked
 */
export async function meetStranger(
  endpoint: Endpoint,
  shown: HostKey,
  { ask, warn }: Meeting,
): Promise<void> {
  const { checking, newHosts } = endpoint;
  if (checking === "no") throw neverTrusted(endpoint, shown);
  if (checking === "accept-new" && (newHosts === undefined || newHosts === "/dev/null")) {
    throw nowhere(endpoint, shown);
  }
  if (checking === "yes" || (checking === "ask" && !ask)) throw unknownKey(endpoint, shown);
  await inTurn(async () => {
    // Another connection may have met the same server while this one waited for its turn.
    if (!checkHostKey(endpoint, loadKnownHosts(endpoint), shown)) return;
    const name = hostName(...knownAs(endpoint));
    if (checking === "ask" && ask) await askAbout(endpoint, name, shown, ask);
    if (newHosts !== undefined) remember(newHosts, name, shown);
    if (checking === "accept-new") {
      warn?.(`The key of ${name} was not known, and is now in ${newHosts}: ${described(shown)}`);
    }
  });
}

/** As OpenSSH does: only the whole word or the fingerprint itself is a yes. */
async function askAbout(endpoint: Endpoint, name: string, shown: HostKey, ask: Ask): Promise<void> {
  const authority = authorityLine(endpoint);
  let question = [
    `The authenticity of host '${name}' can't be established.`,
    `${typeName(shown.type)} key fingerprint is ${fingerprint(shown)}.`,
    ...(authority ? [authority] : []),
    "Are you sure you want to continue connecting (yes/no/fingerprint)?",
  ].join("\n");
  for (;;) {
    const answer = await ask.line(question);
    if (answer?.toLowerCase() === "yes" || answer === fingerprint(shown)) return;
    if (answer === null || answer.toLowerCase() === "no") break;
    question = 'Please type "yes", "no" or the fingerprint:';
  }
  throw new ConnectError(`Cannot trust "${endpoint.name}": its key was not accepted`, {
    hint: "Ask whoever runs the server for its fingerprint, and compare",
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
