// Proxy: rules of Caddy's for the requests that come to the app.

import type { Problem } from "../../core/error.ts";
import { isSecret, type Secret, secret } from "../../core/secret.ts";
import { list as listText } from "../../core/text.ts";
import { isReference } from "../../secrets/reference.ts";
import { checkAddresses } from "../field/check_network.ts";
import { describeKind, isRecord } from "../../core/kind.ts";
import {
  child,
  complain,
  type Complaint,
  describe,
  type Field,
  oneOrMany,
  refuse,
  refuseTwins,
  shorten,
  text,
} from "../field/field.ts";
import { boolean, inner, optionalInteger, optionalString, row } from "../field/kinds.ts";
import { type About, type Declared, shape } from "../field/schema.ts";

const basicAuth: Declared<Readonly<Record<string, Secret>>> = {
  text:
    "Users with their passwords, best as secrets: everybody else gets status 401. Only hashes reach the server.",
  otherwise: "no password is asked for",
  resolved: "Passwords by user.",
  type: "Record<string, string | Secret>",
  form: "{ USER: string | Secret }",
  becomes: "Readonly<Record<string, Secret>>",
  read: (field) => byName(field, '{ admin: secrets("ADMIN_PASSWORD") }', readPassword),
  show: (name, users) => Object.keys(users).flatMap((user) => row(`${name}.${user}`, "[secret]")),
};

const headers: Declared<Readonly<Record<string, string | false>>> = {
  text:
    "Headers of the answers: a text sets one, over that of the app, and `false` removes it. Caddy's placeholders stand for values.",
  resolved: "Headers to set or, where false, to remove.",
  type: "Record<string, string | false>",
  form: "{ NAME: string | false }",
  becomes: "Readonly<Record<string, string | false>>",
  read: (field) => byName(field, '{ "X-Frame-Options": "DENY", Server: false }', readHeader),
  show: (name, all) => Object.entries(all).flatMap(([key, value]) => row(`${name}.${key}`, String(value))),
};

const sizeUnits: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

const maxBody: Declared<number | undefined> = {
  text: 'The most that a request may send, such as `"10M"`: more gets an error in place of the app.',
  otherwise: "no limit",
  resolved: "Bytes that a request may send.",
  type: "string",
  becomes: "number | undefined",
  read: readSize,
  show: (name, value) => row(name, value === undefined ? "" : `${value} bytes`),
};

const range = [1, 86_400] as const;
const timeout = (text: string) => optionalInteger({ text, range: [...range], unit: "seconds" });

const timeouts = shape({
  name: "UserTimeouts",
  text:
    "Seconds that Caddy waits for the app: to connect (`dial`), and in silence while it answers (`read`) or takes a request (`write`).",
  wanted: "a record such as { read: 60 }",
  fields: {
    dial: timeout("Seconds to connect to it."),
    read: timeout("Seconds of silence while it answers, WebSockets and event streams included."),
    write: timeout("Seconds in which it takes nothing of a request."),
  },
});

const whole = inner(
  shape({
    name: "UserProxy",
    text: "Rules for the requests that come to the app, and for its answers.",
    wanted: "a record such as { compress: true }",
    fields: {
      basicAuth,
      allow: addresses({
        text:
          'The addresses and networks that may connect, such as `"203.0.113.0/24"`: all others get status 403. Behind a balancer ' +
          "that is the address of the balancer.",
        otherwise: "all",
      }),
      headers,
      compress: flag("Compress answers by zstd or gzip.", false),
      maxBody,
      timeouts: inner(timeouts),
      trustedProxies: addresses({
        text:
          "The addresses and networks of balancers and CDNs in front of the server. Scheme, host name and address of the visitor are " +
          "taken from their `X-Forwarded-*` headers; from others Caddy sets these anew.",
        otherwise: "none",
      }),
      websockets: flag("False refuses WebSockets by status 403.", true),
      before: optionalString({
        text:
          "Lines of a Caddyfile in front of the app: directives that handle requests, run in the order in which they stand, behind " +
          "`allow` and `basicAuth`. Caddy validates them before anything changes.",
        wanted: "lines of a Caddyfile",
        check: checkLines,
      }),
    },
    check: ({ allow, trustedProxies }, fields) => {
      if (allow.length === 0 || trustedProxies.every((one) => allow.includes(one))) return;
      const problem = "it lacks addresses of proxy.trustedProxies, whose requests would get status 403";
      refuse(
        fields.allow,
        problem,
        "Name them here, too; addresses of visitors are for the balancer to check",
      );
    },
  }),
  {
    init: () =>
      `// Rules for requests and answers.
// proxy: { compress: true, maxBody: "10M", headers: { "X-Frame-Options": "DENY" } },`,
  },
);

/** The field `proxy`; only what is given is shown. */
export const proxy: typeof whole = {
  ...whole,
  show: (name, value) => whole.show(name, value).filter(([, shown]) => shown !== "-"),
};

