/** The program with its real input, output, variables and working directory, without a start for each run. */

import { encodeBase64 } from "@std/encoding/base64";
import { fromFileUrl } from "@std/path";
import { checkLines } from "../schemas.ts";

/** A run of the program. */
export interface Job {
  readonly args: readonly string[];
  readonly cwd: string;
  /** Variables besides those of the tests. */
  readonly env: Readonly<Record<string, string>>;
  /** In base64. */
  readonly stdin: string;
}

/** The end of a run. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

// Begun with the file, and not by one of its tests: it outlives them.
const child = new Deno.Command(Deno.execPath(), {
  args: ["run", "-A", "--quiet", "--no-check", fromFileUrl(new URL("program_again.ts", import.meta.url))],
  stdin: "piped",
  stdout: "piped",
  stderr: "piped",
}).spawn();
globalThis.addEventListener("unload", () => child.kill("SIGKILL"));
const writer = child.stdin.getWriter();
const readers = [child.stdout.getReader(), child.stderr.getReader()] as const;

/** Runs the program once; runs follow one another. */
export async function runAgain(job: Omit<Job, "stdin">, stdin: string | Uint8Array = ""): Promise<Ran> {
  await writer.write(new TextEncoder().encode(`${JSON.stringify({ ...job, stdin: encodeBase64(stdin) })}\n`));
  const [out, err] = await Promise.all(readers.map(toItsEnd));
  checkLines(out?.text ?? "", job.args);
  return { code: out?.code ?? 1, out: out?.text ?? "", err: err?.text ?? "" };
}

async function toItsEnd(reader: ReadableStreamDefaultReader<Uint8Array>) {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  for (let text = "";;) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`The program ended by itself:\n${text}`);
    text += decoder.decode(value, { stream: true });
    const [mark, code] = /\0end (\d+)\0$/.exec(text) ?? [];
    if (mark !== undefined) return { code: Number(code), text: text.slice(0, -mark.length) };
  }
}
