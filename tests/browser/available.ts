/** Tells whether there is a browser on this machine. */

/** Debian's Chromium. */
export const program = "/usr/bin/chromium";

/** Why there is no browser here, else undefined. */
export function browserUnavailable(): string | undefined {
  try {
    Deno.statSync(program);
  } catch {
    return 'Debian\'s package chromium is missing: see "sh scripts/provision"';
  }
}
