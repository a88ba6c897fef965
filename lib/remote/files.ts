// Files on the server: never half-written, their mode set before their contents.

import type { Secret } from "../core/secret.ts";
import { script } from "../core/script.ts";
import { type Command, document, raw, type Script, sh } from "../core/sh.ts";

/** The attributes of a file. */
export interface FileOptions {
  /** Permissions, as an octal number. Default: 0o644. */
  readonly mode?: number | undefined;
}

/**
 * Writes a text file: beside its place first, then renamed. The text travels in the script, never in an argument.
 */
export function writeFile(path: string, text: string | Secret, { mode = 0o644 }: FileOptions = {}): Script {
  const beside = `${path}.new`;
  return script(
    sh`rm -f ${beside} && (umask ${umaskOf(mode)} && : >${beside}) && chmod ${octal(mode)} ${beside}`,
    // Looks at what was done: a program that fails may say that all is well.
    sh`{ cat >${beside} ${document(text)}
}${text === "" ? raw("") : sh` && [ -s ${beside} ]`} && mv -f ${beside} ${path} && [ ! -e ${beside} ] || {
  rm -f ${beside}; echo ${`${path} could not be written`} >&2; exit 1
}`,
  );
}

/** Makes a directory with its parents. */
export function makeDirectory(path: string, mode = 0o755): Command {
  return sh`mkdir -p ${path} && chmod ${octal(mode)} ${path}`;
}

/** The attributes of a received file. */
export interface Expected {
  /** In bytes. */
  readonly size: number;
  readonly sha256: string;
  readonly mode?: number | undefined;
}

/** A part of a file that comes through several channels. */
export interface FilePart {
  /** Its place among the parts. */
  readonly index: number;
  /** The number of parts. */
  readonly count: number;
  /** Its first block of {@linkcode partBlock} bytes. */
  readonly block: number;
}

/** Bytes of a block: a part begins with one. */
export const partBlock = 256 * 1024;

/** The status of a part's script that found that another one has failed. */
export const otherFailed = 66;

/** The line of the first part's script: the others may be sent. */
export const partsReady = "ready for all parts";

/**
 * Receives a file on standard input; what was written is verified by size and checksum before it gets its name. For Linux as
 * well. OpenSSL, of FreeBSD's base system, makes the checksum four times as fast as sha256(1) where the processor can.
 */
export function receiveFile(path: string, expected: Expected): Command {
  const part = `${path}.part`;
  return received(path, expected, sh`rm -f ${part} && cat >${part} || fail 'Cannot write the file'`);
}

/**
 * Receives a part of a file. The first one makes room for all. The others get a line before their bytes, once there is room. A
 * directory holds a name for each part that is missing: only one script finds it empty and removes it, and verifies the whole.
 */
export function receivePart(path: string, expected: Expected, { index, count, block }: FilePart): Command {
  const [part, missing] = [`${path}.part`, `${path}.missing`];
  const names = Array.from({ length: count }, (_, index) => `${missing}/${index}`);
  const first =
    sh`rm -rf ${part} ${missing} && mkdir ${missing} && touch ${part} ${names} || fail 'Cannot write the file'
echo ${partsReady}`;
  return received(
    path,
    expected,
    sh`${index === 0 ? first : sh`read -r ready && [ -d ${missing} ] || exit ${otherFailed}`}
dd of=${part} bs=${partBlock} seek=${block} conv=notrunc status=none || fail 'Cannot write the file'
rm ${missing}/${index} || exit ${otherFailed}
rmdir ${missing} 2>/dev/null || exit 0`,
    sh`rm -rf ${part} ${missing}`,
  );
}

/** Writes a file beside its place, and gives it its name when it is right. */
export function received(
  path: string,
  { size, sha256, mode = 0o644 }: Expected,
  write: Command,
  drop = sh`rm -f ${`${path}.part`}`,
): Command {
  const part = `${path}.part`;
  return sh`umask ${umaskOf(mode)}
fail() { ${drop}; echo "$1" >&2; exit 1; }
${write}
size=$(($(wc -c <${part})))
[ "$size" -eq ${size} ] || fail "Only $size bytes arrived"
sum=$({ openssl dgst -sha256 -r <${part} || sha256 -q <${part} || sha256sum <${part}; } 2>/dev/null)
[ "\${sum%% *}" = ${sha256} ] || fail 'The checksum of what arrived differs'
chmod ${octal(mode)} ${part} && mv -f ${part} ${path} || fail 'Cannot put the file into its place'`;
}

/** The umask under which others may at once read a new file that they may read: a chmod that does nothing leaves it usable. */
function umaskOf(mode: number): string {
  return octal(0o077 & ~mode).padStart(3, "0");
}

function octal(mode: number): string {
  return mode.toString(8);
}
