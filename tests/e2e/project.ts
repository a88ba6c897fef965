/**
 * A user's project in a directory of its own, and the program as a user runs it.
 */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { bundledProgram } from "../bundled.ts";
import { makeRelease, type ReleaseOptions } from "../app/build.ts";
import { useOwnLoader } from "../host/compile.ts";
import { quote } from "../../lib/core/sh.ts";
import { checkLines } from "../schemas.ts";
import type { Place } from "./place.ts";

/** How a run of the program ended. */
export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both of them. */
  readonly text: string;
}

/** How to run the program. */
export interface RunOptions {
  readonly stdin?: string | Uint8Array<ArrayBuffer>;
  readonly env?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/** The program in another form than its sources. */
export interface ProgramForm {
  /** The words that start it. */
  readonly command: readonly string[];
  /** All variables that it has besides those of the project; those of the tests are kept from it. */
  readonly env: Readonly<Record<string, string>>;
}

/** A project of one app. */
export interface Project extends AsyncDisposable {
  readonly directory: string;
  readonly app: string;
  /** The name to ask for. */
  readonly domain: string;
  /** Runs `alcaide` in the project's directory. */
  alcaide(args: readonly string[], options?: RunOptions): Promise<Result>;
  /** Runs it, which has to succeed. */
  well(args: readonly string[], options?: RunOptions): Promise<Result>;
  /** Starts it and leaves it running. */
  start(args: readonly string[], env?: Record<string, string>): Deno.ChildProcess;
  /** Starts it at a terminal of its own, whose keys are its standard input. */
  atTerminal(args: readonly string[], env?: Record<string, string>): Deno.ChildProcess;
  /** Puts a release where the configuration looks for it. */
  release(options: ReleaseOptions): Promise<void>;
  /** Writes the configuration anew, with other values, perhaps tasks behind it, and fields that are code. */
  configure(values: Record<string, unknown>, tasks?: string, code?: Record<string, string>): Promise<void>;
}

/** The configuration that tests start from: quick limits, plain HTTP under a domain of the app's own. */
function baseConfig(place: Place, app: string): Record<string, unknown> {
  return {
    app,
    server: { ...serverOf(place.target), key: place.key },
    domain: `${app.replaceAll("_", "-")}.test`,
    tls: "off",
    jail: { mirror: place.mirror },
    build: { prebuilt: "release" },
    start: "bin/app",
    health: { path: "/health", timeout: 20 },
    drain: 15,
    keep: 3,
  };
}

/** Makes a project for an app on a host. */
export async function makeProject(
  place: Place,
  app: string,
  values: Record<string, unknown> = {},
  form?: ProgramForm,
): Promise<Project> {
  const directory = await Deno.makeTempDir({ prefix: `alcaide-e2e-${app}-` });
  const home = join(directory, "home");
  await Deno.mkdir(join(home, ".ssh"), { recursive: true, mode: 0o700 });
  // Remains of a killed program go with the project.
  await Deno.mkdir(join(directory, "tmp"));
  await Deno.writeTextFile(join(home, ".ssh", "known_hosts"), place.knownHosts);
  const config = { ...baseConfig(place, app), ...values };
  const configure: Project["configure"] = (more, tasks, code) =>
    Deno.writeTextFile(join(directory, "Alcaidefile.ts"), alcaidefile({ ...config, ...more }, tasks, code));
  await configure({});
  return {
    directory,
    app,
    domain: `${app.replaceAll("_", "-")}.test`,
    configure,
    release: async (options) => {
      const made = await makeRelease(join(directory, "release"), options);
      // Compiled on this machine, it looks for its loader where the test host, like FreeBSD, has no directory.
      if (place.test) await useOwnLoader(join(made, "bin", "app"));
    },
    ...await runsIn(directory, form),
    [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
  };
}

function alcaidefile(values: Record<string, unknown>, tasks = "", code: Record<string, string> = {}): string {
  const plain = JSON.stringify(values, null, 2);
  const fields = Object.entries(code).map(([name, text]) => `, ${name}: ${text}`).join("");
  const imports = fields === ""
    ? ""
    : 'import { elixir, phoenix, postgresql, redis, secret, secrets, service, staticSite } from "alcaide";\n';
  return `${imports}export default { ...${plain}${fields} };\n${tasks}`;
}

/** Starts programs in a directory, with the variables of its project. */
async function spawnIn(directory: string, form: ProgramForm | undefined) {
  const base = {
    HOME: join(directory, "home"),
    ...form?.env ?? { DENO_DIR: await cacheDirectory() },
    NO_COLOR: "1",
    SSH_AUTH_SOCK: "",
    TMPDIR: join(directory, "tmp"),
  };
  return ([first = "", ...args]: readonly string[], env = {}, stdin: "null" | "piped" = "null") =>
    new Deno.Command(first, {
      args,
      cwd: directory,
      clearEnv: form !== undefined,
      env: { ...base, ...env },
      stdin,
      stdout: "piped",
      stderr: "piped",
    }).spawn();
}

/** The ways to run the program in a directory. */
async function runsIn(
  directory: string,
  form: ProgramForm | undefined,
): Promise<Pick<Project, "start" | "atTerminal" | "alcaide" | "well">> {
  const words = form?.command ?? await bundledProgram();
  const spawn = await spawnIn(directory, form);
  const alcaide: Project["alcaide"] = async (args, { stdin, env, signal } = {}) => {
    const child = spawn([...words, ...args], env, stdin === undefined ? "null" : "piped");
    signal?.addEventListener("abort", () => child.kill("SIGINT"));
    if (stdin !== undefined) {
      const writer = child.stdin.getWriter();
      await writer.write(typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin);
      await writer.close();
    }
    return await resultOf(child, args);
  };
  return {
    start: (args, env) => spawn([...words, ...args], env),
    atTerminal: (args, env) => {
      const line = [...words, ...args].map(quote).join(" ");
      return spawn(["script", "-qefc", line, "/dev/null"], { TERM: "xterm", ...env }, "piped");
    },
    alcaide,
    well: async (args, options) => {
      const result = await alcaide(args, options);
      assertEquals(result.code, 0, `${args.join(" ")}: ${result.text}`);
      return result;
    },
  };
}

/** Waits for the end of a program and gives what it printed; JSON must have the form that `schema/` tells. */
export async function resultOf(child: Deno.ChildProcess, args: readonly string[] = []): Promise<Result> {
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  const [out, err] = [decoder.decode(stdout), decoder.decode(stderr)];
  checkLines(out, args);
  return { code, stdout: out, stderr: err, text: out + err };
}

/** Asks an app through Caddy. */
export async function ask(
  place: Place,
  project: Pick<Project, "domain">,
  path: string,
): Promise<{ status: number; text: string }> {
  // fetch does not let a program choose the Host header, so the request is written by hand.
  const url = new URL(place.http);
  using connection = await Deno.connect({ hostname: url.hostname, port: Number(url.port || 80) });
  await connection.write(
    new TextEncoder().encode(`GET ${path} HTTP/1.1\r\nHost: ${project.domain}\r\nConnection: close\r\n\r\n`),
  );
  const text = await new Response(connection.readable).text();
  const status = Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0);
  const body = text.slice(text.indexOf("\r\n\r\n") + 4);
  const chunked = /^transfer-encoding: chunked/im.test(text.slice(0, text.indexOf("\r\n\r\n")));
  return { status, text: chunked ? body.split("\r\n").filter((_, index) => index % 2 === 1).join("") : body };
}

export function serverOf(target: string): Record<string, unknown> {
  const match = /^(?:(.*)@)?([^@]*?)(?::(\d+))?$/.exec(target);
  return {
    host: match?.[2],
    ...(match?.[1] ? { user: match[1] } : {}),
    ...(match?.[3] ? { port: Number(match[3]) } : {}),
  };
}

let cached: Promise<string> | undefined;

/** Where Deno keeps its packages: a home of one's own must not make it download them again. */
export function cacheDirectory(): Promise<string> {
  return cached ??= new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output()
    .then(({ stdout }) => JSON.parse(new TextDecoder().decode(stdout)).denoDir);
}
