// Why a command of an image failed: from what it printed to a remedy.

import type { ImageSpec } from "../commands/jail/image.ts";
import { AlcaideError, type Exit } from "../core/error.ts";
import { printable } from "../core/text.ts";
import { commonFailures, remedy } from "./known.ts";

/** Says why a command failed; undefined when it was none of them. */
export function explainImage(
  server: string,
  { commands }: Pick<ImageSpec, "commands">,
  exit: Exit,
): AlcaideError | undefined {
  const [, number, status] = /^failed (\d+) (\d+)$/m.exec(exit.stderr) ?? [];
  if (number === undefined) return undefined;
  const command = commands[Number(number) - 1] ?? "";
  const said = exit.stdout.slice(exit.stdout.lastIndexOf(`+ ${command}\n`)).split("\n").slice(1);
  const stdout = said.join("\n");
  return new AlcaideError(`Cannot make the image on ${server}: "${command}" ended with status ${status}`, {
    details: stdout.trimEnd().split("\n").slice(-20).map(printable),
    hint: remedy({ code: Number(status), stdout, stderr: "" }, commonFailures) ??
      "The lines above are the last of its output. It runs as root in a jail with the packages of image and jail, without secrets",
  });
}
