/**
 * Domains: the names under which an app is reached.
 *
 * @module
 */

import { list as listText } from "../core/text.ts";
import { checkDomain } from "./check_network.ts";
import { type Check, type Field, oneOrMany, refuse, refuseTwins, shorten, text } from "./field.ts";
import { row } from "./kinds.ts";
import type { Around, Declared } from "./schema.ts";
import { isOwn } from "./tls.ts";

const names = {
  type: "string | string[]",
  becomes: "readonly string[]",
  show: (name: string, value: readonly string[]) => row(name, listText(value)),
};

/** The field `domain`. */
export const domain: Declared<readonly string[]> = {
  ...names,
  text:
    "The domain or domains that the app answers to; the first one is the main one. Without it the app is served over plain " +
    'HTTP at the server\'s address. A wildcard such as `"*.shop.example.com"` works with `tls: "off"` or `"internal"`, or with ' +
    "a certificate of one's own; where one name is wanted, such as for the health check, `www` stands in for it.",
  resolved: "What the app answers to, the main domain first; none: every name.",
  read: readDomains,
};

/** The field `redirects`. */
export const redirects: Declared<readonly string[]> = {
  ...names,
  text:
    'Other host names, such as `"www.shop.example.com"`: whoever asks for them is sent to the main domain for good.',
  resolved: "Names that are redirected to the main domain.",
  read: readRedirects,
};

function readDomains(field: Field, around: Around): string[] {
  const tls = around.given("tls");
  const wildcards = ["off", "internal"].includes(String(tls.value)) ||
    isOwn(tls);
  return readNames(field, "a domain", (name) => checkDomain(name, { wildcards }));
}

function readRedirects(field: Field, { config: { domains } }: Around): string[] {
  const names = readNames(field, "a host name", (name) => {
    const own = domains.includes(name.toLowerCase());
    if (own) return { problem: `${shorten(name)} is in domain, too`, hint: "Name it in one of the two" };
    return checkDomain(name, { address: "Leave it out: only names can be redirected" });
  });
  const [main] = domains;
  if (names.length > 0 && (main === undefined || main.startsWith("*"))) {
    const problem = main === undefined
      ? "there is no domain to redirect to"
      : `${main} is no single name to redirect to`;
    refuse(field, problem, main === undefined ? "Give domain, too" : "Name one first in domain");
  }
  return names;
}

function readNames(field: Field, what: string, check: Check<string>): string[] {
  const items = oneOrMany(field);
  const wanted = `${what} such as "${what === "a domain" ? "" : "www."}shop.example.com"`;
  const names = items.map((item) =>
    text(item, { wanted, required: true, check: (name) => check(name) }).toLowerCase()
  );
  refuseTwins(items, names);
  return names;
}
