// Scripts of several parts, in which a failure is kept by construction.

import { demand } from "./kind.ts";
import { type Command, commandHint, isCommand, type Script, scriptOf, sh } from "./sh.ts";

/**
 * Joins parts into one script that ends at the first part that fails, with that part's status. The parts run in the same
 * shell: variables, functions and the directory live on. A part fails when its last command does. Empty parts are left out.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { script, sh } from "alcaide";
 *
 * const command = script(sh`mkdir -p /data`, sh`touch /data/here`);
 * assertEquals(command.text, "{ mkdir -p /data\n} || exit $?\n{ touch /data/here\n} || exit $?");
 * ```
 */
export function script(...parts: readonly Command[]): Script {
  for (const part of parts) demand(isCommand(part), "a part of script()", part, commandHint);
  return scriptOf(
    parts.filter(({ text }) => text !== "").map((part) =>
      "ends" in part ? part : sh`{ ${part}
} || exit $?`
    ),
  );
}

/**
 * The same in a shell of its own: what the part sets stays in it, and where it ends, only that shell ends. The whole ends
 * when it fails.
 */
export function inShell(part: Command): Script {
  return scriptOf([sh`( :
${part}
) || exit $?`]);
}
