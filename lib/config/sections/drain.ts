// Drain: how long connections to the old release get after the switch.

import { isRecord } from "../../core/kind.ts";
import { optionalInteger, seconds } from "../field/kinds.ts";
import { type Declared, readShape, shape } from "../field/schema.ts";

const range = [0, 86_400] as const;
const requests = seconds({ text: "Seconds for requests in flight.", fallback: 30, range, fraction: true });

const limits = shape({
  name: "UserDrain",
  text: "How long connections to the old release get after the switch.",
  wanted: "a number of seconds, or a record such as { requests: 30, sockets: 300 }",
  fields: {
    requests,
    sockets: optionalInteger({
      text: "Seconds for WebSockets and event streams, which seldom end by themselves.",
      otherwise: "as `requests`",
      range: [...range],
      fraction: true,
      unit: "seconds",
    }),
  },
});

/** The field `drain`. */
export const drain: Declared<{ readonly requests: number; readonly sockets: number }> = {
  text:
    "Seconds that requests in flight get to finish on the old release. A record gives WebSockets and event streams a time of " +
    "their own: `{ requests: 30, sockets: 300 }`.",
  otherwise: "30",
  type: "number | UserDrain",
  form: "number | { … }",
  becomes: "{ readonly requests: number; readonly sockets: number }",
  records: [limits],
  resolved: "Milliseconds that requests, and WebSockets and event streams, get to finish on the old release.",
  read: (field, around) => {
    if (!isRecord(field.value)) {
      const limit = requests.read(field, around);
      return { requests: limit, sockets: limit };
    }
    const read = readShape(limits, field, around);
    const sockets = read.sockets === undefined ? read.requests : read.sockets * 1000;
    return { requests: read.requests, sockets };
  },
  show: (name, value) =>
    value.requests === value.sockets
      ? requests.show(name, value.requests)
      : Object.entries(value).flatMap(([key, limit]) => requests.show(`${name}.${key}`, limit)),
};
