// Checks of this machine.

import type { Config } from "../config/field/types.ts";
import { isReference } from "../secrets/reference.ts";
import { secretsPaths } from "../secrets/files.ts";
import { type Check, error, unknown, warning } from "./check.ts";
import type { SeenHere } from "./seen.ts";

/** The checks, in the order of the documentation. */
export const hereChecks: readonly Check<SeenHere>[] = [
  {
    id: "key",
    about: "the key of the encrypted file: others must not read it",
    fine: "No key of secrets is open to others",
    worst: "error",
    look: ({ key }) => {
      if (key === undefined) return [];
      if (key.mode === null) return [unknown(`This system tells no mode of ${key.name}`)];
      const shown = (key.mode & 0o777).toString(8);
      return (key.mode & 0o077) === 0
        ? []
        : [error(`Others can read ${key.name}: its mode is ${shown}`, `chmod 600 ${key.name}`)];
    },
  },
  {
    id: "own-certificate",
    about: "the end of the certificate in `tls`",
    fine: "No certificate in the configuration ends soon",
    worst: "error",
    look: ({ certificate, now }) => {
      if (certificate === null) return [];
      if (certificate === undefined) {
        return [unknown("The certificate in tls is a secret, which doctor does not open")];
      }
      const end = endOf(certificate);
      if (end === undefined) return [unknown("The end of the certificate in tls could not be read")];
      const date = new Date(end).toISOString().slice(0, 10);
      if (end < now) return [error(`The certificate in tls ended on ${date}`, "Get a new one")];
      return end - now < 14 * 86_400_000
        ? [warning(`The certificate in tls ends on ${date}`, "Get a new one, then deploy")]
        : [];
    },
  },
];

/** Looks at the files of this machine. */
export async function readHere(config: Config): Promise<SeenHere> {
  const { key, keyName } = secretsPaths(config);
  const info = await Deno.stat(key).catch(() => undefined);
  const { tls } = config;
  return {
    key: info === undefined ? undefined : { name: keyName, mode: info.mode },
    certificate: tls.kind !== "own" ? null : isReference(tls.cert) ? undefined : tls.cert.reveal(),
    now: Date.now(),
  };
}

/**
 * The end of the first certificate of a PEM text, in milliseconds since 1970: the second of the two times that stand together
 * in it, both UTCTime (until 2049) or both GeneralizedTime.
 */
export function endOf(pem: string): number | undefined {
  const base64 = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END/.exec(pem)?.[1] ?? "";
  const text = atob(base64.replace(/\s/g, ""));
  const [, , short, long] =
    // deno-lint-ignore no-control-regex -- the tags of DER are control characters
    /(?:\x17\x0d\d{12}Z|\x18\x0f\d{14}Z)(\x17\x0d(\d{12})Z|\x18\x0f(\d{14})Z)/.exec(text) ?? [];
  const digits = long ?? (short === undefined ? undefined : `20${short}`);
  const [year, month, day, hour, minute, second] = digits === undefined
    ? []
    : [digits.slice(0, 4), ...digits.slice(4).match(/../g) ?? []].map(Number);
  if (year === undefined) return undefined;
  return Date.UTC(year, (month ?? 1) - 1, day, hour, minute, second);
}