/** True or false; the usual value is not shown. */
function flag(text: string, fallback: boolean): Declared<boolean> {
  const declared = boolean({ text, fallback });
  return { ...declared, show: (name, value) => value === fallback ? [] : declared.show(name, value) };
}

/** Addresses and networks: one or a list. */
function addresses(about: About): Declared<readonly string[]> {
  return {
    ...about,
    type: "string | string[]",
    becomes: "readonly string[]",
    read: (field) => {
      const items = oneOrMany(field);
      const wanted = 'an address or a network such as "203.0.113.0/24"';
      const all = items.map((item) => text(item, { wanted, required: true, check: checkAddresses }));
      refuseTwins(items, all);
      return all;
    },
    show: (name, value) => row(name, listText(value)),
  };
}

function byName<T>(
  field: Field,
  example: string,
  read: (field: Field, name: string) => T | undefined,
): Readonly<Record<string, T>> {
  if (field.value === undefined) return {};
  if (!isRecord(field.value)) {
    refuse(field, describeKind(field.value), `Give a record such as ${example}`);
    return {};
  }
  const found = Object.keys(field.value).map((name) => [name, read(child(field, name), name)] as const);
  return Object.fromEntries(found.filter((entry): entry is [string, T] => entry[1] !== undefined));
}

/** No message shows the value: it is a password. */
function readPassword(field: Field, user: string): Secret | undefined {
  const { value } = field;
  if (!/^[A-Za-z0-9._@+-]{1,64}$/.test(user)) {
    refuse(field, "its name is not one for a user", "Use letters, digits and . _ @ + -");
  } else if (typeof value !== "string" && !isSecret(value)) {
    refuse(field, describeKind(value), `Give a password, such as secrets("ADMIN_PASSWORD")`);
  } else {
    const password = isSecret(value) ? value : secret(value);
    complain(field, isReference(password) ? undefined : checkPassword(password.reveal()));
    return password;
  }
  return undefined;
}

/** Looks whether a text can be a password of `proxy.basicAuth`. Says nothing of what it holds. */
function checkPassword(password: string): Complaint | undefined {
  if (password === "") return { problem: "it is empty", hint: "Set it to a password" };
  if (password.includes("\0")) {
    return { problem: "it has a NUL character", hint: "Set it to a text without one" };
  }
  if (new TextEncoder().encode(password).length <= 72) return undefined;
  return { problem: "it is longer than 72 bytes, of which bcrypt reads no more", hint: "Shorten it" };
}

/** Problems of passwords that were references. */
export function checkUsers(
  { basicAuth }: { readonly basicAuth: Readonly<Record<string, Secret>> },
): Problem[] {
  return Object.entries(basicAuth).flatMap(([user, password]) => {
    const complaint = isReference(password) ? undefined : checkPassword(password.reveal());
    const { path } = child({ path: "proxy.basicAuth", value: {}, problems: [] }, user);
    return complaint === undefined ? [] : [{ path, ...complaint }];
  });
}

function readHeader(field: Field, name: string): string | false | undefined {
  const { value } = field;
  if (!/^[A-Za-z0-9-]+$/.test(name)) {
    refuse(field, "its name is not one for a header", 'Give one such as "X-Frame-Options"');
  } else if (value === false) return false;
  else if (typeof value !== "string" || value === "") {
    refuse(field, describe(value), "Give a text, or false to remove the header");
  } else if (!/^[\t\x20-\x7e]*$/.test(value) || value.includes("`")) {
    refuse(field, `${shorten(value)} has a character that it can't hold`, "Use ASCII on one line, without `");
  } else return value;
  return undefined;
}

function readSize(field: Field): number | undefined {
  const { value } = field;
  if (value === undefined) return undefined;
  const [, count, unit = ""] = typeof value === "string" ? /^(\d{1,6})([KMG])$/i.exec(value) ?? [] : [];
  const size = Number(count) * (sizeUnits[unit.toUpperCase()] ?? NaN);
  if (size > 0) return size;
  refuse(field, describe(value), 'Give a text such as "512K", "10M" or "2G"');
  return undefined;
}

/** The lines stand in a block of ours, and must not end it. */
function checkLines(lines: string): Complaint | undefined {
  if (lines.trim() === "") return { problem: "it is blank", hint: "Give lines or leave it out" };
  if (/[\0\r]/.test(lines)) return { problem: "it has a NUL or CR character", hint: "Remove it" };
  let depth = 0;
  for (const line of lines.split("\n")) {
    for (const word of line.replace(/(^|\s)#.*/, "").trim().split(/\s+/)) {
      if (word === "{") depth++;
      if (word === "}" && --depth < 0) {
        return { problem: "it closes a block that it did not open", hint: "Remove one }" };
      }
    }
  }
  return depth === 0 ? undefined : { problem: "it leaves a block open", hint: "Close it with }" };
}
