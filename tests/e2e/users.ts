/** Users of a test host who aren't root, and their ways to become root. */

import { dirname } from "@std/path";
import type { TestHost } from "../host/mod.ts";
import { copyLibraries, copyProgram } from "../host/debian.ts";

/** The properties of a user. */
export interface UserOptions {
  /** The login shell. */
  readonly shell?: "/bin/sh" | "/bin/csh";
  /** True when the home directory can be written to. */
  readonly readOnlyHome?: boolean;
}

/** Makes a user on the host who gets in with root's key. */
export async function addUser(host: TestHost, name: string, options: UserOptions = {}): Promise<void> {
  const { shell = "/bin/sh", readOnlyHome = false } = options;
  await on(
    host,
    `pw useradd ${name} -m -s ${shell} && install -d -m 700 -o ${name} /home/${name}/.ssh &&
     install -m 600 -o ${name} /root/.ssh/authorized_keys /home/${name}/.ssh/`,
  );
  if (!readOnlyHome) return;
  await on(
    host,
    `chown -R root:wheel /home/${name} && chmod -R a+rX,go-w /home/${name} && chmod 555 /home/${name}`,
  );
}

/** Runs a script as root, which must end well. */
export async function on(host: TestHost, script: string): Promise<string> {
  const { code, stdout, stderr } = await host.shell(script);
  if (code !== 0) throw new Error(`${script}: ${stdout}${stderr}`);
  return stdout;
}

const program = "/usr/bin/sudo";
const plugins = "/usr/libexec/sudo";

/** Why the host can't have sudo, else undefined. */
export function sudoUnavailable(): string | undefined {
  try {
    return Deno.statSync(`${plugins}/sudoers.so`).isFile ? undefined : "sudo is none we know";
  } catch {
    return "it needs Debian's package sudo";
  }
}

/**
 * Puts this machine's sudo onto the host, where FreeBSD's package has it: the program in /usr/local/bin, its rules in
 * /usr/local/etc. It asks PAM who is who, so a module comes along that always says yes.
 */
export async function addSudo(host: TestHost, rules: string): Promise<void> {
  const root = host.files();
  await copyLibraries("/", [program, `${plugins}/sudoers.so`, permit], root);
  for (const path of [`${plugins}/sudoers.so`, `${plugins}/sudo_intercept.so`, permit]) {
    await Deno.mkdir(root + dirname(path), { recursive: true });
    await Deno.copyFile(path, root + path);
  }
  await copyProgram(program, `${root}/usr/local/bin/sudo`);
  await on(
    host,
    `mkdir -p /usr/local/etc/sudoers.d /etc/pam.d && chown root:wheel /usr/local/bin/sudo && chmod 4755 /usr/local/bin/sudo &&
     echo 'Plugin sudoers_policy sudoers.so sudoers_file=/usr/local/etc/sudoers' >/etc/sudo.conf &&
     printf '%s required pam_permit.so\\n' auth account session >/etc/pam.d/sudo &&
     echo '@includedir /usr/local/etc/sudoers.d' >/usr/local/etc/sudoers &&
     echo '${rules}' >/usr/local/etc/sudoers.d/test && chmod 440 /usr/local/etc/sudoers /usr/local/etc/sudoers.d/test`,
  );
}

const permit = "/lib/x86_64-linux-gnu/security/pam_permit.so";
