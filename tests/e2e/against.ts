/** The end-to-end tests run against another host, in a process of their own: a test host of another process, for instance. */

import { join } from "@std/path";
import { repository } from "./place.ts";

/** A test host that another process keeps; it ends when it is disposed of. */
export interface ServedHost extends AsyncDisposable {
  /** How the suite finds it. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Starts a test host in a process of its own and waits until it is there. */
export async function serveHost(args: readonly string[] = []): Promise<ServedHost> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", join(repository, "tests/e2e/serve_host.ts"), ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const text = await firstParagraph(child.stdout);
  const variables = Object.fromEntries(
    [...text.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
  const end = async () => {
    await child.stdin.close();
    await child.status;
  };
  if (variables["ALCAIDE_TEST_HOST"] === undefined) {
    await end();
    throw new Error("Cannot start a test host in another process");
  }
  return { variables, [Symbol.asyncDispose]: end };
}

async function firstParagraph(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let text = "";
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  while (!text.endsWith("\n\n")) {
    const { value, done } = await reader.read();
    if (done) break;
    text += value;
  }
  await reader.cancel();
  return text;
}

/** Runs a file of tests against the host that the variables name; what it prints goes where `stdout` says. */
export async function testAgainst(
  variables: Readonly<Record<string, string>>,
  file: string,
  stdout: "inherit" | "piped",
): Promise<{ readonly code: number; readonly text: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--quiet", join(repository, "tests/e2e", file)],
    env: { ...variables, NO_COLOR: "1" },
    stdin: "null",
    stdout,
    stderr: stdout,
  }).spawn();
  if (stdout === "inherit") return { code: (await child.status).code, text: "" };
  const result = await child.output();
  const decoder = new TextDecoder();
  return { code: result.code, text: decoder.decode(result.stdout) + decoder.decode(result.stderr) };
}
