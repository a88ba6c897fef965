/** Asks for text on the terminal without showing it; null when there is no terminal. */
export function promptSecret(message?: string, options?: { mask?: string; clear?: boolean }): string | null;
