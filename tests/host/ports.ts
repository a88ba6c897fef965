/** What `ports/NAME/port` says; see packages.ts for its lines. */
import { dirname, fromFileUrl, join } from "@std/path";
import { machineTriplet, packageFiles, packages } from "./debian.ts";
import { exists, must } from "./process.ts";

/** Where the ports are. */
export const ports: string = join(dirname(fromFileUrl(import.meta.url)), "ports");

/** A package of the repository. */
export interface Port {
  readonly name: string;
  /** Its folder in `ports`, where NN may stand for the version of PostgreSQL. */
  readonly folder: string;
  readonly lines: readonly (readonly string[])[];
  readonly version: string;
  readonly comment: string;
  /** The version of PostgreSQL. */
  readonly major: string;
}

/** The PostgreSQL that this machine's Debian has, as in the names of packages: `postgresql15-server`. */
export async function postgresqlVersion(): Promise<string> {
  const names = (await packageFiles()).map((file) => /^postgresql-(\d+)_/.exec(file)?.[1]);
  const found = names.find((major) => major !== undefined);
  if (found === undefined) throw missing("postgresql");
  return found;
}

/** Reads all ports that can be made here. */
export async function readPorts(): Promise<readonly Port[]> {
  const major = await postgresqlVersion();
  return await Promise.all((await possiblePorts()).map((folder) => readPort(folder, major)));
}

/** The folders of the ports that lack nothing of this machine and of what was downloaded, in order. */
export async function possiblePorts(): Promise<string[]> {
  const folders = (await Array.fromAsync(Deno.readDir(ports))).map((entry) => entry.name).sort();
  const files = await packageFiles();
  const possible = async (folder: string): Promise<boolean> => {
    const text = await Deno.readTextFile(join(ports, folder, "port"));
    const [here, deb, needed] = ["here", "if-deb", "depends"].map((word) =>
      new RegExp(`^${word} (.*)$`, "m").exec(text)?.[1]
    );
    return (here === undefined || await exists(here)) &&
      (deb === undefined || files.some((file) => file.startsWith(`${deb}_`))) &&
      (needed === undefined || await possible(needed));
  };
  const all = await Promise.all(folders.map(possible));
  return folders.filter((_, index) => all[index]);
}

async function readPort(folder: string, major: string): Promise<Port> {
  const text = (await Deno.readTextFile(join(ports, folder, "port")))
    .replaceAll("NN", major).replaceAll("TRIPLET", machineTriplet())
    .replaceAll("GOARCH", Deno.build.arch === "x86_64" ? "amd64" : "arm64");
  const lines = text.split("\n").filter((line) => /^[a-z]/.test(line)).map((line) =>
    line.trim().split(/\s+/)
  );
  const value = (word: string) => lines.find(([first]) => first === word)?.slice(1).join(" ") ?? "";
  const name = folder.replace("NN", major);
  const version = value("here") === "" ? await versionOf(value("deb") || value("if-deb")) : "0";
  return { name, folder, lines, major, comment: value("comment"), version };
}

async function versionOf(deb: string): Promise<string> {
  const file = (await packageFiles()).find((file) => file.startsWith(`${deb}_`));
  if (file === undefined) throw missing(deb);
  const version = await must(["dpkg-deb", "-f", join(packages, file), "Version"]);
  return version.trim().replace(/^\d+:/, "").replace(/-[^-]*$/, "");
}

function missing(deb: string): Error {
  return new Error(`Cannot find the Debian package "${deb}": run "sh scripts/provision"`);
}
