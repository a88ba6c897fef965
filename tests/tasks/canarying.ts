// A canary on a server that exists only here.

import { canaryIn, type SiteCanary } from "../../lib/commands/caddy/canary.ts";
import { canaryMarker } from "../../lib/commands/live.ts";
import { liveDir, siteFile } from "../../lib/commands/paths.ts";
import { copyModel, type Model } from "../fake/model.ts";
import { type FakeServer, fakeServer } from "../fake/server.ts";
import { type Circumstances, deployTo } from "../lib/deploy/deploying.ts";
import { twice } from "./preparing.ts";

export const canary = { options: { canary: "10" } };
export const guard = { guard: { for: 60, maxErrors: "1%" } };
export const started = await begun(canary);

async function begun(more: Circumstances): Promise<Model> {
  const server = fakeServer({ model: copyModel(twice) });
  const { error } = await deployTo(server, more);
  if (error) throw error;
  return copyModel(server.model);
}

export function half(model = started): FakeServer {
  return fakeServer({ model: copyModel(model) });
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
