/**
 * The addresses and user ids of the app on a server.
 *
 * @module
 */

import { writeHostFile } from "../commands/journal.ts";
import { act, type StepView } from "./step.ts";

/** Writes down the addresses and user ids of the app on the server, when they are new. */
export async function writeAllocation(view: StepView): Promise<void> {
  if (view.hostFile === undefined) return;
  await act(view, writeHostFile(view.hostFile.before, view.hostFile.after), {
    hint: "Another app got its addresses on this server at the same moment: run the deploy again",
  });
}
