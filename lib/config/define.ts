// The function that an Alcaidefile wraps its configuration in.

import type { ConfigFunction, UserConfig } from "./field/types.ts";

/**
 * Gives the configuration back as it is. It is there for its type: an editor then completes and explains every field.
 * A function gets the environment that `-e` chose.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { defineConfig } from "alcaide";
 *
 * const config = defineConfig({
 *   app: "shop",
 *   server: "root@203.0.113.7",
 *   build: { prebuilt: "dist" },
 * });
 * assertEquals(config.app, "shop");
 * ```
 */
export function defineConfig(config: UserConfig): UserConfig;
/** The same for a function that makes the configuration of an environment. */
export function defineConfig(config: ConfigFunction): ConfigFunction;
/** The same for a file of tasks, which needs no more than they ask for. */
export function defineConfig(config: Partial<UserConfig>): Partial<UserConfig>;
export function defineConfig(
  config: Partial<UserConfig> | ConfigFunction,
): Partial<UserConfig> | ConfigFunction {
  return config;
}
