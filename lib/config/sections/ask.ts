// Names that nobody knows beforehand: the app says which of them are its own.

import { isRecord } from "../../core/kind.ts";
import { child, type Field, matching, oneOrMany } from "../field/field.ts";
import { string } from "../field/kinds.ts";
import { shape } from "../field/schema.ts";

const pattern = /^http:\/\/app(\/[A-Za-z0-9._~\/-]*)$/;

/** The record in a list of domains. */
export const ask = shape({
  name: "UserAsk",
  text: "Domains of customers: each gets a certificate when it is first asked for, if the app says yes.",
  wanted: 'a record such as { ask: "http://app/allowed" }',
  fields: {
    ask: string({
      text:
        "Where Caddy asks the live release, with `?domain=NAME` behind it: a status from 200 to 299 within 10 seconds means yes.",
      required: true,
      wanted: 'a URL such as "http://app/allowed"',
      check: matching(pattern, "is not a URL of the app", 'Give one such as "http://app/allowed"'),
    }),
  },
});

/** The path that a field `domain` lets the app be asked at. */
export function askedPath(domain: Field): string | undefined {
  const given = oneOrMany(domain).find(({ value }) => isRecord(value));
  const url = given && child(given, "ask").value;
  return typeof url === "string" ? pattern.exec(url)?.[1] : undefined;
}
