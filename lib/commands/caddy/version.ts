// Versions of Caddy, which decide what a site file may say.

/** Tells whether a version is at least the one that is named; false when it is not known. */
export function atLeast(version: string | undefined, major: number, minor: number): boolean {
  const match = /^(\d+)\.(\d+)/.exec(version ?? "");
  if (!match) return false;
  return Number(match[1]) > major || (Number(match[1]) === major && Number(match[2]) >= minor);
}
