// Guard: how a new release is watched once it has the traffic.

import { describe, type Field, refuse } from "../field/field.ts";
import { optionalInner, row, seconds } from "../field/kinds.ts";
import { type Declared, shape } from "../field/schema.ts";

const maxErrors: Declared<number> = {
  text:
    'The share of answers that may be errors (status 500 and above), such as `"1%"`. Fewer than 5 errors are never too many.',
  otherwise: '`"1%"`',
  limits: "From 0% to 100%.",
  type: "string",
  becomes: "number",
  read: readShare,
  show: (name, value) => row(name, `${value}%`),
};

/** The field `guard`. */
export const guard = optionalInner(
  shape({
    name: "UserGuard",
    text: "How a new release is watched once it has the traffic.",
    wanted: 'a record such as { for: 60, maxErrors: "1%" }',
    fields: {
      for: seconds({ text: "Seconds that it is watched.", fallback: 60, range: [5, 3600] }),
      maxErrors,
    },
  }),
  {
    text:
      "For some time after the switch a deploy watches the new release, the old one still running. Too many errors, an end of the app " +
      'or of its jail bring the old one back: `{ for: 60, maxErrors: "1%" }`. A first deploy has nothing to go back to, so it is not watched. ' +
      "A rollback is watched as well: the release that it left comes back when the other one does worse.",
    otherwise: "no guard",
    resolved: "The watch over a new release: milliseconds, and percent of answers that may be errors.",
    init: () =>
      `// For some seconds after the switch the new release is watched; with more errors than that the old one comes back.
// guard: { for: 60, maxErrors: "1%" },`,
  },
);

function readShare(field: Field): number {
  const { value } = field;
  if (value === undefined) return 1;
  const share = typeof value === "string" && /^\d{1,3}(\.\d{1,2})?%$/.test(value) ? parseFloat(value) : NaN;
  if (share <= 100) return share;
  refuse(field, describe(value), 'Give a share from "0%" to "100%", such as "1%" or "0.5%"');
  return 1;
}
