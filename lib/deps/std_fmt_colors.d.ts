/** Makes text bold. */
export function bold(str: string): string;
/** Makes text dim. */
export function dim(str: string): string;
/** Makes text red. */
export function red(str: string): string;
/** Makes text green. */
export function green(str: string): string;
/** Makes text yellow. */
export function yellow(str: string): string;
/** Makes text blue. */
export function blue(str: string): string;
/** Removes colour codes from text. */
export function stripAnsiCode(string: string): string;
