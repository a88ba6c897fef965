// Certificates: where they come from, and the form of your own. Their content is left to Caddy, which refuses what
// doesn't fit before it is in force.

import type { Secret } from "../../core/secret.ts";
import { checkUrl, isPrivateDomain } from "../field/check_network.ts";
import { isRecord } from "../../core/kind.ts";
import {
  type Check,
  child,
  type Complaint,
  describe,
  type Field,
  matching,
  record,
  refuse,
  shorten,
} from "../field/field.ts";
import { boolean, optionalString, row } from "../field/kinds.ts";
import { readSecretText } from "../field/secret_text.ts";
import { type About, type Around, type Declared, keysOf, readFields, shape } from "../field/schema.ts";
import type { Tls } from "../field/values.ts";
import { askedPath } from "./ask.ts";

const stagingAuthority = "https://acme-staging-v02.api.letsencrypt.org/directory";

const checkEmail = matching(
  /^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+$/,
  "is not an address",
  'Give one such as "admin@example.com"',
);

const acme = shape({
  name: "UserAcme",
  text: "Certificates by ACME, in detail.",
  wanted: "a record",
  fields: {
    email: optionalString({
      text: "Address that the authority may write to.",
      wanted: 'an address such as "admin@example.com"',
      check: checkEmail,
    }),
    ca: optionalString({ text: "URL of the authority's directory.", wanted: "a URL", check: checkUrl }),
    staging: boolean({
      text: "Use Let's Encrypt's staging authority: for trying things out without its limits.",
    }),
  },
});

const own = shape({
  name: "UserCertificate",
  text: "Your own certificate.",
  wanted: "a record",
  fields: {
    cert: pem({
      text:
        'The certificate and those between it and its authority, as PEM text: `Deno.readTextFileSync("shop.crt")`.',
      wanted: "the certificate as PEM text",
      check: checkCertificate,
    }),
    key: pem({
      text: "Its private key, as PEM text without a passphrase; best as a secret.",
      wanted: "its private key as PEM text",
      check: checkPrivateKey,
    }),
  },
});

/** The field `tls`. */
export const tls: Declared<Tls> = {
  text:
    'Where certificates come from: `"acme"` (Let\'s Encrypt; the default when there is a domain), `"internal"` (Caddy\'s own ' +
    'authority), your own certificate, or `"off"` (plain HTTP; the default without a domain). With certificates, requests ' +
    "over plain HTTP are redirected to HTTPS.",
  type: '"acme" | "internal" | "off" | UserAcme | UserCertificate',
  form: '"acme" | "internal" | "off" | { … }',
  becomes: "Tls",
  records: [acme, own],
  read: readTls,
  show: (name, value) => {
    if (value.kind === "own") return row(name, "a certificate of your own");
    const { ask, ...rest } = { ask: undefined, ...value };
    return [
      ...row(name, Object.values(rest).join(", ")),
      ...ask === undefined ? [] : row("domain.ask", `http://app${ask}`),
    ];
  },
};

/** Reads where certificates come from, for all names that the server answers to. */
function readTls(field: Field, around: Around): Tls {
  const { value } = field;
  const domain = around.given("domain");
  const ask = askedPath(domain);
  if (ask !== undefined && (value === "off" || isOwn(field))) {
    refuse(
      field,
      "domains of customers need certificates on demand",
      'Give "acme", { email: … } or "internal"',
    );
  }
  if (value === "off" || (value === undefined && domain.value === undefined)) return { kind: "off" };
  const tls = readKind(field, around);
  if (tls === undefined) return { kind: "off" };
  if (domain.value === undefined || (Array.isArray(domain.value) && domain.value.length === 0)) {
    refuse(field, "certificates need a domain", 'Give a domain, or use tls: "off"');
  }
  const inner = tls.kind === "acme" && tls.ca === undefined
    ? [...around.config.domains, ...around.config.redirects].find((name) =>
      name !== "" && isPrivateDomain(name)
    )
    : undefined;
  if (inner !== undefined) {
    const problem = `no public authority gives a certificate for ${shorten(inner)}`;
    refuse(field, problem, 'Use tls: "internal" or "off", or name your own authority: tls: { ca: … }');
  }
  return ask === undefined || tls.kind === "own" || tls.kind === "off" ? tls : { ...tls, ask };
}

