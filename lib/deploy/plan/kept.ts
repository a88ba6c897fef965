// The artifact that an upload may take pieces of.

import type { ReleaseId } from "../../core/release.ts";
import { type Chunks, parseChunks } from "../../remote/chunks.ts";
import { type Facts, releasesOf } from "../../server/facts.ts";

/** An artifact on the server, and its chunks. */
export interface KeptArtifact {
  readonly release: ReleaseId;
  readonly chunks: Chunks;
}

/** The newest artifact of an app with chunks that fit the release's record. */
export function keptArtifact(facts: Facts, app: string): KeptArtifact | undefined {
  const [, id, sha256, text = ""] = /^(\S+) (\S+)\n([\s\S]*)$/.exec(facts.chunks ?? "") ?? [];
  const release = releasesOf(facts, app).find((one) => one.id === id && one.artifact.sha256 === sha256);
  const chunks = release && parseChunks(text, release.artifact.size);
  return release && chunks && { release: release.id, chunks };
}
