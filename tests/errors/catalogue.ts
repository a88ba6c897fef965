/** Known failures on FreeBSD servers, each with the test that shows the program's message. */

import { appRows } from "./catalogue_app.ts";
import { serverRows } from "./catalogue_server.ts";

/** One known trouble: shown by a test, or left out with the reason. */
export type Row =
  & {
    readonly number: number;
    readonly title: string;
  }
  & (
    | {
      /** How it is brought about here. */
      readonly how: string;
      /** True when the program copes by itself, so that there is nothing to say. */
      readonly healed?: true;
      /** The file below `tests/` that has the test's name, and the name. */
      readonly shown: readonly [file: string, name: string];
    }
    | {
      /** Why it isn't shown. */
      readonly why: string;
    }
  );

/** All of them. */
export const catalogue: readonly Row[] = [...serverRows, ...appRows];
