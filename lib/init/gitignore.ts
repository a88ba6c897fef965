// Paths that stay out of the repository.

import { AlcaideError } from "../core/error.ts";

/** Lines that `.gitignore` should have. */
export const ignoredPaths: readonly string[] = [".alcaide/"];

/** The outcome for a file. */
export type Outcome = "written" | "extended" | "left alone";

/** Adds lines to a .gitignore that it lacks. */
export async function ignore(path: string, wanted: readonly string[]): Promise<Outcome> {
  const before = await Deno.readTextFile(path).catch((cause) => {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    throw unwritable(path, cause);
  });
  const present = (before ?? "").split("\n").map((line) => line.trim().replace(/^\/|\/$/g, ""));
  const missing = wanted.filter((line) => !present.includes(line.replace(/\/$/, "")));
  if (missing.length === 0) return "left alone";
  const gap = before === undefined || before === "" || before.endsWith("\n") ? "" : "\n";
  await Deno.writeTextFile(path, `${gap}${missing.join("\n")}\n`, { append: true }).catch((cause) => {
    throw unwritable(path, cause);
  });
  return before === undefined ? "written" : "extended";
}

export function unwritable(path: string, cause: unknown): AlcaideError {
  return new AlcaideError(`Cannot write ${path}`, { cause, hint: "Check the directory's permissions" });
}
