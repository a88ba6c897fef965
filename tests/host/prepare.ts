/** A host's own things before its first boot: keys, accounts, configuration. */
import { dirname, join } from "@std/path";
import { builtRelease, writeRelease } from "./archive.ts";
import type { HostOptions } from "./mod.ts";
import type { Cable } from "./network.ts";
import { must } from "./process.ts";
import type { World } from "./world.ts";

/**
 * The release that a host is to run.
 *
 * @param variable what FREEBSD says, such as `13.2`
 */
export function hostRelease(options: HostOptions, variable = Deno.env.get("FREEBSD")): string {
  if (options.osrelease !== undefined) return options.osrelease;
  if (!variable) return builtRelease;
  if (!/^\d+\.\d+$/.test(variable)) {
    throw new Error(`FREEBSD is a version such as 13.2 or 15.0, not "${variable}"`);
  }
  return `${variable}-RELEASE`;
}

/** The base address of the mirror as seen from inside. */
export const mirror = "http://10.0.2.2:8000";

/** Fills the host's folder: the upper layer of its root, and the keys for those who want to talk to it. */
export async function prepare(
  folder: string,
  world: World,
  cable: Cable,
  options: HostOptions,
): Promise<void> {
  const { name = "fbsd", zfs, shell = "/bin/sh" } = options;
  for (const part of ["root", "upper", "work", "disk"]) {
    await Deno.mkdir(join(folder, part));
  }
  const upper = join(folder, "upper");
  await makeKeys(folder, upper, cable);
  await write(upper, "etc/rc.conf", rcConf(name, zfs !== undefined));
  await write(upper, "etc/resolv.conf", "nameserver 10.0.2.3\n");
  const release = hostRelease(options);
  if (release !== builtRelease) await writeRelease(upper, world.base, release);
  if (zfs === "root") await write(upper, "boot/loader.conf", 'zfs_load="YES"\n');
  if (!options.caddy) await write(upper, "etc/testhost-repository", `${mirror}/pkg\n`);
  if (zfs !== undefined) {
    await write(upper, "var/db/testhost/zfs-pool", `zroot ${zfs === "root" ? "/" : "/jails"}\n`);
  }
  if (zfs === "jails") await Deno.mkdir(join(upper, "jails"), { mode: 0o755 });
  await setShell(upper, world, shell);
}

async function makeKeys(
  folder: string,
  upper: string,
  cable: Cable,
): Promise<void> {
  const key = join(folder, "key");
  const hostKey = join(upper, "etc/ssh/ssh_host_ed25519_key");
  await Deno.mkdir(dirname(hostKey), { recursive: true });
  await Promise.all(
    [key, hostKey].map((file) => must(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file])),
  );
  const root = await Deno.readTextFile(`${key}.pub`);
  await write(upper, "root/.ssh/authorized_keys", root, 0o600);
  const host = await Deno.readTextFile(`${hostKey}.pub`);
  await write(folder, "known_hosts", `${cable.address} ${host}`);
}

function rcConf(name: string, zfs: boolean): string {
  const lines = [
    `hostname="${name}"`,
    'ifconfig_vtnet0="DHCP"',
    'sshd_enable="YES"',
  ];
  if (zfs) lines.push('zfs_enable="YES"');
  return lines.map((line) => `${line}\n`).join("");
}

/** The world's accounts with another login shell for root. */
async function setShell(
  upper: string,
  world: World,
  shell: string,
): Promise<void> {
  for (const file of ["etc/passwd", "etc/master.passwd"]) {
    const text = await Deno.readTextFile(join(world.base, file));
    const changed = text.replace(/^(root:.*:)[^:\n]*$/m, `$1${shell}`);
    await write(upper, file, changed, file === "etc/passwd" ? 0o644 : 0o600);
  }
}

async function write(
  root: string,
  path: string,
  text: string,
  mode = 0o644,
): Promise<void> {
  const file = join(root, path);
  await Deno.mkdir(dirname(file), { recursive: true });
  await Deno.writeTextFile(file, text);
  await Deno.chmod(file, mode);
}
