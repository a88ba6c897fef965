// A login, and its end.

import { ConnectError } from "../../../../lib/core/error.ts";
import type { Target } from "../../../../lib/core/target.ts";
import { type SshOptions, sshTransport } from "../../../../lib/transport/ssh/mod.ts";

/** Connects and gives the end: "in" or the error. */
export async function attempt(target: Target, options: SshOptions): Promise<ConnectError | "in"> {
  await using transport = sshTransport(target, options);
  try {
    await transport.exec(":", {});
    return "in";
  } catch (error) {
    if (error instanceof ConnectError) return error;
    throw error;
  }
}
