// Where an Alcaidefile says something, for marks at its lines.

/**
 * Finds a field such as `jail.port`: its names, one behind the other. A field that comes from elsewhere, or that is missing, has no place.
 *
 * @returns `FILE:LINE:COLUMN`
 */
export function fieldPlace(file: string, path: string): string | undefined {
  const text = read(file);
  let [found, end] = [-1, 0];
  for (const name of path.split(/[^\w$-]+/).filter((part) => /^[A-Za-z_$]/.test(part))) {
    const key = new RegExp(`(?<![\\w$.])["']?${name.replaceAll("$", "\\$")}["']?\\s*[:,}]`, "g");
    key.lastIndex = end;
    const match = key.exec(text);
    if (match === null) break;
    [found, end] = [match.index, key.lastIndex];
  }
  if (found < 0) return undefined;
  const before = text.slice(0, found).split("\n");
  return `${file}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

function read(file: string): string {
  try {
    return Deno.readTextFileSync(file);
  } catch {
    // One that was compiled in is no file.
    return "";
  }
}
