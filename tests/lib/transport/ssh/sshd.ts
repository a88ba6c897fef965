/**
 * A real sshd for tests: on loopback, with its own keys, accounts and /etc, which nobody else on the machine sees.
 *
 * @module
 */

import type { Target } from "../../../../lib/core/target.ts";
import { answers, childrenOf, freePort, serversBelow, signal } from "./sshd_process.ts";

export { childrenOf, freePort, signal, until } from "./sshd_process.ts";

/** How the server is to be. */
export interface SshdOptions {
  /** The login shell of both accounts. */
  readonly shell?: string;
  /** Types of host keys it has. */
  readonly hostKeys?: readonly ("ed25519" | "ecdsa" | "rsa")[];
  /** Lines added to its configuration. */
  readonly config?: readonly string[];
  /** Content of doas.conf; without it there is no doas. */
  readonly doas?: string;
  /** Content of a sudoers file; without it there is no sudo. */
  readonly sudo?: string;
  /** Files in the home directory, by name. */
  readonly home?: Readonly<Record<string, string>>;
}

/** A running sshd. */
export interface Sshd extends AsyncDisposable {
  /** Its directory: the client's key is `key`, known_hosts `known_hosts`, the home directory `home`. */
  readonly directory: string;
  /** Its port on 127.0.0.1. */
  readonly port: number;
  /** How to log in as root. */
  readonly target: Target;
  /** How to log in as a user that isn't root. */
  readonly user: Target;
  /** Its process. */
  readonly pid: number;
  /** The processes that serve its connections. */
  children(): Promise<number[]>;
  /** Breaks its connections. */
  cut(): Promise<void>;
}

/** Why no sshd can be started here; undefined when one can. */
export function noSshd(): string | undefined {
  if (Deno.build.os !== "linux") return "needs Linux";
  if (Deno.uid() !== 0) return "needs root";
  return exists("/usr/sbin/sshd") ? undefined : "needs /usr/sbin/sshd (package openssh-server)";
}

/** Says at which path a program is; undefined when it isn't installed. */
export function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Registers a test that needs a real sshd, or says why it is left out. */
export function sshTest(name: string, run: () => Promise<void>, needs: string | undefined = undefined): void {
  const reason = noSshd() ?? needs;
  Deno.test({ name: reason ? `${name} [skipped: ${reason}]` : name, ignore: reason !== undefined, fn: run });
}

