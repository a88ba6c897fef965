/** Tarballs that are no releases: cut, damaged, with names and kinds of members that no release has. */

import { assert } from "@std/assert";
import { checkContents } from "../../../lib/deploy/release_contents.ts";
import { digestFile } from "../../../lib/remote/local_file.ts";
import { local } from "../../../lib/remote/local.ts";
import { hostileTexts } from "../hostile.ts";
import { bytesOf, damaged } from "../mutate.ts";
import { pick, type Random, subject, tried } from "../subject.ts";

/** A header of a tarball and its content. Types: 0 a file, 1 and 2 links, 3 a device, 5 a folder, x a header of pax. */
function member(name: string, type = "0", content = "", link = ""): string {
  const field = (text: string, size: number) => text.slice(0, size).padEnd(size, "\0");
  const octal = (value: number, size: number) => `${value.toString(8).padStart(size - 1, "0")}\0`;
  const of = (sum: string) =>
    field(name, 100) + octal(0o644, 8) + octal(0, 8) + octal(0, 8) + octal(content.length, 12) +
    octal(0, 12) + sum +
    type + field(link, 100) + "ustar\x0000" + "\0".repeat(32 + 32) + octal(1, 8) + octal(3, 8) +
    "\0".repeat(155 + 12);
  const sum = [...of(" ".repeat(8))].reduce((total, char) => total + char.charCodeAt(0), 0);
  return of(`${octal(sum, 7)} `) + content.padEnd(Math.ceil(content.length / 512) * 512, "\0");
}

const end = "\0".repeat(1024);

function make(random: Random): string {
  const ascii = () => pick(random, hostileTexts).replace(/[^ -~\n\t]/g, "_") || "x";
  const kinds: readonly (() => string)[] = [
    () => member("bin/app", "0", "#!/bin/sh\n"),
    () => member(ascii(), "0", "x"),
    () => member(`a/${"n".repeat(95)}`),
    () => member("/etc/passwd", "0", "x"),
    () => member("../../out", "0", "x"),
    () => member("link", "2", "", "/etc"),
    () => member("link/passwd", "0", "x"),
    () => member("hard", "1", "", "../../etc/passwd"),
    () => member("dev", "3"),
    () => member("fifo", "6"),
    () => member(ascii(), "x", "30 path=../../../etc/passwd\n"),
    () => member("", "5"),
  ];
  const all = Array.from({ length: Math.floor(random() * 5) }, () => pick(random, kinds)()).join("") + end;
  return random() < 0.5 ? all : damaged(all, random);
}

const config = { start: "bin/app", beforeStart: [], migrate: undefined };

export const artifact = subject(150, make, async (text) => {
  const path = await Deno.makeTempFile({ suffix: ".tar" });
  try {
    await Deno.writeFile(path, bytesOf(text));
    await tried(() => digestFile(path));
    const looked = await tried(() => checkContents(local(), config, { path, packed: true }));
    if (looked === undefined) return "refused";
    // Something of it can be unpacked, for tar to say on the server what can't.
    const { stdout, stderr } = await local().exec(
      (await import("../../../lib/core/sh.ts")).sh`tar -tf ${path}`,
    );
    // A member may be named " ".
    assert(stdout !== "" || stderr.trim() !== "", "an empty tarball was accepted");
    return "accepted";
  } finally {
    await Deno.remove(path);
  }
});
