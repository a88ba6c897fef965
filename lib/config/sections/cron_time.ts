// Times as cron understands them. FreeBSD's cron takes some that never come without a word, so they are refused here.

import { named } from "../../core/shape.ts";
import { type Complaint, shorten } from "../field/field.ts";

const words: Readonly<Record<string, string>> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
};

/** A field of a time; names stand for numbers from the least on. */
interface Part {
  readonly name: string;
  readonly range: readonly [least: number, most: number];
  readonly names?: readonly string[];
}

const parts: readonly Part[] = [
  { name: "minute", range: [0, 59] },
  { name: "hour", range: [0, 23] },
  { name: "day of the month", range: [1, 31] },
  {
    name: "month",
    range: [1, 12],
    names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
  },
  { name: "day of the week", range: [0, 7], names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] },
];

/** The five fields of a time, with one blank between them. */
export function plainTime(text: string): string {
  return named(words, text) ?? text.trim().split(/[ \t]+/).join(" ");
}

/** Looks at a time; undefined when it is one that comes. */
export function checkTime(text: string): Complaint | undefined {
  if (text.startsWith("@")) {
    const hint = `Give one of ${Object.keys(words).join(", ")}`;
    return named(words, text) ? undefined : { problem: `${shorten(text)} is not a time`, hint };
  }
  const given = plainTime(text).split(" ");
  if (given.length !== parts.length || /[^\x21-\x7e \t]/.test(text)) {
    const hint = 'Give minute, hour, day of the month, month and day of the week, such as "0 3 * * *"';
    return { problem: `${shorten(text)} is not a time of five fields`, hint };
  }
  const wrong = parts.map((part, index) => checkPart(part, given[index] ?? "")).find((one) =>
    one !== undefined
  );
  return wrong ?? neverComes(given);
}

function checkPart(part: Part, text: string): Complaint | undefined {
  const { name, range: [least, most], names } = part;
  const wrong = text.split(",").map((piece) => checkPiece(part, piece)).find((one) => one !== undefined);
  if (wrong === undefined) return undefined;
  const named = names === undefined ? "" : `, names such as ${names[1]}`;
  const hint = `Give * or numbers from ${least} to ${most}${named}, as in ${least + 1}-${
    least + 4
  }, */2 or ${least},${least + 3}`;
  return { problem: `its ${name} ${shorten(text)} ${wrong}`, hint };
}

/** The problem of `*`, `5`, `1-5`, or one of them with a step. */
function checkPiece(part: Part, piece: string): string | undefined {
  const { range: [least, most] } = part;
  const [, from = "", to, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(piece) ?? [];
  if (from === "" || (from === "*" && to !== undefined)) return "can't be read";
  const [first, last] = [
    from === "*" ? least : valueOf(part, from),
    to === undefined ? undefined : valueOf(part, to),
  ];
  const isOut = (value: number) => !(value >= least && value <= most);
  if (isOut(first) || (last !== undefined && isOut(last))) return `is not from ${least} to ${most}`;
  if (last !== undefined && last < first) return "ends before it begins";
  if (step === undefined) return undefined;
  if (Number(step) === 0) return "has a step of 0";
  return Number(step) > most ? `has a step of more than ${most}` : undefined;
}

function valueOf({ range: [least], names = [] }: Part, text: string): number {
  const index = names.indexOf(text.toLowerCase());
  return index >= 0 ? index + least : /^\d{1,4}$/.test(text) ? Number(text) : NaN;
}

const longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** A day such as February 30th. With a day of the week as well, cron goes by either. */
function neverComes([, , day = "*", month = "*", weekday = "*"]: readonly string[]): Complaint | undefined {
  if (!/^\d+$/.test(day) || weekday !== "*" || month.includes("*") || /[-/]/.test(month)) return undefined;
  const [, , , months] = parts;
  const all = months === undefined
    ? []
    : month.split(",").map((one) => longest[valueOf(months, one) - 1] ?? 31);
  if (all.some((most) => Number(day) <= most)) return undefined;
  return {
    problem: `day ${day} of month ${shorten(month)} never comes`,
    hint: "Give a day that the month has",
  };
}
