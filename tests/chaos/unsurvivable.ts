/** Cases that no command can survive, with their reasons. They are printed with the table. */

/** A kind of case that is not survived. */
export interface Unsurvivable {
  readonly what: string;
  readonly why: string;
}

/** All of them. */
export const unsurvivable: readonly Unsurvivable[] = [
  {
    what: "Requests while the server boots",
    why: "nothing serves then; the case passes when the app is served again",
  },
  {
    what: "The program that hangs",
    why:
      "its script is ended where its number is known; a program that hangs before its script has begun stays until it ends",
  },
  {
    what: "A program that says 0 and did nothing",
    why:
      "it can deceive a command that does not look; the same command again heals it, and no live release is lost",
  },
];
