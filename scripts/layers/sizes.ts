// Limits of the length of files and functions, without exceptions.

/** Most lines of a file. */
export const fileLimit = 260;
/** Most lines of a file of `tasks/`: options, one call, one result. */
export const taskLimit = 100;
/** Most lines of a function. */
export const functionLimit = 40;

/** Something that is measured: a file, or `file#function`. */
export interface Size {
  readonly what: string;
  readonly line: number;
  readonly lines: number;
  readonly limit: number;
}

/** The sizes of a file and of its functions. */
export function sizesOf(file: string, text: string): Size[] {
  const rows = text.split("\n");
  const whole = {
    what: file,
    line: rows.length - 1,
    lines: rows.length - 1,
    limit: file.startsWith("tasks/") ? taskLimit : fileLimit,
  };
  const functions = rows.flatMap((row, index): Size[] => {
    const found = namedFunction(row);
    if (found === undefined) return [];
    const end = rows.indexOf(`${found.indent}}`, index);
    if (end < 0) return [];
    return [{ what: `${file}#${found.name}`, line: index + 1, lines: end - index + 1, limit: functionLimit }];
  });
  // Overloads of a function, and methods of the same name: the longest counts.
  const longest = functions.filter(({ what, lines }) =>
    functions.every((other) => other.what !== what || other.lines <= lines)
  );
  return [whole, ...longest];
}

/** A declaration of a function, or of a method of a class. */
function namedFunction(row: string): { indent: string; name: string } | undefined {
  const declared = /^( *)(?:export )?(?:default )?(?:async )?function\*? (\w+)/.exec(row);
  const method = /^( {2})(?:(?:static|get|set|async) |\*)*(#?\w+)\([^)]*\)(?:: [^{]+)? \{$/.exec(row);
  const [, indent, name] = declared ?? method ?? [];
  if (indent === undefined || name === undefined) return undefined;
  return ["if", "for", "while", "switch", "catch"].includes(name) ? undefined : { indent, name };
}

/** The problem of a size that is above its limit. */
export function sizeProblem({ what, lines, limit }: Size): string | undefined {
  const kind = what.includes("#") ? "a function" : "a file";
  return lines > limit ? `${kind} has at most ${limit} lines, ${what} has ${lines}` : undefined;
}
