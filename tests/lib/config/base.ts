import { resolveConfig } from "../../../lib/config/resolve.ts";
import type { Config, UserConfig } from "../../../lib/config/field/types.ts";
import { ConfigError, type Problem } from "../../../lib/core/error.ts";

/** The least that a configuration must say. */
export const least: UserConfig = { app: "shop", server: "root@203.0.113.7", build: { prebuilt: "dist" } };

/** A block of PEM that holds nothing real. */
export function pem(label: string, body = "MIIBszCCAVmg\nAwIBAgIUQ2VydA=="): string {
  return `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
}

/** A text in the form of a certificate. */
export const cert = pem("CERTIFICATE");

/** A text in the form of its key. */
export const key = pem("PRIVATE KEY", "TUlHSEFnRUFNQk1H\naHVudGVyMg==");

/** Resolves the least configuration with something changed. */
export function resolve(changes: Record<string, unknown> = {}): Config {
  return resolveConfig({ ...least, ...changes }, { directory: "/home/me/shop" });
}

/** Everything that is wrong with a value; none when it is fine. */
export function problemsOf(value: unknown): readonly Problem[] {
  try {
    resolveConfig(value, { directory: "/home/me/shop" });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

/** Problems of the least configuration with something changed, each as "path: problem (hint)". */
export function complaints(changes: Record<string, unknown>): string[] {
  return problemsOf({ ...least, ...changes })
    .map(({ path, problem, hint }) => `${path}: ${problem}${hint === undefined ? "" : ` (${hint})`}`);
}
