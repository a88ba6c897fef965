// The person at the terminal, who is asked by a text and answers at the keyboard.

import type { Keyboard } from "./keyboard.ts";
import type { Person } from "./mod.ts";

/** The terminal's part of a question. */
export interface Asking {
  /** Hears that a line is asked for: a person decides. */
  waits(): void;
  /** Shows a question. */
  ask(question: string): void;
  /** Hears that it was answered. */
  answered(): void;
  /** Ends the line of an answer that wasn't shown. */
  newLine(): void;
}

/** Makes the person at a keyboard. */
export function personAt(keyboard: Keyboard, { waits, ask, answered, newLine }: Asking): Person {
  const line = async (question: string) => {
    waits();
    ask(question);
    const answer = await keyboard.line();
    answered();
    return answer;
  };
  return {
    confirm: async (question) => /^\s*y(es)?\s*$/i.test(await line(`${question} [y/N] `)),
    line: async (question) => {
      const answer = await line(`${question} `);
      return answer === "" ? null : answer.trim();
    },
    secret: async (question) => {
      try {
        return await keyboard.hidden(() => ask(`${question} `));
      } finally {
        newLine();
        answered();
      }
    },
  };
}
