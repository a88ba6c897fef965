// Files and functions that are longer than the limits allow, each with its reason. The list may only shrink.

/** The limit of an exception. */
interface Exception {
  readonly lines: number;
  readonly reason: string;
}

/** By file, or by `file#function`. */
export const exceptions: Readonly<Record<string, Exception>> = {};
