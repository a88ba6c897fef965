// The contents of an accessory's jail: its files, its service, its scripts.

import { dirname } from "node:path";
import type { Accessory, AccessoryFile, AccessoryPlace, AccessoryScript } from "../../config/field/types.ts";
import { isSecret, type Secret, secret } from "../../core/secret.ts";
import { script } from "../../core/script.ts";
import { type Command, isCommand, quoteAlways, raw, type Script, sh } from "../../core/sh.ts";
import { writeFile } from "../../remote/files.ts";
import { accessoryEnvFile as envFile, inJail, readEnv } from "../jail/in_jail.ts";
import type { JailSpec } from "../jail/jail.ts";
import { appService, jailLogDir, startedText, supervisedText } from "../jail/supervised.ts";
import type { TreeSpec } from "../jail/tree.ts";
import { envText } from "../jail/variables.ts";

/** An accessory on a server. */
export interface AccessorySpec {
  readonly accessory: Accessory;
  readonly place: AccessoryPlace;
  readonly jail: JailSpec;
  readonly tree: TreeSpec;
  /** The template of the tree. */
  readonly template: TreeSpec;
  /** The one to take where that is not there. */
  readonly otherwise?: TreeSpec;
}

/** The user of our own that `start` runs as. */
export const ownUser = "service";
const startFile = "/usr/local/etc/alcaide/start";

/** Writes an accessory's files from within its jail; those that were there are kept beside them when asked for. */
export function writeAccessoryFiles(spec: AccessorySpec, { keep }: { keep: boolean }): Command {
  const files = filesOf(spec);
  return inJail(spec.place.jail, script(...keep ? files.map(keepBefore) : [], ...files.map(writeInside)));
}

/** Puts the files back that were kept. */
export function putFilesBack(spec: AccessorySpec): Command {
  return inJail(spec.place.jail, script(...filesOf(spec).map(putBack)));
}

/** Forgets the files that were kept. */
export function forgetFiles(spec: AccessorySpec): Command {
  return inJail(spec.place.jail, sh`rm -f ${filesOf(spec).map(({ path }) => before(path))}`);
}

function before(path: string): string {
  return `${path}.before`;
}

/** Not over what a change that was cut off has kept already: that is what ran well. */
function keepBefore({ path }: AccessoryFile): Command {
  return sh`if [ -e ${path} ] && [ ! -e ${before(path)} ]; then cp -p ${path} ${before(path)}; fi`;
}

function putBack({ path }: AccessoryFile): Command {
  return sh`if [ -e ${before(path)} ]; then mv -f ${before(path)} ${path}; else rm -f ${path}; fi`;
}

/** Everything that is written into the jail, as one text to be compared. */
export function filesText(spec: AccessorySpec): string {
  const { accessory, place } = spec;
  const files = filesOf(spec).map(({ text, ...file }) => ({ ...file, text: revealed(text) }));
  return JSON.stringify([
    files,
    accessory.rc,
    scriptOf(accessory.setup, place)?.text ?? "",
  ]);
}

function filesOf({ accessory, place }: AccessorySpec): AccessoryFile[] {
  const { files, env, rc, rcConf, start, stopTimeout } = accessory;
  const given = typeof files === "function"
    ? files(place)
    : Object.entries(files).map(([path, text]) => ({ path, text }));
  const port = place.port === 0 ? {} : { PORT: String(place.port) };
  const rcName = rc.replaceAll("-", "_");
  const variables = { [`${rcName}_enable`]: "YES", ...rcConf };
  return [
    {
      path: envFile,
      text: secret(envText({ ...env, ADDRESS: place.address, ...port })),
      mode: 0o600,
      own: false,
    },
    ...given,
    ...start === "" ? [] : [
      { path: startFile, text: startedText(`exec ${start}`), mode: 0o755 },
      { path: `/usr/local/etc/rc.d/${appService}`, text: serviceText(stopTimeout), mode: 0o555 },
    ],
    {
      // A package's script may have another name than its file, and reads only rc.conf.d of that name: mysql-server's is mysql.
      path: start === "" ? "/etc/rc.conf.local" : `/etc/rc.conf.d/${rcName}`,
      text: Object.entries(variables).map(([name, value]) => `${name}=${quoteAlways(value)}\n`).join(""),
    },
  ].map((file) => owned(file, place));
}

function owned(file: AccessoryFile, { uid }: AccessoryPlace): AccessoryFile & { owner: number } {
  const hidden = isSecret(file.text);
  return { ...file, mode: file.mode ?? (hidden ? 0o400 : 0o644), owner: (file.own ?? hidden) ? uid : 0 };
}

function writeInside(file: AccessoryFile): Script {
  const { path, text, mode = 0o644, owner = 0 } = file as AccessoryFile & { owner?: number };
  return script(
    sh`mkdir -p ${dirname(path)}`,
    writeFile(path, text, { mode }),
    ...owner === 0 ? [] : [sh`chown ${`${owner}:${owner}`} ${path}`],
  );
}

/** As an app's service. */
function serviceText(stopTimeout: number): string {
  return supervisedText({ envFile, user: ownUser, startFile, log: `${jailLogDir}/service.log`, stopTimeout });
}

/** A text runs in the jail as root with the accessory's environment; a function says itself where. */
export function scriptOf(
  given: string | readonly string[] | AccessoryScript,
  place: AccessoryPlace,
): Command | undefined {
  if (typeof given === "function") {
    const made = given(place);
    if (!isCommand(made)) {
      throw new TypeError("Cannot use the result of an accessory's function: it is not a command");
    }
    return made;
  }
  const texts = typeof given === "string" ? [given] : given;
  if (texts.length === 0) return undefined;
  return inJail(place.jail, script(readEnv, ...texts.map(raw)));
}

function revealed(text: string | Secret): string {
  return isSecret(text) ? text.reveal() : text;
}
