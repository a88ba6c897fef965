/** Runs recorded commands on a test host, one SSH exec each, by the OpenSSH client as they were recorded. */
import { join } from "@std/path";
import { differences } from "./contract_normalise.ts";
import { type Addresses, fromHost, type Result, type Row, toHost } from "./contract_rows.ts";
import { startHost, type TestHost } from "./mod.ts";
import { output } from "./process.ts";

/** How long a command may take that was seen to end, and one that was not. */
const patience = { ends: 60_000, hangs: 3_000 };

/** The configuration of the machine that was observed, as its commands and jails show it. */
const rcConf = `hostname="fbsd"
sshd_enable="YES"
syslogd_flags="-ss"
cron_enable="NO"
jail_enable="YES"
cloned_interfaces="lo1"
`;

/** A test host made like the observed machine, and a connection to it. */
export class Contract implements AsyncDisposable {
  readonly #socket: string;

  private constructor(
    readonly host: TestHost,
    readonly addresses: Addresses,
    readonly folder: string,
  ) {
    this.#socket = join(folder, "ssh");
  }

  /** Starts the host; the machine that was observed had been set up by hand before, and started again. */
  static async start(): Promise<Contract> {
    const host = await startHost({ name: "fbsd" });
    const folder = await Deno.makeTempDir({ prefix: "contract-" });
    await host.shell(`cat > /etc/rc.conf <<'END'\n${rcConf}END
echo 'nameserver 10.0.2.3' > /etc/resolv.conf`);
    await host.reboot();
    const gateway = host.address.replace(/\d+$/, (last) => `${Number(last) - 1}`);
    const addresses = { own: host.address, gateway, port: 8000 };
    return new Contract(host, addresses, folder);
  }

  /** What differs when a row is run. */
  async replay(row: Row): Promise<string[]> {
    const given = await this.run(row.cmd, row.rc === null);
    await this.#afterwards(row);
    return differences(row, given);
  }

  /** Runs a command over SSH. */
  async run(cmd: string, hangs = false): Promise<Result> {
    const limit = AbortSignal.timeout(hangs ? patience.hangs : patience.ends);
    const child = new Deno.Command("ssh", {
      args: [...this.#options(), this.#target, toHost(cmd, this.addresses)],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      signal: limit,
    }).spawn();
    const ended = await child.output();
    if (limit.aborted) return { rc: null, stdout: "", stderr: "TIMEOUT" };
    const text = (bytes: Uint8Array) => fromHost(new TextDecoder().decode(bytes), this.addresses);
    return { rc: ended.code, stdout: text(ended.stdout), stderr: text(ended.stderr) };
  }

  /** Starts the machine again and waits until its boot has come to its end, as it had on the observed one. */
  async reboot(): Promise<void> {
    await this.#close();
    await this.host.reboot();
    const until = Date.now() + 20_000;
    while (Date.now() < until) {
      const cron = await this.host.shell("pgrep -j my_app_blue cron");
      if (cron.code === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    await this.host[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }

  /** The archive there was made of the machine itself: what it unpacked to had the machine's configuration in it. */
  async #afterwards(row: Row): Promise<void> {
    const tree = /^tar -xpf \/jails\/\.templates\/base\.txz -C (\S+)$/.exec(row.cmd)?.[1];
    if (tree === undefined) return;
    await this.host.shell(`cp /etc/rc.conf ${tree}/etc/rc.conf
echo '/dev/vtbd0p2 / ufs rw 1 1' > ${tree}/etc/fstab
echo 'nameserver 10.0.2.3' > ${tree}/etc/resolv.conf`);
  }

  get #target(): string {
    return `root@${this.host.address}`;
  }

  #options(): string[] {
    const options = [
      "ControlMaster=auto",
      `ControlPath=${this.#socket}`,
      "ControlPersist=60",
      `IdentityFile=${this.host.key}`,
      "IdentitiesOnly=yes",
      `UserKnownHostsFile=${this.host.knownHosts}`,
      "BatchMode=yes",
      "LogLevel=ERROR",
    ];
    return ["-F", "none", "-T", "-p", `${this.host.port}`, ...options.flatMap((option) => ["-o", option])];
  }

  async #close(): Promise<void> {
    await output(["ssh", ...this.#options(), "-O", "exit", this.#target]);
  }
}
