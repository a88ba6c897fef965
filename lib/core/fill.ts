// Words as rows of a width. Help reads this at its start, so nothing is imported here.

/**
 * Puts words into rows, as many into each as fit.
 *
 * @param words each with the blanks before it
 * @param further the beginning of every row after the first
 */
export function fillRows(
  words: readonly string[],
  further: string,
  fits: (row: string) => boolean,
): string[] {
  const rows: string[] = [];
  let row = "";
  for (const word of words) {
    if (row !== "" && !fits(row + word)) {
      rows.push(row);
      row = `${further}${word.trimStart()}`;
    } else row += word;
  }
  return [...rows, row];
}
