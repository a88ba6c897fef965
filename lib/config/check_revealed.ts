/**
 * Checks of a configuration that have to wait until its secrets are known.
 *
 * @module
 */

import { ConfigError, type Problem } from "../core/error.ts";
import { checkCertificate, checkPrivateKey } from "./check_pem.ts";
import { checkVariables } from "./check_variables.ts";
import { isSecret } from "../core/secret.ts";
import { isReference } from "../secrets/reference.ts";
import type { Config, OwnCertificate } from "./types.ts";

/**
 * Checks what was a reference when the configuration was read.
 *
 * @throws {ConfigError} with everything that is wrong
 */
export function checkRevealed(
  config: Config,
  paths: readonly string[],
): void {
  const { tls, accessories } = config;
  const problems = [
    ...tls.kind === "own" ? checkTls(tls, paths) : [],
    ...checkPasswords(accessories),
    ...checkVariables(config),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
}

/** A password that nobody has to know lets everybody in. */
function checkPasswords(accessories: Config["accessories"]): Problem[] {
  return Object.values(accessories).flatMap(({ name, options: { password } }) => {
    // One that isn't resolved isn't used, either.
    if (!isSecret(password) || isReference(password)) return [];
    const text = password.reveal();
    const path = `accessories.${name}.password`;
    if (text === "") return [{ path, problem: "its secret is empty", hint: "Set it to a password" }];
    if (!text.includes("\0")) return [];
    return [{ path, problem: "its secret has a NUL character", hint: "Set it to a text without one" }];
  });
}

function checkTls(tls: OwnCertificate, paths: readonly string[]): Problem[] {
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
  return problems;
}
