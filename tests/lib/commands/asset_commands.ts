// Texts about assets and certificates on demand.

import * as assets from "../../../lib/commands/assets.ts";
import * as onDemand from "../../../lib/commands/caddy/on_demand.ts";
import { changeCaddyfile, trySite } from "../../../lib/commands/caddy/caddyfile.ts";
import { checkCaddyfile } from "../../../lib/commands/caddy/validate.ts";
import { setRc, unsetRc } from "../../../lib/commands/server/rc_conf.ts";
import { dropFailed } from "../../../lib/commands/journal.ts";
import { type Command, sh } from "../../../lib/core/sh.ts";
import { odd } from "./samples.ts";

const files = { path: "/assets", from: "lib/shop-*/priv" };
const installed = { app: "shop", release: "7-1a2b3c4", home: "/app" };

export const forAssets: readonly (readonly [name: string, command: Command])[] = [
  ["installAssets", assets.installAssets({ ...installed, root: odd() }, files)],
  ["restoreAssets", assets.restoreAssets("shop", "7-1a2b3c4", files)],
  ["dropAssets", assets.dropAssets("shop", ["7-1a2b3c4"])],
  ["removeAssets", assets.removeAssets("shop")],
  ["listAssets", assets.listAssets("shop")],
  ["dropFailed", dropFailed("shop", "7-x")],
  ["checkCaddyfile", checkCaddyfile()],
  ["trySite", trySite("shop", "shop.test {\n}\n")],
  ["setRc", setRc("a=1", "b+=2")],
  ["unsetRc", unsetRc("a")],
  ["changeCaddyfile", changeCaddyfile(sh`cat`)],
  ["addAsk", onDemand.addAsk()],
  ["withoutAsk", onDemand.withoutAsk],
];

/** Their makers, by file. */
export const assetMakers = { assets, onDemand };
