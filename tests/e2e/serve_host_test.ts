// A test host of a process of its own: how it ends.

import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { onlyOnTestHost, repository } from "./place.ts";

const reason = onlyOnTestHost("be started for this");

function serve(stdin: "null" | "piped"): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", join(repository, "tests/e2e/serve_host.ts")],
    stdin,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Waits until the variables are printed, runs the end, and gives what came of it. */
async function served(child: Deno.ChildProcess, end: (text: string) => Promise<void>) {
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.endsWith("\n\n")) {
    const { value, done } = await reader.read();
    if (done) {
      throw new Error(`It ended before it was there: ${text}${await new Response(child.stderr).text()}`);
    }
    text += value;
  }
  await end(text);
  await reader.cancel();
  const [{ code }, said] = await Promise.all([child.status, new Response(child.stderr).text()]);
  return { code, said };
}

/** True when the host whose variables were printed answers. */
async function answers(text: string): Promise<boolean> {
  const of = (name: string) => new RegExp(`${name}='(.*)'`).exec(text)?.[1] ?? "";

  return await Deno.connect({ hostname: new URL(of("ALCAIDE_TEST_HTTP")).hostname, port: 22 })
    .then((connection) => (connection.close(), true), () => false);
}

Deno.test({
  name: `serve_host.ts without a program at its standard input runs until a signal${
    reason ? ` (skipped: ${reason})` : ""
  }`,
  ignore: reason !== undefined,
  async fn() {
    const child = serve("null");
    const { code, said } = await served(child, async (text) => {
      // By then the end of its standard input has long been there to be read.
      for (let round = 0; round < 3; round++) assertEquals(await answers(text), true);
      child.kill("SIGTERM");
    });
    assertEquals(code, 0);
    assertMatch(said, /^The test host ends: SIGTERM$/m);
  },
});

Deno.test({
  name: `serve_host.ts ends with the program that started it, and says so${
    reason ? ` (skipped: ${reason})` : ""
  }`,
  ignore: reason !== undefined,
  async fn() {
    const child = serve("piped");
    const { code, said } = await served(child, () => child.stdin.close());
    assertEquals(code, 0);
    assertMatch(said, /^The test host ends: standard input was closed$/m);
  },
});
