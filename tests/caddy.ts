/**
 * A real Caddy for tests, where there is one: named by ALCAIDE_TEST_CADDY, in the path, or unpacked for the test host.
 *
 * @module
 */

/** Path of a Caddy; undefined when this machine has none. */
export async function findCaddy(): Promise<string | undefined> {
  const search = (Deno.env.get("PATH") ?? "").split(":").map((directory) => `${directory}/caddy`);
  const cache = new URL("../.cache/testhost", import.meta.url).pathname;
  const hosts = await Array.fromAsync(Deno.readDir(cache)).catch(() => []);
  const all = [
    Deno.env.get("ALCAIDE_TEST_CADDY"),
    ...search,
    ...hosts.map(({ name }) => `${cache}/${name}/usr/bin/caddy`),
  ];
  for (const path of all) {
    if (path && await Deno.stat(path).then((s) => s.isFile, () => false)) return path;
  }
  return undefined;
}

/** Its version, as in `2.6.2`. */
export async function caddyVersion(path: string): Promise<string | undefined> {
  const { stdout } = await new Deno.Command(path, { args: ["version"] }).output();
  return /\d+\.\d+\.\d+/.exec(new TextDecoder().decode(stdout))?.[0];
}

/** What Caddy says against a configuration; empty when it takes it. */
export async function caddyObjection(path: string, directory: string, text: string): Promise<string> {
  const config = `${directory}/Caddyfile`;
  await Deno.writeTextFile(config, text);
  const { success, stderr } = await new Deno.Command(path, {
    args: ["validate", "--config", config, "--adapter", "caddyfile"],
    env: homeIn(directory),
    stdout: "null",
    stderr: "piped",
  }).output();
  return success ? "" : new TextDecoder().decode(stderr);
}

/** A Caddy that runs; disposing of it ends it. */
export async function runCaddy(
  path: string,
  directory: string,
  text: string,
): Promise<AsyncDisposable & { readonly pid: number }> {
  const config = `${directory}/Caddyfile`;
  await Deno.writeTextFile(config, text);
  const child = new Deno.Command(path, {
    args: ["run", "--config", config, "--adapter", "caddyfile"],
    env: homeIn(directory),
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  return {
    pid: child.pid,
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await child.status;
    },
  };
}

function homeIn(directory: string): Record<string, string> {
  return { HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory };
}
