/** Makes a failing input small, and prints it. */

import type { Input } from "./subject.ts";

/** Inputs that are a little simpler, the simplest first. */
export function* simpler(input: Input): Generator<Input> {
  if (typeof input === "string") {
    yield* shorter(input, (text, from, to) => text.slice(0, from) + text.slice(to));
  } else if (Array.isArray(input)) {
    yield* shorter(input, (all, from, to) => all.toSpliced(from, to - from));
    for (const [at, one] of input.entries()) for (const less of simpler(one)) yield input.with(at, less);
  } else if (typeof input === "object" && input !== null) {
    const entries = Object.entries(input);
    for (const [key] of entries) yield Object.fromEntries(entries.filter(([other]) => other !== key));
    for (const [key, one] of entries) {
      for (const less of simpler(one)) {
        yield Object.fromEntries(entries.map(([k, v]) => [k, k === key ? less : v]));
      }
    }
  }
}

function* shorter<T extends { readonly length: number }>(
  whole: T,
  without: (whole: T, from: number, to: number) => T,
): Generator<T> {
  for (let size = whole.length; size >= 1; size = Math.floor(size / 2)) {
    for (let from = 0; from + size <= whole.length; from += size) yield without(whole, from, from + size);
  }
}

/** The smallest failing input that is found within so many tries. */
export async function shrunk(
  input: Input,
  fails: (input: Input) => Promise<boolean>,
  tries = 600,
): Promise<Input> {
  let smallest = input;
  for (let found = true; found;) {
    found = false;
    for (const less of simpler(smallest)) {
      if (tries-- <= 0) return smallest;
      if (!await fails(less)) continue;
      [smallest, found] = [less, true];
      break;
    }
  }
  return smallest;
}

/** A test that fails, ready to be copied. */
export function readyTest(name: string, input: Input, problem: string): string {
  const literal = JSON.stringify(input, null, 1) ?? "undefined";
  const shown = literal.length > 4000
    ? `${literal.slice(0, 4000)} … (${literal.length} characters)`
    : literal;
  return `// ${problem.split("\n").slice(0, 6).join("\n// ")}
Deno.test("fuzz: ${name}", async () => {
  await subjects[${JSON.stringify(name)}]!.check(${shown} as never);
});
`;
}