/** Runs a program to its end and gives what it printed. */
export async function tool(program: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args, stdin: "null" }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`${program} ${args.join(" ")}: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}

/** Makes a key pair that costs little, and gives the path of the private half. */
export async function makeKey(
  path: string,
  type = "ed25519",
  passphrase = "",
  ...more: string[]
): Promise<string> {
  const size = type === "rsa" ? ["-b", "2048"] : [];
  // One round of the passphrase's hash: ours is computed in JavaScript.
  await tool("ssh-keygen", "-q", "-t", type, ...size, "-a", "1", "-N", passphrase, "-f", path, ...more);
  return path;
}

/** Starts a server and waits until it answers. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const directory = await Deno.makeTempDir({ prefix: "alcaide_sshd_" });
  const port = freePort();
  await prepare(directory, port, options);
  const child = new Deno.Command("unshare", {
    args: ["--mount", "--propagation", "private", "/bin/sh", "-c", enter(directory, options)],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const log = new Response(child.stderr).text();
  const ended = child.status.then(async ({ code }) => {
    throw new Error(`sshd ended with ${code}: ${await log}`);
  });
  await answers(port, ended);
  const target: Target = {
    host: "127.0.0.1",
    port,
    user: "root",
    key: `${directory}/key`,
    knownHosts: `${directory}/known_hosts`,
  };
  const cut = async () => (await serversBelow(child.pid)).forEach((pid) => signal(pid, "SIGKILL"));
  return {
    directory,
    port,
    pid: child.pid,
    target,
    user: { ...target, user: "deploy" },
    children: () => childrenOf(child.pid),
    cut,
    async [Symbol.asyncDispose]() {
      await cut();
      signal(child.pid, "SIGKILL");
      await child.status;
      await log;
      await Deno.remove(directory, { recursive: true });
    },
  };
}

/** Starts an agent of the test's own, which holds some keys. */
export async function startAgent(
  directory: string,
  ...keys: string[]
): Promise<AsyncDisposable & { socket: string }> {
  const socket = `${directory}/agent.sock`;
  const said = await tool("ssh-agent", "-s", "-a", socket);
  const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(said)?.[1]);
  if (keys.length > 0) {
    const args = ["-q", ...keys];
    await new Deno.Command("ssh-add", { args, env: { SSH_AUTH_SOCK: socket }, stdin: "null" }).output();
  }
  return { socket, [Symbol.asyncDispose]: () => Promise.resolve(signal(pid, "SIGTERM")) };
}

/** The known_hosts line of a key that ssh-keygen made. */
export async function knownLine(port: number, keyPath: string): Promise<string> {
  const [type, key] = (await Deno.readTextFile(`${keyPath}.pub`)).split(" ");
  return `[127.0.0.1]:${port} ${type} ${key?.trim()}\n`;
}

async function prepare(directory: string, port: number, options: SshdOptions): Promise<void> {
  const { shell = "/bin/sh", hostKeys = ["ed25519"], config = [], home = {} } = options;
  await makeKey(`${directory}/key`);
  await Deno.copyFile(`${directory}/key.pub`, `${directory}/authorized_keys`);
  const keyLines: string[] = [];
  for (const type of hostKeys) {
    await makeKey(`${directory}/host_${type}`, type);
    keyLines.push(`HostKey ${directory}/host_${type}`);
  }
  const known = await Promise.all(hostKeys.map((type) => knownLine(port, `${directory}/host_${type}`)));
  await Deno.writeTextFile(`${directory}/known_hosts`, known.join(""));
  await Deno.chmod(directory, 0o755);
  await Deno.mkdir(`${directory}/home`);
  for (const [name, text] of Object.entries(home)) {
    await Deno.writeTextFile(`${directory}/home/${name}`, text);
  }
  await Deno.writeTextFile(
    `${directory}/accounts`,
    `root:x:0:0::${directory}/home:${shell}\ndeploy:x:4242:4242::${directory}/home:${shell}\n` +
      "sshd:x:100:65534::/run/sshd:/usr/sbin/nologin\nnobody:x:65534:65534::/:/usr/sbin/nologin\n",
  );
  await Deno.writeTextFile(
    `${directory}/sshd_config`,
    [
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      ...keyLines,
      "PidFile none",
      "UsePAM no",
      "StrictModes no",
      "PermitRootLogin prohibit-password",
      "PasswordAuthentication no",
      `AuthorizedKeysFile ${directory}/authorized_keys`,
      ...config,
      "",
    ].join("\n"),
  );
}

/** The way into a place of its own: an /etc of the machine's directories, and of copied files with these accounts in place of its own. */
function enter(directory: string, options: SshdOptions): string {
  const [etc, machine] = [`${directory}/etc`, `${directory}/machine`];
  const hide = (path: string) => exists(path) ? `mount --bind ${directory}/accounts ${path}` : ":";
  return [
    "set -e",
    "mkdir -p /run/sshd",
    `mkdir ${etc} ${machine} && mount -t tmpfs -o mode=755 tmpfs ${etc} && mount --rbind /etc ${machine}`,
    `find /etc -mindepth 1 -maxdepth 1 ! -type d -exec cp -at ${etc} {} +`,
    `find ${machine} -mindepth 1 -maxdepth 1 -type d -exec ln -st ${etc} {} +`,
    `cp ${directory}/accounts ${etc}/passwd`,
    `printf 'root:*:1::::::\\ndeploy:*:1::::::\\n' >${etc}/shadow`,
    `printf 'root:x:0:\\ndeploy:x:4242:\\nnogroup:x:65534:\\n' >${etc}/group`,
    options.doas === undefined
      ? hide("/usr/bin/doas")
      : `(umask 077; printf '%s\\n' '${options.doas}' >${etc}/doas.conf)`,
    options.sudo === undefined
      ? hide("/usr/bin/sudo")
      : `(umask 077; printf '%s\\n' '${options.sudo}' >${etc}/sudoers)`,
    `mount --bind ${etc} /etc`,
    `exec /usr/sbin/sshd -D -e -f ${directory}/sshd_config`,
  ].join("\n");
}
