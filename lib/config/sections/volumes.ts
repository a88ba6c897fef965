// Volumes, and which paths a configuration may name: `jail.conf` and `fstab` hold no blanks and no quotes, and a jail or a volume
// in the wrong place takes a server apart.

import {
  type Check,
  complain,
  type Complaint,
  describe,
  type Field,
  list,
  refuse,
  shorten,
} from "../field/field.ts";
import { row } from "../field/kinds.ts";
import type { About, Declared } from "../field/schema.ts";
import type { Volume } from "../field/values.ts";

/** Directories that belong to the system with all that is in them, on a host and in a jail. */
const systemTrees = `
/bin /boot /dev /etc /lib /libexec /net /proc /rescue /root /sbin /usr/bin /usr/include /usr/lib
/usr/lib32 /usr/libdata /usr/libexec /usr/local/bin /usr/local/etc /usr/local/lib /usr/local/libexec
/usr/local/sbin /usr/local/www/alcaide /usr/sbin /usr/share /usr/src /usr/obj /usr/tests /var/at /var/backups /var/cron
/var/db/alcaide /var/db/pkg /var/log/alcaide /var/mail /var/run /var/spool /var/yp
`.trim().split(/\s+/);

/** Directories that only as a whole belong to the system: below them there is room. */
const systemRoots = ["/", "/home", "/mnt", "/media", "/usr", "/usr/local", "/var", "/var/db", "/var/log"];

/** Directories that are emptied: nothing that should last may lie there. */
const passingTrees = ["/tmp", "/var/tmp"];

/**
 * Looks whether a text is an absolute path that every file on the server can hold, and whatever else has to be true of it. What
 * isn't written plainly is only proposed plainly when that would do.
 */
export function checkPath(path: string, more: Check<string> = () => undefined): Complaint | undefined {
  if (!path.startsWith("/")) {
    return { problem: `${shorten(path)} is not an absolute path`, hint: 'Give a path that begins with "/"' };
  }
  const odd = path.match(/[^A-Za-z0-9/_.@+=,-]/u)?.[0];
  if (odd !== undefined) {
    const problem = `${shorten(path)} has the character ${shorten(odd)}, which jail.conf or fstab can't hold`;
    return { problem, hint: "Use letters, digits and / _ . @ + = , -" };
  }
  if (path.length > 200) return { problem: "it is longer than 200 characters", hint: "Use a shorter path" };
  const plain = normal(path);
  const complaint = more(plain);
  if (plain === path || complaint !== undefined) return complaint;
  return { problem: `${shorten(path)} isn't written plainly`, hint: `Write ${shorten(plain)}` };
}

/** Looks whether jails may live in a directory of the server. */
export function checkBasePath(path: string): Complaint | undefined {
  return checkPath(path, (plain) => checkPlace(plain, "Choose a directory of its own, such as /jails"));
}

/** Host directories that a jail sees. */
export function volumes(options: About): Declared<readonly Volume[]> {
  return {
    ...options,
    type: "string[]",
    becomes: "readonly Volume[]",
    read: (field, around) => readVolumes(field, around.config.jail.basePath),
    show: (name, value) =>
      value.flatMap(({ host, jail }, index) => row(`${name}[${index}]`, `${host}:${jail}`)),
  };
}

/** Reads volumes: `"/host/directory:/directory/in/the/jail"`. */
function readVolumes(field: Field, basePath: string): Volume[] {
  const wanted = 'a list of texts such as "/var/db/shop:/app/uploads"';
  const volumes: Volume[] = [];
  for (const item of list(field, wanted) ?? []) {
    const volume = readVolume(item, basePath);
    const twin = volumes.find((other) => volume && overlap(other.jail, volume.jail));
    if (volume === undefined) continue;
    if (twin) {
      const problem = `in the jail ${volume.jail} and ${twin.jail} overlap`;
      refuse(item, problem, "Give each volume a directory of its own");
    }
    volumes.push(volume);
  }
  return volumes;
}

function readVolume(field: Field, basePath: string): Volume | undefined {
  const hint = 'Give a host directory and one in the jail, such as "/var/db/shop:/app/uploads"';
  const value = field.value;
  const parts = typeof value === "string" ? value.split(":") : [];
  const [host = "", jail = ""] = parts;
  if (parts.length !== 2 || host === "" || jail === "") {
    const tooMany = `${shorten(String(value))} has ${parts.length} parts`;
    refuse(field, parts.length > 2 ? tooMany : describe(value), hint);
    return undefined;
  }
  const complaint = checkPath(host, (plain) => checkHostDirectory(plain, basePath)) ??
    checkPath(jail, checkJailDirectory);
  return complain(field, complaint) ? undefined : { host, jail };
}

function checkHostDirectory(path: string, basePath: string): Complaint | undefined {
  const hint = "Choose a directory of its own, such as /var/db/shop";
  if (overlap(path, basePath)) {
    return { problem: `the host directory ${path} and the jails in ${basePath} overlap`, hint };
  }
  return checkPlace(path, hint);
}

function checkJailDirectory(path: string): Complaint | undefined {
  const hint = "Choose another directory in the jail, such as /app/uploads or /data";
  if (path === "/app") return { problem: "in the jail /app holds the release itself", hint };
  const owner = passingTrees.includes(path) ? path : systemPlace(path);
  return owner === undefined ? undefined : { problem: `in the jail ${owner} belongs to the system`, hint };
}

function checkPlace(path: string, hint: string): Complaint | undefined {
  const owner = systemPlace(path);
  if (owner !== undefined) return { problem: `${owner} belongs to the system`, hint };
  const passing = passingTrees.find((tree) => within(path, tree));
  return passing === undefined ? undefined : { problem: `${passing} may be emptied at any boot`, hint };
}

function systemPlace(path: string): string | undefined {
  if (systemRoots.includes(path)) return path;
  return systemTrees.find((tree) => within(path, tree));
}

/** Tells whether one directory lies in the other. */
export function overlap(one: string, other: string): boolean {
  return within(one, other) || within(other, one);
}

function within(path: string, tree: string): boolean {
  return path === tree || path.startsWith(tree === "/" ? tree : `${tree}/`);
}

function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}
