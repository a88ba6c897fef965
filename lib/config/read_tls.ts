/**
 * The parts of a configuration that say under which names an app is reached, and with which certificates.
 *
 * @module
 */

import { isSecret, type Secret, secret } from "../core/secret.ts";
import { isReference } from "../secrets/reference.ts";
import { checkDomain, checkUrl, isPrivateDomain } from "./check_network.ts";
import { checkCertificate, checkPrivateKey } from "./check_pem.ts";
import {
  type Check,
  child,
  type Complaint,
  describe,
  describeKind,
  type Field,
  isRecord,
  oneOrMany,
  record,
  refuse,
  refuseTwins,
  shorten,
  text,
} from "./field.ts";
import type { Tls } from "./types.ts";

const stagingAuthority = "https://acme-staging-v02.api.letsencrypt.org/directory";

const acmeKeys = ["email", "ca", "staging"] as const;
const ownKeys = ["cert", "key"] as const;

type TlsFields = Readonly<Record<typeof acmeKeys[number] | typeof ownKeys[number], Field>>;

/** Reads the names that an app answers to, the main one first. */
export function readDomains(field: Field, tls: Field): string[] {
  const wildcards = ["off", "internal"].includes(String(tls.value)) ||
    (isRecord(tls.value) && ownKeys.some((key) => child(tls, key).value !== undefined));
  return readNames(field, "a domain", (name) => checkDomain(name, { wildcards }));
}

/** Reads the names that are redirected to the main domain. */
export function readRedirects(field: Field, domains: readonly string[]): string[] {
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

/** Reads where certificates come from, for all names that the server answers to. */
export function readTls(field: Field, domain: Field, names: readonly string[]): Tls {
  const { value } = field;
  if (value === "off" || (value === undefined && domain.value === undefined)) return { kind: "off" };
  const tls = readKind(field);
  if (tls === undefined) return { kind: "off" };
  if (domain.value === undefined || (Array.isArray(domain.value) && domain.value.length === 0)) {
    refuse(field, "certificates need a domain", 'Give a domain, or use tls: "off"');
  }
  const inner = tls.kind === "acme" && tls.ca === undefined
    ? names.find((name) => name !== "" && isPrivateDomain(name))
    : undefined;
  if (inner !== undefined) {
    const problem = `no public authority gives a certificate for ${shorten(inner)}`;
    refuse(field, problem, 'Use tls: "internal" or "off", or name your own authority: tls: { ca: … }');
  }
  return tls;
}

function readKind(field: Field): Tls | undefined {
  const { value } = field;
  if (value === "internal") return { kind: "internal" };
  if (value === undefined || value === "acme") return { kind: "acme" };
  if (!isRecord(value)) {
    refuse(field, describe(value), 'Give "acme", "internal", "off", { email: … } or { cert: …, key: … }');
    return undefined;
  }
  const fields = record(field, [...acmeKeys, ...ownKeys], "a record");
  if (fields === undefined) return undefined;
  return ownKeys.some((key) => fields[key].value !== undefined) ? readOwn(fields) : readAcme(fields);
}

function readAcme(fields: TlsFields): Tls {
  const email = text(fields.email, { wanted: 'an address such as "admin@example.com"', check: checkEmail });
  const ca = text(fields.ca, { wanted: "a URL", check: checkUrl });
  const { value: staging } = fields.staging;
  if (staging !== undefined && typeof staging !== "boolean") {
    refuse(fields.staging, describe(staging), "Give true or false");
  } else if (staging && ca !== "") {
    refuse(fields.staging, "it has no meaning beside tls.ca", "Give one or the other");
  }
  const authority = ca === "" && staging === true ? stagingAuthority : ca;
  return {
    kind: "acme",
    ...(email === "" ? {} : { email }),
    ...(authority === "" ? {} : { ca: authority }),
  };
}

function checkEmail(email: string): Complaint | undefined {
  if (/^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z0-9-]+$/.test(email)) return undefined;
  return { problem: `${shorten(email)} is no address`, hint: 'Give one such as "admin@example.com"' };
}

function readOwn(fields: TlsFields): Tls {
  for (const key of acmeKeys) {
    if (fields[key].value === undefined) continue;
    refuse(fields[key], "it has no meaning beside a certificate of one's own", "Give one or the other");
  }
  return {
    kind: "own",
    cert: readPem(fields.cert, "the certificate as PEM text", checkCertificate),
    key: readPem(fields.key, "its private key as PEM text", checkPrivateKey),
  };
}

/** What is there is in no message: somebody may have mistaken one field for another. */
function readPem(field: Field, wanted: string, check: Check<string>): Secret {
  const { value } = field;
  if (typeof value !== "string" && !isSecret(value)) {
    refuse(field, value === undefined ? "it is missing" : describeKind(value), `Give ${wanted}`);
    return secret("");
  }
  const whole = isSecret(value) ? value : secret(value);
  // A reference is checked once it is known.
  const complaint = isReference(whole) ? undefined : check(whole.reveal());
  if (complaint) refuse(field, complaint.problem, complaint.hint);
  return whole;
}
