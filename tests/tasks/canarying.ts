// A canary on a server that exists only here.

import { canaryIn, type SiteCanary } from "../../lib/commands/caddy/canary.ts";
import { canaryMarker } from "../../lib/commands/live.ts";
import { liveDir, siteFile } from "../../lib/commands/paths.ts";
import type { FakeServer } from "../fake/server.ts";
import { deployedAfter, twice, waiting } from "./preparing.ts";

export const canary = { options: { canary: "10" } };
export const guard = { guard: { for: 60, maxErrors: "1%" } };
export const started = await deployedAfter(twice, canary);

export function half(model = started): FakeServer {
  return waiting(model);
}

export function siteOn({ model }: FakeServer): string {
  return model.loaded.get("shop") ?? "";
}

/** The canary that visitors get: Caddy has both the lines and the marker. */
export function visited(server: FakeServer): SiteCanary | undefined {
  const found = canaryIn(siteOn(server));
  const marker = found && `${liveDir("shop")}/${canaryMarker(found.release)}`;
  return marker !== undefined && server.model.files.has(marker) ? found : undefined;
}

export const before = twice.files.get(siteFile("shop"));
