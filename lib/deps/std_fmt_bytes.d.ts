/** Formats a number of bytes: "1.34 kB". */
export function format(
  num: number,
  options?: {
    bits?: boolean;
    binary?: boolean;
    signed?: boolean;
    locale?: boolean | string;
    minimumFractionDigits?: number;
    maximumFractionDigits?: number;
  },
): string;
