// Texts that are secrets even where they are written as they are.

import { isSecret, type Secret, secret } from "../../core/secret.ts";
import { isReference } from "../../secrets/reference.ts";
import { describeKind } from "../../core/kind.ts";
import { type Check, complain, type Field, refuse } from "./field.ts";

/** Reads a text that may be a secret. No message shows it: somebody may have mistaken one field for another. */
export function readSecretText(field: Field, wanted: string, check: Check<string>): Secret {
  const { value } = field;
  if (typeof value !== "string" && !isSecret(value)) {
    refuse(field, value === undefined ? "it is missing" : describeKind(value), `Give ${wanted}`);
    return secret("");
  }
  const whole = isSecret(value) ? value : secret(value);
  // A reference is checked once it is known.
  complain(field, isReference(whole) ? undefined : check(whole.reveal()));
  return whole;
}
