// The difference of two texts, as a plan shows it.

/** Lines around a change that are shown. */
const near = 3;

/** Lines that go (`-`) and come (`+`), with some of those around them that stay; nothing where all stay. */
export function diff(before: string, after: string): string[] {
  const rows = allRows(before.split("\n").slice(0, -1), after.split("\n").slice(0, -1));
  const shown = rows.map((_, at) =>
    rows.slice(Math.max(0, at - near), at + near + 1).some((row) => !row.startsWith(" "))
  );
  if (!shown.includes(true)) return [];
  return rows.flatMap((row, at) => shown[at] ? [row] : shown[at - 1] === false ? [] : ["  …"]);
}

function allRows(a: readonly string[], b: readonly string[]): string[] {
  const longest = lengths(a, b);
  const rows: string[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && a[i] === b[j]) {
      rows.push(`  ${a[i++]}`);
      j++;
    } else if ((longest[i + 1]?.[j] ?? -1) >= (longest[i]?.[j + 1] ?? -1)) rows.push(`- ${a[i++]}`);
    else rows.push(`+ ${b[j++]}`);
  }
  return rows;
}

/** Lengths of the longest common parts of all rests; the files are short. */
function lengths(a: readonly string[], b: readonly string[]): number[][] {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) {
    const [row = [], below = []] = table.slice(i);
    for (let j = b.length - 1; j >= 0; j--) {
      row[j] = a[i] === b[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return table;
}
