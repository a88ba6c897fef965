// The known_hosts files of a server.

import { readFileSync } from "node:fs";
import { ConnectError } from "../../core/error.ts";
import { type KnownHost, parseKnownHosts } from "./known_hosts.ts";
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
