/**
 * Alcaide deploys web applications to FreeBSD servers over SSH: each release in a jail of its own, blue and green behind
 * Caddy, without a dropped request. It is a task runner, too: an `Alcaidefile.ts` exports its configuration and tasks.
 *
 * @example A configuration
 * ```ts
 * import { defineConfig } from "alcaide";
 *
 * export default defineConfig({
 *   app: "shop",
 *   server: "root@203.0.113.7",
 *   domain: "shop.example.com",
 *   build: { prebuilt: "dist" },
 *   start: "bin/shop",
 * });
 * ```
 *
 * @module
 */

import { main as runMain } from "./lib/cli/main.ts";
import { builtInTasks } from "./tasks/mod.ts";

export { defineConfig } from "./lib/config/define.ts";
