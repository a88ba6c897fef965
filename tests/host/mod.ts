/**
 * The test host: a FreeBSD-shaped server made of Linux namespaces, with a real sshd.
 *
 * ```ts ignore
 * await using host = await startHost();
 * const result = await host.shell("uname -s");
 * ```
 *
 * The mirror of releases at `host.mirror` can be told to misbehave by the first part of the path:
 * `${host.mirror}/truncated` (archives end half-way), `/corrupt` (an archive with one byte changed), `/missing` (404 for
 * all), `/nomanifest` (404 for MANIFEST), `/error` (500 for all), `/slow` (about 1 MB a second), `/stall` (sends half,
 * then nothing).
 */
import { join } from "@std/path";
import { hostUnavailable } from "./available.ts";
import { cache } from "./debian.ts";
import { type FaultRule, faultWords } from "./fault.ts";
import { type Cable, layCable } from "./network.ts";
import { type Output, output } from "./process.ts";
import { hostRelease, mirror, prepare } from "./prepare.ts";
import { Recorder } from "./recorder.ts";
import { ensureRelease, ensureWorld } from "./world.ts";

export { hostUnavailable } from "./available.ts";
export type { FaultRule } from "./fault.ts";
export { withDebian } from "./world.ts";

/** The properties of a test host. */
export interface HostOptions {
  /** Its host name; `fbsd` by default. */
  readonly name?: string;
  /**
   * `jails`: a pool `zroot` has the dataset `zroot/jails` at `/jails`, all else is on UFS. `root`: what FreeBSD's installer
   * makes, a pool `zroot` with `zroot/ROOT/default` at `/`; `/jails` does not exist. Without it there is no pool.
   */
  readonly zfs?: "jails" | "root" | undefined;
  /**
   * The release it runs; that of the variable FREEBSD (`13.2` or `15.0`) by default, else `15.0-RELEASE`. The mirror has
   * 15.0-RELEASE and this one.
   */
  readonly osrelease?: string;
  /** Caddy is installed already, pkg is not bootstrapped and finds no repository. */
  readonly caddy?: boolean;
  /** root's login shell. */
  readonly shell?: "/bin/sh" | "/bin/csh";
  /** The size of the disk as `df` shows it, in megabytes. */
  readonly diskMb?: number;
}

/** A running test host. */
export interface TestHost extends AsyncDisposable {
  readonly name: string;
  readonly address: string;
  /** The port of its sshd. */
  readonly port: number;
  /** `root@ADDRESS:PORT`. */
  readonly target: string;
  /** The file of a private key that root accepts. */
  readonly key: string;
  /** A known_hosts file with this host's key. */
  readonly knownHosts: string;
  /** Where its Caddy answers on port 80. */
  readonly http: string;
  /** The release it runs, without a patch level. */
  readonly release: string;
  /** The base address of the release mirror as seen from inside. */
  readonly mirror: string;
  /** Runs a script in the host without SSH, with an empty standard input. */
  shell(script: string): Promise<Output>;
  /** Cuts the power, starts again, resolves when sshd listens. */
  reboot(): Promise<void>;
  /** Cuts the power; `reboot` starts it again. */
  powerOff(): Promise<void>;
  /** Every call of a program so far, in order: its name and its arguments. */
  calls(): Promise<readonly string[][]>;
  /** Forgets the calls so far. */
  clearCalls(): Promise<void>;
  /** Disturbs one call to come. */
  fault(rule: FaultRule): Promise<void>;
  /** Takes back all faults that have not struck, and says how many they were. */
  clearFaults(): Promise<number>;
  /** How many faults have not struck yet. */
  faultsLeft(): Promise<number>;
  /** Keeps the contents of its disk under a name, or at a path from where other hosts can restore it; the power is cut for it, and comes back. */
  save(name: string): Promise<void>;
  /** Brings back what was saved, and boots. */
  restore(name: string): Promise<void>;
  /** The same without a copy of what was saved at a path, which must stay: the host's changes lie over it. They can't be saved. */
  beginFrom(path: string): Promise<void>;
  /** Gives a disk of `diskMb` that the effect `full` has filled its room back. */
  emptyDisk(): Promise<void>;
  /** The path of the running host's root on this machine. */
  files(): string;
}

