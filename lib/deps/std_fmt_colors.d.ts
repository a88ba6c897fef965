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
/** Makes text magenta. */
export function magenta(str: string): string;
/** Makes text cyan. */
export function cyan(str: string): string;
/** Turns colours on or off for the whole program. */
export function setColorEnabled(value: boolean): void;
/** Tells whether colours are on. */
export function getColorEnabled(): boolean;
/** Removes colour codes from text. */
export function stripAnsiCode(string: string): string;
