// A server after a deploy, and what is live on it.

import { serverAfter } from "../lib/deploy/deploying.ts";

export { live } from "../lib/deploy/deploying.ts";

export const once = await serverAfter(1);
