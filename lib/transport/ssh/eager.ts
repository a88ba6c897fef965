// Round trips that ssh2 waits and no server asks for: two of a connection.

// @ts-types="@types/ssh2"
import type { Client } from "ssh2";
import { type Handlers, type Protocol, protocolOf } from "./inner.ts";

/** Makes a client that has begun to connect wait less. Without the parts of ssh2 that this needs it stays as it is. */
export function beEager(client: Client, signsAtOnce: () => boolean): void {
  const protocol = protocolOf(client);
  const handlers = protocol?._handlers;
  if (protocol === undefined || handlers === undefined) return;
  offerAtOnce(client, handlers);
  signAtOnce(protocol, handlers, signsAtOnce);
}

/**
 * Offers a key behind the request to be let in, not behind its answer: once the server has said which signatures it takes. It may say
 * so while a person is still asked about its own key. Nothing that we send is encrypted then, and it isn't trusted yet.
 */
function offerAtOnce(client: Client, handlers: Handlers): void {
  const { EXT_INFO: told, SERVICE_ACCEPT: accepted } = handlers;
  if (told === undefined || accepted === undefined) return;
  let begun = false;
  let isTrusted = false;
  client.once("handshake", () => isTrusted = true);
  handlers["SERVICE_ACCEPT"] = (from, service) => {
    if (!begun) accepted(from, service);
    begun = true;
  };
  handlers["EXT_INFO"] = (from, info) => {
    told(from, info);
    if (isTrusted) handlers["SERVICE_ACCEPT"]?.(from, "ssh-userauth");
  };
}

/** Signs in place of asking first whether the server would take the key. */
function signAtOnce(protocol: Protocol, handlers: Handlers, may: () => boolean): void {
  const offer = protocol.authPK.bind(protocol);
  const sign = handlers["USERAUTH_PK_OK"];
  protocol.authPK = (...args) => {
    if (sign !== undefined && args[3] === undefined && may()) return sign(protocol, undefined);
    offer(...args);
  };
}
