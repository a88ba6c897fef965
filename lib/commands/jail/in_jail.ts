// Scripts that run in a jail.

import { script } from "../../core/script.ts";
import { type Command, document, type Expression, type Script, sh, word } from "../../core/sh.ts";

/** The environment of an accessory, in its jail. */
export const accessoryEnvFile = "/usr/local/etc/alcaide/env";

/** The user of a script in a jail. */
export interface InJailOptions {
  /** A user of the jail's own. Default: root. */
  readonly user?: string;
}

/**
 * Brings a script into a jail, with the environment of a fresh login there. It travels on standard input, so what it
 * holds is in no argument list.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { inJail, sh } from "alcaide";
 *
 * const command = inJail("shop_db", sh`pg_isready -q`, { user: "postgres" });
 * assertEquals(command.text.split("\n")[0], "/usr/sbin/jexec -l -U postgres shop_db /bin/sh -s <<'END_OF_TEXT'");
 * ```
 */
export function inJail(jail: string, command: Command, { user }: InJailOptions = {}): Command {
  return sh`${enter(jail, user)} /bin/sh -s ${document(command)}`;
}

/**
 * The same for a script that reads standard input or gets a terminal. It becomes an argument, which every user of the
 * server can see: it must not hold a secret.
 *
 * @throws {AlcaideError} when it does
 */
export function streamInJail(jail: string, command: Command, { user }: InJailOptions = {}): Command {
  return sh`${enter(jail, user)} /bin/sh -c ${word(command)}`;
}

/** In an accessory's jail: sets its environment. */
export const readEnv: Script = script(sh`set -a; . ${accessoryEnvFile}`, sh`set +a`);

/** A command of a user's in an accessory's jail, as root, with the accessory's environment. It may read standard input. */
export function accessoryCommand(jail: string, command: Command): Command {
  return sh`exec ${
    streamInJail(
      jail,
      sh`${readEnv}
${command}`,
    )
  }`;
}

/**
 * Calls a service in a jail and prints what it said when it fails. A program that it starts may keep the outputs that it
 * was started with: they must not be ours, or no caller would ever see their end.
 */
export function callService(jail: string, service: string, action: Expression): Script {
  return script(
    sh`said=$(mktemp -t alcaide)`,
    sh`${enter(jail, undefined)} /usr/sbin/service ${service} ${action} </dev/null >"$said" 2>&1 || {
  cat "$said" >&2; rm -f "$said"; exit 1
}`,
    sh`rm -f "$said"`,
  );
}

function enter(jail: string, user: string | undefined): Command {
  return user === undefined ? sh`/usr/sbin/jexec -l ${jail}` : sh`/usr/sbin/jexec -l -U ${user} ${jail}`;
}
