/**
 * An app for the tests of its commands.
 *
 * @module
 */

import type { AppSpec } from "../../../../lib/commands/app/app.ts";

/** The app in its blue jail. */
export const spec: AppSpec = {
  app: "shop",
  release: "7-1a2b3c4",
  jail: { name: "shop_blue", path: "/jails/shop_blue", ip4: "10.66.0.2" },
  uid: 60000,
  start: "bin/shop start",
  port: 4000,
  packages: [],
};
