/** How many single-character edits lie between two texts. */
export function levenshteinDistance(str1: string, str2: string): number;
