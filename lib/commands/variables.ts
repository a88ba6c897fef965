/**
 * The variables of a program, brought past what makes some of them anew for the user that it runs as: daemon sets HOME,
 * PATH and LANG, jexec PATH and LANG. One variable holds the text of all of them until the program is about to start.
 *
 * @module
 */

import type { Secret } from "../core/secret.ts";
import { type Command, raw, sh } from "../core/sh.ts";

const carrier = raw("ALCAIDE_VARIABLES");

/** Takes the variables of a file along; ends with status 1 when it can't be read. */
export function carryVariables(file: string): Command {
  return sh`${carrier}=$(cat ${file}) && export ${carrier} || exit 1`;
}

/** Takes variables along that are given as text. */
export function carryText(text: Secret): Command {
  return sh`${carrier}=${text}; export ${carrier}`;
}

/** Sets what was taken along, last of all, so that it wins. */
export const setVariables: Command = sh`set -a
eval "$ALCAIDE_VARIABLES"
set +a
unset ${carrier}`;
