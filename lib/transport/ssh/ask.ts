// Asking a person, one question at a time.

/** A person who can be asked. */
export interface Ask {
  /** Asks for a line that is shown; null when the person gives none. */
  line(question: string): Promise<string | null>;
  /** Asks for a text that isn't shown; null when the person gives none. */
  secret(question: string): Promise<string | null>;
}

let last: Promise<unknown> = Promise.resolve();

/** Waits for its turn, then asks: connections to several servers are made at once, and a person has one terminal. */
export function inTurn<T>(question: () => Promise<T>): Promise<T> {
  const answer = last.then(question, question);
  last = answer.catch(() => {});
  return answer;
}
