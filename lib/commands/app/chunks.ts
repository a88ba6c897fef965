// The chunks of an artifact, beside it on the server: the next upload sends only what this one lacks.

import { type Chunks, chunksText } from "../../remote/chunks.ts";
import { writeFile } from "../../remote/files.ts";
import { type Command, type Script, sh } from "../../core/sh.ts";
import { appDir, chunksFile } from "../paths.ts";

/** The probe's section for deploys. */
export const chunksSection = "chunks";

/** Writes down the chunks of a release's artifact, and which file they are of. */
export function writeChunks(app: string, release: string, sha256: string, chunks: Chunks): Script {
  return writeFile(chunksFile(app, release), `${release} ${sha256}\n${chunksText(chunks)}`, { mode: 0o600 });
}

/** Prints the chunks of the newest artifact that is there. */
export function askChunks(app: string): Command {
  return sh`for f in $(ls -t ${`${appDir(app)}/releases`}/*/chunks 2>/dev/null); do
  [ -f "\${f%chunks}artifact" ] && cat "$f" && break
done; :`;
}
