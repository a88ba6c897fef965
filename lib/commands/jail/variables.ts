// The variables of a program, brought past what makes some of them anew for the user that it runs as: daemon sets HOME,
// PATH and LANG, jexec PATH and LANG. One variable holds the text of all of them until the program is about to start.

import type { Secret } from "../../core/secret.ts";
import { script } from "../../core/script.ts";
import { type Command, type Expression, quoteAlways, raw, sh } from "../../core/sh.ts";

/** Variables of our own session on the server, which no program needs. */
export const ofSession = raw("SSH_CLIENT SSH_CONNECTION SSH_TTY SSH_AUTH_SOCK MAIL MM_CHARSET BLOCKSIZE");

const carrier = raw("ALCAIDE_VARIABLES");

/** Takes the variables of a file along; fails when it can't be read. */
export function carryVariables(file: string): Command {
  return sh`${carrier}=$(cat ${file}) && export ${carrier}`;
}

/** Takes variables along that are given as text. */
export function carryText(text: Secret): Command {
  return sh`${carrier}=${text}; export ${carrier}`;
}

/** Runs a command of a user's in a directory with what was taken along, which is set last of all, so that it wins. */
export function withVariables(directory: string, command: Command): Command {
  return sh`${script(setVariables, sh`cd ${directory}`)}
${command}`;
}

/** Sets what was taken along. */
export const setVariables: Expression = sh`set -a
eval "$ALCAIDE_VARIABLES"
set +a
unset ${carrier}`;

/** Every name and value quoted, a line each, for a shell to read. Values may hold anything but NUL. */
export function envText(env: Readonly<Record<string, string | Secret>>): string {
  return Object.entries(env)
    .map(([name, value]) => `${name}=${quoteAlways(typeof value === "string" ? value : value.reveal())}\n`)
    .join("");
}
