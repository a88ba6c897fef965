// The place of files that may be lost.

/** The user's directory for files that programs may lose; undefined when nobody says who the user is. */
export function userCache(): string | undefined {
  const home = Deno.env.get("HOME") || undefined;
  const all = Deno.env.get("XDG_CACHE_HOME") || (home && `${home}/.cache`);
  return all && `${all}/alcaide`;
}
