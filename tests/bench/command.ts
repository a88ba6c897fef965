/** A command on a server: over our connection and over OpenSSH's master connection. */

import { sh } from "../../lib/core/sh.ts";
import { noSshd } from "../lib/transport/ssh/sshd.ts";
import { openLoopback, runQuietly } from "./loopback.ts";
import { inTurns, median } from "./measure.ts";
import { type Finding, milliseconds, type Part, ratioRow } from "./row.ts";

const rounds = 60;

/** The part of the benchmark. */
export const command: Part = {
  name: "command",
  description: "A remote command against OpenSSH with a master connection",
  unavailable: noSshd,
  run: measure,
};

async function measure(): Promise<Finding> {
  await using loopback = await openLoopback();
  const times = await inTurns(rounds, {
    ours: () => loopback.server.run(sh`:`),
    openssh: () => loopback.openssh("ssh", "HOST", ":"),
    process: () => runQuietly("/bin/true", []),
  });
  const [ours, openssh, process] = [median(times.ours), median(times.openssh), median(times.process)];
  return {
    rows: [ratioRow("remote command, OpenSSH with a master connection beside it", ours, openssh, 0.6)],
    values: { rounds, ours, openssh, process },
    notes: [
      `Medians of ${rounds} in turns. OpenSSH starts a process a command: ${milliseconds(process)} for the ` +
      "smallest program there is.",
    ],
  };
}
