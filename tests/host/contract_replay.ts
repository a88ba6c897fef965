/** Runs recorded commands on a test host, one SSH exec each, by the OpenSSH client as they were recorded. */
import { join } from "@std/path";
import { differences } from "./contract_normalise.ts";
import { type Addresses, fromHost, type Recording, type Result, type Row } from "./contract_rows.ts";
import { startHost, type TestHost } from "./mod.ts";
import { output } from "./process.ts";

/** How long a command may take that was seen to end, how long one is waited for that was not, and how long is asked again. */
const patience = { ends: 60_000, hangs: 1_500, itsTime: 4_000 };

/**
 * Commands that only read what processes do in their own time; the observed machine was so slow that it was done: the
 * app's last word after its stop, and its first turn of its loop after the boot.
 */
const inItsTime = new Set([195, 246]);

/** The configuration of the machines that were observed, as their commands and jails show it. */
const configuration = {
  "13.2": `hostname="fbsd"
sshd_enable="YES"
syslogd_flags="-ss"
cron_enable="NO"
jail_enable="YES"
cloned_interfaces="lo1"
`,
  "15.0": `hostname="bsd15"
sshd_enable="YES"
cron_enable="NO"
jail_enable="YES"
cloned_interfaces="lo1"
`,
};

/** Their /boot/loader.conf. */
const loader = {
  "13.2": 'pf_load="YES"\npflog_load="YES"\nzfs_load="YES"\nkern.racct.enable=1\n',
  "15.0": 'pf_load="YES"\n',
};

/** A test host made like the observed machine, and a connection to it. */
export class Contract implements AsyncDisposable {
  readonly #socket: string;

  private constructor(
    readonly host: TestHost,
    readonly addresses: Addresses,
    readonly folder: string,
    readonly recording: Recording,
  ) {
    this.#socket = join(folder, "ssh");
  }

  /**
   * Starts the host; the machine that was observed had been set up by hand before, and started again. It found no
   * packages, as a host that has its Caddy already.
   */
  static async start(recording: Recording): Promise<Contract> {
    const version = recording === "13.2" ? recording : "15.0";
    const host = await startHost({ osrelease: `${version}-RELEASE`, caddy: recording !== "15.0-more" });
    const folder = await Deno.makeTempDir({ prefix: "contract-" });
    await host.shell(`cat > /etc/rc.conf <<'END'\n${configuration[version]}END
cat > /boot/loader.conf <<'END'
${loader[version]}END
echo 'nameserver 10.0.2.3' > /etc/resolv.conf`);
    if (recording === "15.0-more") {
      await host.shell(
        `mkdir -p /jails/.templates && fetch -qo /jails/.templates/base.txz ${host.mirror}/base.txz`,
      );
    }
    await host.reboot();
    const gateway = host.address.replace(/\d+$/, (last) => `${Number(last) - 1}`);
    return new Contract(host, { own: host.address, gateway }, folder, recording);
  }

  /** The differences of a run row. */
  async replay(row: Row): Promise<string[]> {
    const until = Date.now() +
      (inItsTime.has(row.number) && this.recording !== "15.0-more" ? patience.itsTime : 0);
    for (;;) {
      const lines = differences(row, await this.run(row.cmd, row.rc === null));
      if (lines.length > 0 && Date.now() < until) continue;
      await this.#afterwards(row);
      return lines;
    }
  }

  /** Runs a command over SSH. */
  async run(cmd: string, hangs = false): Promise<Result> {
    const limit = AbortSignal.timeout(hangs ? patience.hangs : patience.ends);
    const child = new Deno.Command("ssh", {
      args: [...this.#options(), this.#target, cmd],
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
    while ((await this.host.shell("pgrep -j my_app_blue cron")).code !== 0 && Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Ends the connection and the host. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    await this.host[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }

  /** The archive there was made of the machine itself: what it unpacked to had the machine's configuration in it. */
  async #afterwards(row: Row): Promise<void> {
    const tree = /^tar -xpf \/jails\/\.templates\/base\.txz -C (\S+)$/.exec(row.cmd)?.[1];
    // BusyBox's shell has no jobs to kill in the background; what it left running is ended here.
    if (/^\(nc .*kill %1/.test(row.cmd)) await this.host.shell("pkill -x nc");
    if (tree === undefined || this.recording !== "13.2") return;
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
