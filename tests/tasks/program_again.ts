// The program, run again and again in one process: a start costs more than all that it does. Each line of standard input
// names a directory, variables, words and what is piped in; a mark ends what the run prints on either side.

import { decodeBase64 } from "@std/encoding/base64";
import { main } from "../../lib/cli/main.ts";
import { version } from "../../lib/core/version.ts";
import { builtInTasks } from "../../tasks/mod.ts";
import type { Job } from "./program.ts";

const before = Deno.env.toObject();
const encoder = new TextEncoder();
const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
let rest = "";
for await (const chunk of lines) {
  rest += chunk;
  if (!rest.endsWith("\n")) continue;
  const mark = encoder.encode(`\0end ${await run(JSON.parse(rest))}\0`);
  rest = "";
  Deno.stdout.writeSync(mark);
  Deno.stderr.writeSync(mark);
}

async function run({ args, cwd, env, stdin }: Job): Promise<number> {
  for (const name of Object.keys(Deno.env.toObject())) Deno.env.delete(name);
  for (const [name, value] of Object.entries({ ...before, ...env })) Deno.env.set(name, value);
  Deno.chdir(cwd);
  const piped = { isTerminal: () => false, readable: new Response(decodeBase64(stdin)).body };
  Object.defineProperty(Deno, "stdin", { value: piped, configurable: true });
  const status = await main(args, { tasks: builtInTasks, version });
  Deno.chdir("/");
  return status;
}
