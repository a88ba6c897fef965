/**
 * Addresses and user ids that the app is given on a server.
 *
 * @module
 */

import { writeHostFile } from "../commands/journal.ts";
import { act, type DeployView } from "./step.ts";

/** Writes down which addresses and user ids the app has on the server, when that is new. */
export async function takePlace({ ctx, server, target }: DeployView): Promise<void> {
  const { allocation } = target;
  if (allocation === undefined) return;
  await act({ ctx, server, target }, writeHostFile(allocation.before, allocation.after), {
    hint: "Another app got its addresses on this server at the same moment: run the deploy again",
  });
}