function readKind(field: Field, around: Around): Tls | undefined {
  const { value } = field;
  if (value === "internal") return { kind: "internal" };
  if (value === undefined || value === "acme") return { kind: "acme" };
  if (!isRecord(value)) {
    refuse(field, describe(value), 'Give "acme", "internal", "off", { email: … } or { cert: …, key: … }');
    return undefined;
  }
  const given = record(field, [...keysOf(acme.fields), ...keysOf(own.fields)], "a record");
  if (given === undefined) return undefined;
  const at = (key: keyof typeof given) => given[key];
  if (!isOwn(field)) {
    const { email, ca, staging } = readFields(acme.fields, at, around);
    if (staging && ca !== undefined) {
      refuse(given.staging, "it has no meaning beside tls.ca", "Give one or the other");
    }
    const authority = ca === undefined && staging ? stagingAuthority : ca;
    return {
      kind: "acme",
      ...email === undefined ? {} : { email },
      ...authority === undefined ? {} : { ca: authority },
    };
  }
  for (const key of keysOf(acme.fields).filter((key) => given[key].value !== undefined)) {
    refuse(given[key], "it has no meaning beside your own certificate", "Give one or the other");
  }
  return { kind: "own", ...readFields(own.fields, at, around) };
}

/** Tells whether your own certificate is given. */
export function isOwn(field: Field): boolean {
  return isRecord(field.value) && keysOf(own.fields).some((key) => child(field, key).value !== undefined);
}

/** A text in PEM, as it is or as a secret. */
function pem({ wanted, check, text }: About & { wanted: string; check: Check<string> }): Declared<Secret> {
  return {
    text,
    required: true,
    type: "string | Secret",
    becomes: "Secret",
    read: (field) => readSecretText(field, wanted, check),
    show: (name) => row(name, "[secret]"),
  };
}

/** A block of PEM: the kind that it names, and the text between its marks. */
type Block = Readonly<Record<"label" | "body", string>>;

/** Looks whether a text is a certificate, perhaps with those of the authorities above it. Says nothing of what it holds. */
export function checkCertificate(text: string): Complaint | undefined {
  const hint = 'Give the text of the file, such as Deno.readTextFileSync("shop.crt")';
  const blocks = blocksOf(text);
  if (blocks === undefined) return malformed(text, "certificate", hint);
  if (blocks.some(({ label }) => label.endsWith("PRIVATE KEY"))) {
    return { problem: "it holds a private key", hint: "Put the key into tls.key, and only there" };
  }
  const odd = blocks.find(({ label }) => label !== "CERTIFICATE");
  return odd &&
    { problem: `it holds a block called ${odd.label}`, hint: "Leave only blocks called CERTIFICATE" };
}

/** Looks whether a text is a private key that can be used as it is. Says nothing of what it holds. */
export function checkPrivateKey(text: string): Complaint | undefined {
  const hint = "Give the text of the file as a secret, and keep the file out of the repository";
  const blocks = blocksOf(text);
  if (blocks === undefined) return malformed(text, "private key", hint);
  if (blocks.some(({ label }) => label === "CERTIFICATE")) {
    const hint = "Put certificates into tls.cert, and only the key here";
    return { problem: "it holds a certificate", hint };
  }
  if (blocks.some(({ label, body }) => label.startsWith("ENCRYPTED ") || body.includes("ENCRYPTED"))) {
    const hint = "Decrypt it with openssl pkey -in shop.key";
    return { problem: "it is encrypted, and Caddy has no passphrase", hint };
  }
  // openssl begins a key on a curve with the name of the curve.
  const keys = blocks.filter(({ label }) => label !== "EC PARAMETERS");
  const odd = keys.find(({ label }) => !/^((RSA|EC) )?PRIVATE KEY$/.test(label));
  if (odd) return { problem: `it holds a block called ${odd.label}`, hint };
  return keys.length === 1 ? undefined : { problem: `it holds ${keys.length} keys`, hint: "Give one key" };
}

function malformed(text: string, what: string, hint: string): Complaint {
  if (!text.includes("-----BEGIN ")) return { problem: `it is not a ${what} in PEM`, hint };
  return { problem: `its PEM is cut off or damaged`, hint };
}

/** The blocks of a text; undefined when there is none or one of them is damaged. */
function blocksOf(text: string): Block[] | undefined {
  const pattern = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n([^-]*(?:-(?!----)[^-]*)*)-----END \1-----/g;
  const blocks = [...text.matchAll(pattern)].map(([, label = "", body = ""]) => ({ label, body }));
  if (text.includes("\0")) return undefined;
  const begun = text.match(/-----BEGIN /g)?.length ?? 0;
  return begun > 0 && blocks.length === begun && blocks.every(isBase64) ? blocks : undefined;
}

function isBase64({ body }: Block): boolean {
  // Old encrypted keys have headers before an empty line.
  const data = body.replace(/^[^]*:[^]*?\r?\n\r?\n/, "").replace(/\s/g, "");
  return /^[A-Za-z0-9+/]+={0,2}$/.test(data) && data.length % 4 === 0;
}