/** Starts a test host; it ends when it is disposed, or with this process. */
export async function startHost(options: HostOptions = {}): Promise<TestHost> {
  const reason = hostUnavailable();
  if (reason !== undefined) throw new Error(`Cannot start a test host: ${reason}`);
  const world = await ensureWorld();
  const release = hostRelease(options).replace(/-p\d+$/, "");
  await ensureRelease(world, release);
  const parent = join(cache(), "hosts");
  await Deno.mkdir(parent, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: parent });
  const recorder = await Recorder.start({
    dir: folder,
    layers: [...options.caddy ? [join(world.trees, "caddy")] : [], ...world.layers].join(":"),
    mirror: world.mirror,
    release,
    lock: world.lock,
    enter: new URL("boot/enter", import.meta.url).pathname,
    disk: `${options.diskMb ?? ""}`,
  });
  try {
    const cable = await layCable(recorder.pid);
    await prepare(folder, world, cable, options);
    await recorder.ask("cable", cable.address, cable.gateway);
    const host = new Host(recorder, folder, cable, options.name ?? "fbsd", release);
    await host.reboot();
    return host;
  } catch (cause) {
    await recorder[Symbol.asyncDispose]();
    throw cause;
  }
}

class Host implements TestHost {
  readonly port = 22;
  readonly mirror = mirror;
  readonly #recorder: Recorder;
  readonly #folder: string;

  constructor(
    recorder: Recorder,
    folder: string,
    cable: Cable,
    readonly name: string,
    readonly release: string,
  ) {
    this.#recorder = recorder;
    this.#folder = folder;
    this.address = cable.address;
  }

  readonly address: string;

  get target(): string {
    return `root@${this.address}:${this.port}`;
  }

  get key(): string {
    return join(this.#folder, "key");
  }

  get knownHosts(): string {
    return join(this.#folder, "known_hosts");
  }

  get http(): string {
    return `http://${this.address}`;
  }

  async shell(script: string): Promise<Output> {
    return await output([
      ...["nsenter", "-t", this.#pid(), "-m", "-u", "-i", "-n", "-p", "-r", "-w"],
      ...["/libexec/testhost/bin/sh", "-c", script],
    ], { clearEnv: true, env: sessionEnv });
  }

  async reboot(): Promise<void> {
    const up = await this.#recorder.ask("boot");
    if (up !== true) {
      const log = await Deno.readTextFile(join(this.#folder, "boot.log"));
      throw new Error(`Cannot boot the test host: ${log.trim()}`);
    }
  }

  async powerOff(): Promise<void> {
    await this.#recorder.ask("stop");
  }

  async calls(): Promise<readonly string[][]> {
    return await this.#recorder.ask("calls") as string[][];
  }

  async clearCalls(): Promise<void> {
    await this.#recorder.ask("clear");
  }

  async fault(rule: FaultRule): Promise<void> {
    await this.#recorder.ask("fault", ...faultWords(rule));
  }

  async clearFaults(): Promise<number> {
    return await this.#recorder.ask("clearfaults") as number;
  }

  async faultsLeft(): Promise<number> {
    return await this.#recorder.ask("faults") as number;
  }

  async save(name: string): Promise<void> {
    if (await this.#recorder.ask("save", name) !== true) throw new Error(`Cannot save the host as ${name}`);
    await this.reboot();
  }

  async restore(name: string): Promise<void> {
    if (await this.#recorder.ask("restore", name) !== true) throw new Error(`Cannot restore ${name}`);
    await this.reboot();
  }

  async beginFrom(path: string): Promise<void> {
    if (await this.#recorder.ask("layer", path) !== true) throw new Error(`Cannot begin from ${path}`);
    await this.reboot();
  }

  async emptyDisk(): Promise<void> {
    await this.#recorder.ask("disk");
  }

  files(): string {
    return `/proc/${this.#pid()}/root`;
  }

  /** The host may have started again by itself, so this is asked each time. */
  #pid(): string {
    return Deno.readTextFileSync(join(this.#folder, "init.pid")).trim();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#recorder[Symbol.asyncDispose]();
  }
}

const sessionEnv = {
  HOME: "/root",
  USER: "root",
  LOGNAME: "root",
  SHELL: "/bin/sh",
  TERM: "dumb",
  BLOCKSIZE: "K",
  PATH: "/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin:/root/bin",
};
