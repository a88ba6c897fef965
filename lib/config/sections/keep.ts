// Keep: how many releases and records of actions stay on a server.

import { isRecord } from "../../core/kind.ts";
import { integer } from "../field/kinds.ts";
import { type Declared, readShape, shape } from "../field/schema.ts";

const releases = integer({
  text: "How many good releases are kept for rollback, the live one included.",
  fallback: 5,
  range: [2, 1000],
  unit: "releases",
});

const limits = shape({
  name: "UserKeep",
  text: "How many releases and records of actions stay on a server.",
  wanted: "a number of releases, or a record such as { releases: 5, history: 500 }",
  fields: {
    releases,
    history: integer({
      text: "How many records of actions `alcaide history` has on each server; the oldest go first.",
      fallback: 500,
      range: [10, 10_000],
      unit: "records",
    }),
  },
});

/** The field `keep`. */
export const keep: Declared<{ readonly releases: number; readonly history: number }> = {
  text:
    "How many good releases are kept for rollback, the live one included. A record says also how many actions the history keeps: " +
    "`{ releases: 5, history: 500 }`.",
  otherwise: "5",
  limits: "From 2 to 1000.",
  type: "number | UserKeep",
  form: "number | { … }",
  becomes: "{ readonly releases: number; readonly history: number }",
  records: [limits],
  resolved: "How many good releases, and how many records of the history, stay on each server.",
  read: (field, around) => {
    if (isRecord(field.value)) return readShape(limits, field, around);
    const { history } = readShape(limits, { ...field, value: undefined }, around);
    return { releases: releases.read(field, around), history };
  },
  show: (name, value) => [
    ...releases.show(name, value.releases),
    ...releases.show(`${name}.history`, value.history),
  ],
  init: () =>
    `// How many good releases are kept for rollback, or also how many actions "alcaide history" has.
// keep: { releases: 5, history: 500 },`,
};
