/**
 * Starts a test host for others and prints, as lines for a shell, how the end-to-end tests find it:
 *
 * `deno run -A tests/e2e/serve_host.ts [--package]`
 *
 * It ends by Ctrl-C or SIGTERM. A program that starts it over a pipe ends it by closing the pipe, so that the host ends with
 * it; without one (a terminal, /dev/null, nothing) standard input says nothing.
 *
 * It is like a machine that somebody uses: Caddy is installed (with `--package` there is a package repository instead), the
 * jails' interface has an address, and a jail of the admin's runs.
 */

import { join } from "@std/path";
import { buildApp } from "../app/build.ts";
import { useOwnLoader } from "../host/compile.ts";
import { startHost, type TestHost } from "../host/mod.ts";

/** The files of an admin's machine. */
const livedIn = `
sysrc cloned_interfaces=lo1 'ifconfig_lo1=inet 10.66.0.1/24' jail_enable=YES jail_list=tenant >/dev/null &&
ifconfig lo1 create && ifconfig lo1 inet 10.66.0.1/24 &&
mkdir -p /tenant && fetch -q -o - MIRROR/amd64/amd64/RELEASE/base.txz | tar -xpf - -C /tenant --no-fflags &&
printf 'tenant { path = /tenant; host.hostname = tenant; persist; }\\n' >/etc/jail.conf &&
service jail start tenant && jls -j tenant jid`;

async function liveIn(host: TestHost): Promise<void> {
  const { code, stdout, stderr } = await host.shell(
    livedIn.replace("MIRROR", host.mirror).replace("RELEASE", host.release),
  );
  if (code !== 0) throw new Error(`Cannot prepare the host: ${stdout}${stderr}`);
}

/** The test app, built for the test host. */
async function appFor(directory: string): Promise<string> {
  await Deno.mkdir(join(directory, "bin"));
  const program = join(directory, "bin", "app");
  await Deno.copyFile(join(await buildApp(), "bin", "app"), program);
  await useOwnLoader(program);
  return directory;
}

/** The variables under which the suite finds a host. */
export function variables(host: TestHost, app: string): Record<string, string> {
  return {
    ALCAIDE_TEST_HOST: `ssh://${host.target}`,
    ALCAIDE_TEST_KEY: host.key,
    ALCAIDE_TEST_KNOWN_HOSTS: host.knownHosts,
    ALCAIDE_TEST_HTTP: host.http,
    ALCAIDE_TEST_MIRROR: host.mirror,
    ALCAIDE_TEST_APP: app,
  };
}

/** True when a program holds the other end of standard input. */
async function isHeld(): Promise<boolean> {
  const { isFifo = false, isSocket = false } = await Deno.stat("/dev/stdin").catch(
    () => ({} as Deno.FileInfo),
  );
  return Boolean(isFifo || isSocket);
}

/** Waits for a signal or, when a program holds it, for the end of standard input; returns which it was. */
async function untilTold(): Promise<string> {
  const told = Promise.withResolvers<string>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => told.resolve(signal));
  }
  if (await isHeld()) {
    const ended = () => told.resolve("standard input was closed");
    Deno.stdin.readable.pipeTo(new WritableStream()).then(ended, ended);
  }
  return await told.promise;
}

if (import.meta.main) {
  const directory = await Deno.makeTempDir({ prefix: "alcaide-app-" });
  try {
    await using host = await startHost({ caddy: !Deno.args.includes("--package") });
    await liveIn(host);
    const lines = Object.entries(variables(host, await appFor(directory))).map(([k, v]) =>
      `export ${k}='${v}'\n`
    );
    await Deno.stdout.write(new TextEncoder().encode(`${lines.join("")}\n`));
    const why = await untilTold();
    await Deno.stderr.write(new TextEncoder().encode(`The test host ends: ${why}\n`));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
  Deno.exit();
}
