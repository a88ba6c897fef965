// Checks what `--json` prints against `schema/`, and strictly: a field that no schema names is an error.

import { fail } from "@std/assert";
import { Validator } from "@cfworker/json-schema";

const directory = new URL("../schema/", import.meta.url);
const validators = new Map<string, Validator>();

/** The names of all schemas of results. */
export const documents: readonly string[] = [...Deno.readDirSync(directory)]
  .map(({ name }) => name.replace(/\.json$/, "")).filter((name) => name !== "events").sort();

/**
 * Checks all lines that a task printed with `--json`, and gives the last result's value, null where there was none. The result
 * of a user's own task may be anything.
 */
// deno-lint-ignore no-explicit-any -- a test asks for the fields that it wants
export function parsed(out: string, task: string): any {
  const lines = out.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
  for (const line of lines) {
    check(line, ["events"]);
    if (line.type === "result" && documents.includes(task)) checkDocument(line.value, [task]);
  }
  return lines.findLast(({ type }) => type === "result")?.value ?? null;
}

/** The same of a whole command line; nothing without `--json`. */
export function checkLines(out: string, args: readonly string[]): void {
  if (args.includes("--json")) parsed(out, args.find((word) => !word.startsWith("-")) ?? "help");
}

/** Checks the value of a task's result, of any task without a name. */
export function checkDocument(value: unknown, names: readonly string[] = documents): void {
  check(JSON.parse(JSON.stringify(value ?? null)), names);
}

function check(value: unknown, names: readonly string[]): void {
  const results = names.map((name) => validatorOf(name).validate(value));
  if (results.some(({ valid }) => valid)) return;
  const why = results.length > 1
    ? []
    : results.flatMap(({ errors }) =>
      errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`)
    );
  fail(
    [
      `No schema of ${
        names.join(", ")
      } fits what was printed: change the task's type Json, run scripts/schemas.ts`,
      Deno.inspect(value, { depth: 9 }),
      ...why,
    ].join("\n"),
  );
}

function validatorOf(name: string): Validator {
  const known = validators.get(name);
  if (known !== undefined) return known;
  const text = Deno.readTextFileSync(new URL(`${name}.json`, directory));
  const schema = JSON.parse(
    text,
    (_, one) => one?.type === "object" && one.properties ? { ...one, additionalProperties: false } : one,
  );
  const made = new Validator(schema, "2020-12", false);
  validators.set(name, made);
  return made;
}
