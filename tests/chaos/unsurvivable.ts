/** Cases that no command can survive, with their reasons. They are printed with the table. */

/** A kind of case that is not survived. */
export interface Unsurvivable {
  readonly what: string;
  readonly why: string;
}

/** All of them. */
export const unsurvivable: readonly Unsurvivable[] = [];
