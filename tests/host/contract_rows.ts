/** The recorded commands of real FreeBSD machines, and their addresses in the outputs of a test host. */
import { fromFileUrl } from "@std/path";

/** One recorded command. */
export interface Row {
  /** Its number in the file, from 1. */
  readonly number: number;
  /** The subject of the commands around it; later ones build on earlier ones. */
  readonly scenario: string;
  /** The text for the login shell, `/bin/sh -c`. */
  readonly cmd: string;
  /** The exit status; null: the command was killed after three minutes. */
  readonly rc: number | null;
  /** Its standard output. */
  readonly stdout: string;
  /** Its standard error. */
  readonly stderr: string;
}

/** A command's result on a test host. */
export type Result = Pick<Row, "rc" | "stdout" | "stderr">;

/** The addresses that stand where the observed machine had its own. */
export interface Addresses {
  /** For 10.0.2.15, the machine's own. */
  readonly own: string;
  /** For 10.0.2.2, its gateway. */
  readonly gateway: string;
}

/** The recordings: `observed-NAME.jsonl`, each of a machine of the FreeBSD that its name begins with. */
export const recordings = ["13.2", "15.0", "15.0-more"] as const;

/** The name of a recording. */
export type Recording = typeof recordings[number];

/** Reads all commands of a recording, in order. */
export async function readRows(recording: Recording): Promise<Row[]> {
  const file = fromFileUrl(new URL(`observed-${recording}.jsonl`, import.meta.url));
  const text = await Deno.readTextFile(file);
  return text.trimEnd().split("\n").map((line, index) => ({
    ...JSON.parse(line) as Omit<Row, "number">,
    number: index + 1,
  }));
}

/** An output with the observed machine's addresses in the place of this host's. */
export function fromHost(text: string, addresses: Addresses): string {
  const network = addresses.own.replace(/\.\d+$/, "");
  return text
    .replace(new RegExp(`\\b${escape(network)}\\.\\d+/\\d+`, "g"), "10.0.2.0/24")
    .replace(whole(addresses.gateway), "10.0.2.2")
    .replace(whole(addresses.own), "10.0.2.15");
}

function whole(address: string): RegExp {
  return new RegExp(`(?<![\\d.])${escape(address)}(?!\\d)`, "g");
}

function escape(text: string): string {
  return text.replaceAll(".", "\\.");
}
