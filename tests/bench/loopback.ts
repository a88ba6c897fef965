/** An sshd on loopback, and OpenSSH's client with a master connection to it. */

import { join } from "@std/path";
import { type Remote, remote } from "../../lib/remote/remote.ts";
import { startSshd, until } from "../lib/transport/ssh/sshd.ts";

/** A server on loopback, reached in both ways. */
export interface Loopback extends AsyncDisposable {
  /** Our way. */
  readonly server: Remote;
  /** Directory for files of both sides. */
  readonly directory: string;
  /** Runs `ssh`, `scp` and so on over the master connection; arguments may contain `HOST`. */
  openssh(program: "ssh" | "scp", ...args: string[]): Promise<void>;
}

/** Stand-ins for what FreeBSD calls otherwise. */
const standIns = {
  stat: 'exec /usr/bin/stat -c %s "$3"',
  sha256: "sha256sum ${2+\"$2\"} | cut -d ' ' -f 1",
};

/** Starts both; everything ends with disposing. */
export async function openLoopback(): Promise<Loopback> {
  await using stack = new AsyncDisposableStack();
  const directory = await Deno.makeTempDir({ prefix: "alcaide-bench-" });
  stack.defer(() => Deno.remove(directory, { recursive: true }));
  await writeStandIns(directory);
  const sshd = stack.use(
    await startSshd({
      config: ["Subsystem sftp internal-sftp", `SetEnv PATH=${directory}/bin:/usr/sbin:/usr/bin:/sbin:/bin`],
    }),
  );
  const options = [
    ...[
      "-F",
      "none",
      "-i",
      `${sshd.directory}/key`,
      "-o",
      `UserKnownHostsFile=${sshd.directory}/known_hosts`,
    ],
    ...["-o", "IdentitiesOnly=yes", "-o", "LogLevel=ERROR", "-o", `ControlPath=${directory}/master`],
  ];
  stack.use(await openMaster(options, sshd.port, directory));
  const server = stack.use(remote(sshd.target));
  const everything = stack.move();
  return {
    server,
    directory,
    openssh: (program, ...args) =>
      runQuietly(program, [
        ...options,
        program === "ssh" ? "-p" : "-P",
        `${sshd.port}`,
        ...args.map((word) => word.replace("HOST", "root@127.0.0.1")),
      ]),
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  };
}

/** Puts stand-ins for FreeBSD's programs into a directory's `bin`. */
export async function writeStandIns(directory: string): Promise<void> {
  await Deno.mkdir(join(directory, "bin"));
  for (const [name, text] of Object.entries(standIns)) {
    await Deno.writeTextFile(join(directory, "bin", name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }
}

async function openMaster(options: string[], port: number, directory: string): Promise<AsyncDisposable> {
  const child = new Deno.Command("ssh", {
    args: [...options, "-p", `${port}`, "-M", "-N", "root@127.0.0.1"],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await until(
    () => Deno.stat(join(directory, "master")).then(() => true, () => false),
    "OpenSSH's master connection is open",
  );
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
    },
  };
}

/** Runs a program to its end, which must be a good one. */
export async function runQuietly(program: string, args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`Cannot run ${program}: ${new TextDecoder().decode(stderr).trim()}`);
}
