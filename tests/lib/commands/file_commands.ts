// The texts that make files, and uploads.

import * as chunks from "../../../lib/commands/app/chunks.ts";
import { type Command, sh } from "../../../lib/core/sh.ts";
import { receiveChanged } from "../../../lib/remote/changed.ts";
import * as files from "../../../lib/remote/files.ts";
import { hidden, odd } from "./samples.ts";

const expected = { size: 1, sha256: "ab" };

/** Each with the name of its maker. */
export const forFiles: readonly (readonly [name: string, command: Command])[] = [
  ["writeFile", files.writeFile(`/tmp/${odd()}`, odd())],
  ["writeFile with a secret", files.writeFile("/tmp/x", hidden, { mode: 0o600 })],
  ["makeDirectory", files.makeDirectory(`/tmp/${odd()}`)],
  ["receiveFile", files.receiveFile(`/tmp/${odd()}`, expected)],
  ["receivePart", files.receivePart(`/tmp/${odd()}`, expected, { index: 0, count: 2, block: 0 })],
  ["receivePart", files.receivePart(`/tmp/${odd()}`, expected, { index: 1, count: 2, block: 8 })],
  ["received", files.received(`/tmp/${odd()}`, expected, sh`:`)],
  ["receiveChanged", receiveChanged(`/tmp/${odd()}`, expected, `/tmp/${odd()}`, "2 1\n- 100\n")],
  [
    "writeChunks",
    chunks.writeChunks("shop", "7-1a2b3c4", "ab", { bits: 13, chunks: [{ sum: 1, length: 2 }] }),
  ],
  ["askChunks", chunks.askChunks("shop")],
];

/** Their makers, by file. */
export const fileMakers = { files, chunks, changed: { receiveChanged } };
