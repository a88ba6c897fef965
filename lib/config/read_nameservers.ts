/**
 * Whom jails ask for names.
 *
 * @module
 */

import { isIpv4 } from "./check_network.ts";
import { type Complaint, type Field, list, refuse, refuseTwins, shorten, text } from "./field.ts";

/** A resolver's library looks at no more of them. */
const most = 3;
const example = '["9.9.9.9"]';

/** Reads the resolvers of jails; undefined where they are the server's own. */
export function readNameservers(field: Field): string[] | undefined {
  if (field.value === undefined) return undefined;
  const items = list(field, `a list of addresses such as ${example}`) ?? [];
  const addresses = items.map((item) =>
    text(item, { wanted: 'an address such as "9.9.9.9"', required: true, check: checkNameserver })
  );
  refuseTwins(items, addresses);
  if (Array.isArray(field.value) && (items.length === 0 || items.length > most)) {
    const problem = items.length === 0 ? "it is empty" : `it has ${items.length} addresses`;
    refuse(field, problem, `Give one to ${most} addresses such as ${example}, or leave it out`);
  }
  return addresses;
}

function checkNameserver(address: string): Complaint | undefined {
  const hint = "Give an IPv4 address that jails can reach: they have no IPv6, and 127.0.0.1 is their own";
  if (!isIpv4(address)) return { problem: `${shorten(address)} is not an IPv4 address`, hint };
  return /^(127\.|0\.)/.test(address) ? { problem: `${address} is the jail itself`, hint } : undefined;
}
