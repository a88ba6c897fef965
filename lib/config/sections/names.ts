// Names: the app's own, after which jails, directories and users on the server are called, and those under which it is reached.

import { list as listText } from "../../core/text.ts";
import { checkDomain } from "../field/check_network.ts";
import { isRecord } from "../../core/kind.ts";
import {
  type Check,
  type Complaint,
  type Field,
  oneOrMany,
  refuse,
  refuseTwins,
  shorten,
  text,
} from "../field/field.ts";
import { row, string } from "../field/kinds.ts";
import { type Around, type Declared, readShape } from "../field/schema.ts";
import { ask } from "./ask.ts";
import { isOwn } from "./tls.ts";

/** The field `app`. */
export const app: Declared<string> = string({
  text:
    "Name of the app: small letters, digits and `_`, beginning with a letter. Its jails are called after it.",
  required: true,
  wanted: 'a text such as "shop"',
  check: checkAppName,
});

/** Looks whether a text can name an app, its jails and what belongs to them. */
function checkAppName(name: string): Complaint | undefined {
  const proposed = appName(name);
  if (!/^[a-z][a-z0-9_]*$/.test(name)) {
    return {
      problem: `${shorten(name)} isn't only small letters, digits and underscores, beginning with a letter`,
      hint: proposed === undefined ? 'Give a name such as "shop"' : `Write ${shorten(proposed)}`,
    };
  }
  if (name.length > 30) {
    return { problem: `${shorten(name)} is longer than 30 characters`, hint: "Shorten it" };
  }
  // Records by name have a property of that name from the start.
  if (name in {}) return { problem: `${shorten(name)} is a word of JavaScript`, hint: "Add a letter" };
  const ending = /_(blue|green|build)$/.exec(name)?.[0];
  if (ending === undefined) return undefined;
  return { problem: `${shorten(name)} ends like the name of a jail`, hint: `Leave out "${ending}"` };
}

/** The nearest valid app name to a text, such as a directory's name; undefined when nothing is left of it. */
export function appName(name: string): string | undefined {
  const plain = name.normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "").replace(/[^a-z0-9]+/g, "_");
  const short = plain.replace(/^[^a-z]+/, "").slice(0, 30).replace(/(_(blue|green|build))*_*$/, "");
  return short === "" ? undefined : short;
}

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
    "your own certificate; where one name is wanted, such as for the health check, `www` stands in for it. " +
    '`["shop.example.com", { ask: "http://app/allowed" }]` answers to domains of customers, too.',
  resolved: "The domains that the app answers to, the main one first; none: every name.",
  type: "string | UserAsk | (string | UserAsk)[]",
  form: "string | { … } | (string | { … })[]",
  records: [ask],
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
  const wildcards = ["off", "internal"].includes(String(tls.value)) || isOwn(tls);
  const items = oneOrMany(field);
  const [asked, ...more] = items.filter(({ value }) => isRecord(value));
  const plain = items.filter(({ value }) => !isRecord(value));
  const names = readHostNames(plain, "a domain", (name) => checkDomain(name, { wildcards }));
  if (asked === undefined) return names;
  readShape(ask, asked, around);
  const [twin] = more;
  if (twin !== undefined) refuse(twin, `it is a second one beside ${asked.path}`, "Give one");
  if (names.length === 0) {
    refuse(asked, "the app has no domain of its own", `Give one, too: ["shop.example.com", { ask: … }]`);
  }
  if (around.given("paths").value !== undefined) {
    refuse(asked, "an app with paths answers to some paths of some domains", "Leave out one or the other");
  }
  return names;
}

function readRedirects(field: Field, { config: { domains } }: Around): string[] {
  const names = readHostNames(oneOrMany(field), "a host name", (name) => {
    const own = domains.includes(name.toLowerCase());
    if (own) return { problem: `${shorten(name)} is in domain, too`, hint: "Name it in one of the two" };
    return checkDomain(name, { address: "Leave it out: only names can be redirected" });
  });
  const [main] = domains;
  if (names.length > 0 && (main === undefined || main.startsWith("*"))) {
    if (main === undefined) refuse(field, "there is no domain to redirect to", "Give domain, too");
    else refuse(field, `${main} is not a single name to redirect to`, "Name one first in domain");
  }
  return names;
}

function readHostNames(items: readonly Field[], what: string, check: Check<string>): string[] {
  const wanted = `${what} such as "${what === "a domain" ? "" : "www."}shop.example.com"`;
  const names = items.map((item) => text(item, { wanted, required: true, check }).toLowerCase());
  refuseTwins(items, names);
  return names;
}
