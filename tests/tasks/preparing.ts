// A release that is prepared on a server that exists only here.

import type { ServerStatus } from "../../lib/running/status.ts";
import { status } from "../../tasks/status.ts";
import { fakeContext } from "../fake/context.ts";
import { copyModel, type Model, recordOf } from "../fake/model.ts";
import { type FakeServer, fakeServer } from "../fake/server.ts";
import { type Circumstances, type Deployed, deployTo, serverAfter, user } from "../lib/deploy/deploying.ts";

export const [old, next] = ["2-1a2b3c4", "3-1a2b3c4"];
export const prepare = { options: { prepare: true } };
export const twice = await serverAfter(2);
export const ready = await deployedAfter(twice, prepare);

/** The server after one more deploy. */
export async function deployedAfter(model: Model, how: Circumstances): Promise<Model> {
  const server = fakeServer({ model: copyModel(model) });
  const { error } = await deployTo(server, how);
  if (error) throw error;
  return copyModel(server.model);
}

export function waiting(model = ready): FakeServer {
  return fakeServer({ model: copyModel(model) });
}

export async function statusOf(server: FakeServer): Promise<ServerStatus & { text: string }> {
  const ctx = fakeContext({ config: user, servers: [server] });
  await status(ctx);
  const [value] = ctx.ui.events.flatMap((event) => event.type === "result" ? [event.value] : []);
  return { ...(value as ServerStatus[])[0] as ServerStatus, text: ctx.ui.results[0] ?? "" };
}

export function stateOf(server: FakeServer, id = next): string | undefined {
  return recordOf(server.model, "shop", id)?.state;
}

export function steps({ ctx }: Deployed): string[] {
  return ctx.ui.events.flatMap((event) => event.type === "step" ? [event.title] : []).slice(2);
}
