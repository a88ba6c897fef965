/**
 * Names of packages.
 *
 * @module
 */

import { type Complaint, type Field, list, refuseTwins, shorten, text } from "./field.ts";

/** Reads a list of packages. */
export function readPackages(field: Field): string[] {
  const items = list(field, 'a list of names such as ["openssl"]') ?? [];
  const names = items.map((item) =>
    text(item, { wanted: 'a name such as "openssl"', required: true, check: checkPackage })
  );
  refuseTwins(items, names);
  return names;
}

function checkPackage(name: string): Complaint | undefined {
  if (/^[A-Za-z0-9][A-Za-z0-9_.+,-]*(\/[A-Za-z0-9][A-Za-z0-9_.+-]*(@[a-z0-9_]+)?)?$/.test(name)) {
    return undefined;
  }
  return {
    problem: `${shorten(name)} is no package`,
    hint: "Give its name as pkg search prints it, one per text",
  };
}
