// A server after a deploy, and what is live on it.

import { type Model, routedJail } from "../fake/model.ts";
import { serverAfter } from "../lib/deploy/deploying.ts";

export const once = await serverAfter(1);

export function live(model: Model): string | undefined {
  return routedJail(model, "shop")?.release;
}
