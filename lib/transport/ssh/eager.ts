// Round trips that ssh2 waits and no server asks for: two of a connection.

// @ts-types="@types/ssh2"
import type { Client } from "ssh2";

/** The parts of ssh2 that its types lack. */
interface Inner {
  readonly _protocol?: Protocol;
}

interface Protocol {
  readonly _handlers: Record<string, (protocol: Protocol, value: unknown) => void>;
  authPK(user: string, key: unknown, algorithm?: string, sign?: unknown): void;
}

/** Makes a client that has begun to connect wait less. Without the parts of ssh2 that this needs it stays as it is. */
export function beEager(client: Client, signsAtOnce: () => boolean): void {
  const { _protocol: protocol } = client as unknown as Inner;
  if (protocol?._handlers === undefined) return;
  offerAtOnce(protocol);
  signAtOnce(protocol, signsAtOnce);
}

/** Offers a key behind the request to be let in, not behind its answer: once the server has said which signatures it takes. */
function offerAtOnce(protocol: Protocol): void {
  const { _handlers: handlers } = protocol;
  const { EXT_INFO: told, SERVICE_ACCEPT: accepted } = handlers;
  if (told === undefined || accepted === undefined) return;
  let begun = false;
  handlers["SERVICE_ACCEPT"] = (from, service) => {
    if (!begun) accepted(from, service);
    begun = true;
  };
  handlers["EXT_INFO"] = (from, info) => {
    told(from, info);
    handlers["SERVICE_ACCEPT"]?.(from, "ssh-userauth");
  };
}

/** Signs in place of asking first whether the server would take the key. */
function signAtOnce(protocol: Protocol, may: () => boolean): void {
  const offer = protocol.authPK.bind(protocol);
  const sign = protocol._handlers["USERAUTH_PK_OK"];
  protocol.authPK = (...args) => {
    if (sign !== undefined && args[3] === undefined && may()) return sign(protocol, undefined);
    offer(...args);
  };
}
