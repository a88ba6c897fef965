// Assets in a site file: files of all kept releases, which Caddy serves itself.

import { assetsDir, liveDir } from "../paths.ts";
import { block, fileMatcher, snippet } from "./lines.ts";

/** Name of the snippet that serves the assets, and sends all else to the app. */
export function assetsSnippet(app: string): string {
  return snippet(app, "assets");
}

/**
 * The snippet: a file of the live release, or else of the newest kept one that has it, or else the app's answer. Other paths are only compared
 * with `path`.
 */
export function assetsText(app: string, path: string): string {
  const name = snippet(app);
  const [live, asset] = [`@${name}_live`, `@${name}_asset`];
  const rest = block("handle", [`import ${name}`]);
  const lines = block(`(${assetsSnippet(app)})`, [
    ...block(`handle ${path}/*`, [
      ...fileMatcher(`${live} file`, liveDir(app), "/blue-* /green-*"),
      ...block(`map ${live} {file_match.relative} {${name}_release}`, ["~^/[a-z]+-(.+)$ ${1}"]),
      ...block(asset, [
        "method GET HEAD",
        // Of a directory's names Caddy takes the first.
        ...fileMatcher("file", assetsDir(app), `/*-{${name}_release}{path} /[0-9]*{path}`),
      ]),
      ...block(`handle ${asset}`, [
        // A rewrite would take a "?" in a name for the begin of a query.
        ...block(`map {file_match.relative} {${name}_directory}`, ["~^(/[^/]+)/ ${1}"]),
        `root * ${assetsDir(app)}{${name}_directory}`,
        ...block("file_server", ["precompressed zstd br gzip"]),
      ]),
      ...rest,
    ]),
    ...rest,
  ]);
  return `${lines.join("\n")}\n`;
}
