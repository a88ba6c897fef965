// Sends only what is new of an artifact to a server that keeps another one.

import { artifactFile } from "../commands/paths.ts";
import { CommandError } from "../core/error.ts";
import { bytes } from "../core/text.ts";
import { explainStep, takenOverBy } from "../hints/step.ts";
import { type ChangedOptions, findPieces, uploadChanged } from "../remote/changed.ts";
import type { Chunks } from "../remote/chunks.ts";
import type { Digest } from "../remote/local_file.ts";
import type { KeptArtifact } from "./plan/kept.ts";
import type { StepView } from "./step.ts";

/** An artifact to send. */
export interface Sending {
  /** Where it is here. */
  readonly local: string;
  /** Where it belongs there. */
  readonly path: string;
  /** Its size and checksum. */
  readonly digest: Digest;
  /** Its permissions there. */
  readonly mode: number;
  /** Its chunks. */
  readonly chunks: Chunks;
  /** The artifact that the server keeps. */
  readonly kept: KeptArtifact;
}

/** At least this part of an artifact must be there already: else it is sent as it is. */
const leastKnown = 0.1;

/**
 * Sends only what the kept artifact lacks. Gives false when all has to be sent: too little is there, or the kept artifact
 * isn't what it was.
 */
export async function sendChanged(
  { ctx, server, app: { app } }: Pick<StepView, "ctx" | "server" | "app">,
  { local, path, digest, mode, chunks, kept }: Sending,
  options: Omit<ChangedOptions, "expected" | "kept" | "found">,
): Promise<boolean> {
  const found = findPieces(chunks, kept.chunks);
  const known = found.reduce((sum, { length }) => sum + length, 0);
  if (known < leastKnown * digest.size) return false;
  try {
    const sent = await uploadChanged(server, local, path, {
      ...{ ...options, found, expected: { ...digest, mode } },
      kept: artifactFile(app, kept.release),
    });
    const [part, whole] = [bytes(sent), bytes(digest.size)];
    ctx.ui.info(`${server.name}: ${part} of ${whole} sent, the rest was there in ${kept.release}`);
    return true;
  } catch (cause) {
    if (!(cause instanceof CommandError) || takenOverBy(server.name, cause.exit)) {
      throw explainStep(server.name, cause);
    }
    const why = cause.exit.stderr.trim().split("\n").at(-1) ?? "";
    ctx.ui.warn(
      `${server.name}: Cannot put the release together with what is there of ${kept.release}: ${why}`,
      "All of it is sent instead",
    );
    return false;
  }
}
