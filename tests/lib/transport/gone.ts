// The end of a process on this machine.

import { until } from "./ssh/sshd.ts";

/** Waits until a process has gone; a zombie has no command line. */
export async function gone(pid: number): Promise<void> {
  await until(
    async () => await Deno.readTextFile(`/proc/${pid}/cmdline`).catch(() => "") === "",
    "the process is gone",
  );
}
