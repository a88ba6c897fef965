/** Texts that can be found wherever they get to, and finding them on a host. */

import { sh } from "../../lib/core/sh.ts";
import type { Place } from "./place.ts";
import { patience } from "./until.ts";

/** A text that stands nowhere by chance. */
export type MarkedSecret = string;

/** Makes one. */
export function marker(): MarkedSecret {
  return `mark${crypto.randomUUID().replaceAll("-", "")}`;
}

/** The forms in which a text may lie somewhere: as it is, and in base64 at each of the three ways that it may begin. */
export function shapes(mark: MarkedSecret): string[] {
  const encoded = [0, 1, 2].map((before) => {
    const text = btoa(`${"\0".repeat(before)}${mark}`);
    // The first and the last group hold bits of the neighbours, too.
    return text.slice(4, -4);
  });
  const hex = [...mark].map((char) => char.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  return [mark, hex, ...encoded];
}

/** Where a user of the host, or we, may have put something: of another host not all is looked through. */
const places = ["/etc", "/home", "/jails", "/root", "/tmp", "/usr/home", "/usr/local", "/var"];

/** All files of the host, in all its jails, that hold one of the texts. */
export async function holding(place: Place, marks: readonly MarkedSecret[]): Promise<string[]> {
  const needles = `${marks.flatMap(shapes).join("\n")}\n`;
  const found = place.test ? await onTestHost(place.test.files(), needles) : await onOther(place, needles);
  // The host's own view of a jail's tree; a volume or a log is seen there, too, below its mount.
  return [...new Set(found)].sort();
}

async function onTestHost(root: string, needles: string): Promise<string[]> {
  const child = new Deno.Command("grep", {
    args: ["-rlaF", "-D", "skip", "-f", "-", "--exclude-dir=proc", "--exclude-dir=sys", `${root}/`],
    env: { LC_ALL: "C" },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(needles));
  await writer.close();
  const { stdout } = await child.output();
  const lines = new TextDecoder().decode(stdout).split("\n").filter((line) => line !== "");
  return lines.map((line) => line.slice(root.length).replace(/^\/+/, "/"));
}

async function onOther({ server }: Place, needles: string): Promise<string[]> {
  // FreeBSD's grep is slow with so many words, and of the base system nothing is newer than the template.
  const { stdout } = await server.exec(
    sh`LC_ALL=C; export LC_ALL
words=$(mktemp -t alcaide-words) && cat >"$words" || exit
template=$(ls -td /jails/.templates/[0-9]*/.alcaide | tail -n 1)
find ${places} ! -path "$words" -type f \( -newer "$template" -o -path '/jails/*/app/*' \) -exec grep -laF -f "$words" {} + 2>/dev/null
rm -f "$words"`,
    { stdin: needles, timeout: patience(60_000) },
  );
  return stdout.split("\n").filter((line) => line !== "");
}

/** Files of this machine below a directory that hold one of the texts. */
export async function filesWith(directory: string, needles: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  const entries = await Array.fromAsync(Deno.readDir(directory)).catch(() => []);
  for (const { name, isDirectory, isFile } of entries) {
    const path = `${directory}/${name}`;
    if (isDirectory) found.push(...await filesWith(path, needles));
    if (!isFile) continue;
    const text = new TextDecoder("latin1").decode(await Deno.readFile(path).catch(() => new Uint8Array()));
    if (needles.some((needle) => text.includes(needle))) found.push(path);
  }
  return found;
}
