/**
 * Starts a test host, runs a script on it over real SSH (`/bin/sh -s`), prints what came of it, and ends it:
 * `deno run -A tests/host/try.ts [--caddy] [--zfs] [--zfs-root] [--csh] [--times] 'SCRIPT'`.
 */
import { output } from "./process.ts";
import { type HostOptions, startHost, type TestHost } from "./mod.ts";

/** OpenSSH's options for talking to a test host. */
function sshWords(host: TestHost): string[] {
  return [
    ...["ssh", "-F", "none", "-o", "BatchMode=yes", "-o", "LogLevel=ERROR"],
    ...["-o", `UserKnownHostsFile=${host.knownHosts}`, "-i", host.key],
    `root@${host.address}`,
  ];
}

async function main(args: readonly string[]): Promise<number> {
  const options: HostOptions = {
    caddy: args.includes("--caddy"),
    zfs: args.includes("--zfs-root") ? "root" : args.includes("--zfs") ? "jails" : undefined,
    shell: args.includes("--csh") ? "/bin/csh" : "/bin/sh",
  };
  const script = args.filter((arg) => !arg.startsWith("--")).join(" ");
  const started = performance.now();
  await using host = await startHost(options);
  const ready = performance.now();
  const result = await output([...sshWords(host), script]);
  const done = performance.now();
  await write(Deno.stdout, result.stdout);
  await write(Deno.stderr, result.stderr);
  const times = args.includes("--times")
    ? `, start ${Math.round(ready - started)} ms, script ${Math.round(done - ready)} ms`
    : "";
  await write(Deno.stderr, `status ${result.code}${times}\n`);
  return result.code;
}

async function write(
  to: { write(bytes: Uint8Array): Promise<number> },
  text: string,
): Promise<void> {
  let bytes = new TextEncoder().encode(text);
  while (bytes.length > 0) bytes = bytes.subarray(await to.write(bytes));
}

if (import.meta.main) Deno.exitCode = await main(Deno.args);
