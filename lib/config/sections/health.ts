// Health: how to see that a release is well.

import { built } from "./build.ts";
import { checkHealthPath } from "../field/check_network.ts";
import { describe, type Field, refuse } from "../field/field.ts";
import { row, seconds, string } from "../field/kinds.ts";
import { type Declared, shape } from "../field/schema.ts";

const status: Declared<readonly [number, number]> = {
  text: "Statuses that count as well, a range `[least, most]` or one.",
  otherwise: "200 to 399",
  type: "number | [number, number]",
  becomes: "readonly [number, number]",
  read: readStatus,
  show: (name, [least, most]) => row(name, least === most ? `${least}` : `${least}-${most}`),
};

/** The fields of `health`. */
export const health = shape({
  name: "UserHealth",
  text: "How to see that a release is well.",
  wanted: 'a record such as { path: "/health" }',
  fields: {
    path: string({
      text: "Path to ask for.",
      otherwise: "`/`",
      wanted: 'a path such as "/health"',
      fallback: (around) => around.once(built).defaults.healthPath || "/",
      check: checkHealthPath,
    }),
    status,
    timeout: seconds({
      text: "Seconds until a release that isn't well is given up.",
      fallback: 60,
      range: [1, 3600],
      fraction: true,
    }),
    interval: seconds({ text: "Seconds between two looks.", fallback: 1, range: [0.1, 600], fraction: true }),
  },
  check: ({ timeout, interval }, fields) => {
    if (interval <= timeout) return;
    const problem = `it is longer than health.timeout, ${timeout / 1000}`;
    refuse(fields.interval, problem, "Use a smaller number");
  },
});

function readStatus(field: Field): readonly [number, number] {
  const { value } = field;
  if (value === undefined) return [200, 399];
  const pair: unknown[] = Array.isArray(value) ? value : [value, value];
  const [least, most] = pair;
  const fits = pair.length === 2 && isStatus(least) && isStatus(most);
  if (fits && least <= most) return [least, most];
  const problem = fits ? `${least} is more than ${most}` : describe(value);
  refuse(field, problem, "Give a status from 100 to 599, or a range such as [200, 399]");
  return [200, 399];
}

function isStatus(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 100 && value <= 599;
}
