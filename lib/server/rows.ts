// Rows of a server's answer.

/** The rows of a text that say something. */
export function rows(text: string): string[] {
  return text.split("\n").filter((row) => row.trim() !== "");
}

/** Divides a text where something stands first; all of it comes first when it stands nowhere. */
export function splitFirst(text: string, by: string): [string, string] {
  const at = text.indexOf(by);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + by.length)];
}
