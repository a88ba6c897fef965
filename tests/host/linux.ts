/**
 * A plain Linux server for tests: this machine once more in namespaces of its own, with an sshd, a Caddy, and directories of its
 * own where a deploy writes. No systemd, no jails.
 */
import { join } from "@std/path";
import { hostUnavailable } from "./available.ts";
import { cache, findProgram, machineTriplet } from "./debian.ts";
import { layCable } from "./network.ts";
import { must } from "./process.ts";
import { ensureWorld } from "./world.ts";

/** A running Linux server. */
export interface LinuxHost extends AsyncDisposable {
  /** `root@ADDRESS`. */
  readonly target: string;
  /** The file of a private key that root accepts. */
  readonly key: string;
  /** Text for `~/.ssh/known_hosts`. */
  readonly knownHosts: string;
  /** Where its Caddy answers on port 80. */
  readonly http: string;
}

/** Starts a Linux server; it ends when it is disposed, or with this process. */
export async function startLinuxHost(): Promise<LinuxHost> {
  const reason = hostUnavailable();
  if (reason !== undefined) throw new Error(`Cannot start a Linux host: ${reason}`);
  // The pieces that this machine may lack are among those of the test host.
  await ensureWorld();
  const folder = await Deno.makeTempDir({ prefix: "alcaide-linux-" });
  const [key, hostKey] = [join(folder, "key"), join(folder, "host_key")];
  for (const file of [key, hostKey]) {
    await must(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file]);
  }
  await makePrograms(join(folder, "bin"));
  const { end, address } = await enterNamespaces(folder);
  const [type, text] = (await Deno.readTextFile(`${hostKey}.pub`)).split(" ");
  return {
    target: `root@${address}`,
    key,
    knownHosts: `${address} ${type} ${text?.trim()}\n`,
    http: `http://${address}`,
    [Symbol.asyncDispose]: end,
  };
}

/** Starts the server's processes in namespaces, on a network of their own. */
async function enterNamespaces(folder: string): Promise<{ address: string; end(): Promise<void> }> {
  const process = new Deno.Command("unshare", {
    args: [
      ...["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"],
      ...["sh", new URL("linux.sh", import.meta.url).pathname, folder],
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = process.stdin.getWriter();
  const lines = process.stdout.pipeThrough(new TextDecoderStream() as TransformStream<BufferSource, string>)
    .getReader();
  const end = async () => {
    await writer.close().catch(() => {});
    await lines.cancel().catch(() => {});
    await process.status;
    await Deno.remove(folder, { recursive: true });
  };
  try {
    await lines.read();
    const { address, gateway } = await layCable(process.pid);
    await writer.write(new TextEncoder().encode(`${address} ${gateway}\n`));
    const { value } = await lines.read();
    if (value !== "up\n") throw new Error(`Cannot start a Linux host: ${await logOf(folder)}`);
    return { address, end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Programs that a Linux server with Caddy has, and this machine perhaps not. */
async function makePrograms(folder: string): Promise<void> {
  const tree = await debianTree();
  await Deno.mkdir(folder);
  for (
    const [name, path] of [["caddy", "/usr/bin/caddy"], ["nc", "/bin/nc.openbsd"], [
      "sshd",
      "/usr/sbin/sshd",
    ]] as const
  ) {
    const program = await findProgram(tree, path);
    if (program === undefined) throw new Error(`Cannot start a Linux host without ${name}`);
    const libraries = ["/usr/lib/", "/lib/"].map((place) => `${tree}${place}${machineTriplet()}`).join(":");
    // Caddy needs no libraries, and must run under its own name to be found by it.
    if (name === "caddy") await Deno.symlink(program, join(folder, name));
    else {
      const text = `#!/bin/sh\nLD_LIBRARY_PATH=${libraries} exec ${program} "$@"\n`;
      await Deno.writeTextFile(join(folder, name), text, { mode: 0o755 });
    }
  }
}

async function debianTree(): Promise<string> {
  for await (const { name } of Deno.readDir(cache())) {
    if (name.startsWith("debian-") && !name.endsWith(".new")) return join(cache(), name);
  }
  throw new Error("Cannot find Debian's pieces");
}

async function logOf(folder: string): Promise<string> {
  return await Deno.readTextFile(join(folder, "sshd.log")).catch(() => "no log");
}
