/**
 * Checks of a configuration that have to wait until its secrets are known.
 *
 * @module
 */

import { ConfigError, type Problem } from "../error.ts";
import { checkCertificate, checkPrivateKey } from "./check_pem.ts";
import type { Config } from "./types.ts";

/**
 * Checks what was a reference when the configuration was read.
 *
 * @throws {ConfigError} with everything that is wrong
 */
export function checkRevealed({ tls }: Config, paths: readonly string[]): void {
  if (tls.kind !== "own") return;
  const problems: Problem[] = [];
  for (
    const [path, value, check] of [
      ["tls.cert", tls.cert, checkCertificate],
      ["tls.key", tls.key, checkPrivateKey],
    ] as const
  ) {
    const complaint = paths.includes(path) ? check(value.reveal()) : undefined;
    if (complaint) problems.push({ path, ...complaint });
  }
  if (problems.length > 0) throw new ConfigError(problems);
}
