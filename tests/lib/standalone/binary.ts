// A project for a compiled binary, and a binary that runs in it.

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { startSshd } from "../transport/ssh/sshd.ts";

export const files = {
  "Alcaidefile.ts": `import { $, type Context, defineConfig, sh, task } from "alcaide";
import { first } from "./lib/first.ts"; import { isCommand, type Servers } from "alcaide/internal";
export default defineConfig({ app: "shop", server: "192.0.2.1", build: { prebuilt: "x" }, start: "bin/shop" });
export const hello = task("Say hello", async (ctx: Context) => {
  const later = await import("./lib/later.ts");
  const piped = await $\`echo \${"d e"} | cat\`.text();
  ctx.ui.result(null, [first(), later.name, sh\`a \${"b c"}\`.text, piped, isCommand(sh\`a\`)].join(" "));
});
export const fails = task("Fail", (): Promise<void> => {
  throw new TypeError("It fails");
});
`,
  "lib/first.ts": `import { second } from "./second.ts";
export const own: string = "1";
export const first = () => second();
`,
  "lib/second.ts": `import { own } from "./first.ts";
enum Two { Two = "2" }
export const second = (): string => own + Two.Two;
`,
  "lib/later.ts": `export const name: string = "later";\n`,
  "lib/broken.ts":
    `export const a = 1;\nexport const b = null as unknown as { c: 1 };\nexport default b.c;\n`,
};

/** Text that must never get into a binary, by the file that it stands in. */
export const markers = {
  ".alcaide/state": "marker-of-the-state-77ab",
  "secrets.enc.json": "marker-of-the-secrets-90c2",
  ".env": "TOKEN=marker-of-the-env-file-31d8",
  "id_ed25519": "marker-of-a-private-key-e4a0",
};

export const variable = "marker-of-the-environment-2b6c";

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string>,
): Promise<Said> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1", HOME: cwd, ...env },
    clearEnv: true,
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** All output of a server arrives, also while nobody reads: Deno's own network code may be an older one. */
/** A binary, the directory it runs in, and its environment. */
export interface Given {
  readonly program: string;
  readonly project: string;
  readonly env: Record<string, string>;
}

export async function readMuch({ program, project, env }: Given): Promise<void> {
  await using server = await startSshd();
  const file = `import { remote, sh, task } from "alcaide";
export default { app: "shop", server: "192.0.2.1", build: { prebuilt: "x" }, start: "bin/shop" };
export const count = task("Count", async ({ ui }) => {
  await using server = remote(${JSON.stringify(server.target)});
  let size = 0;
  await server.exec(sh\`seq 1000000\`, { onData: (chunk) => void (size += chunk.length) });
  ui.result(size, String(size));
});
`;
  await Deno.writeTextFile(join(project, "much.ts"), file);
  const size = Array.from({ length: 1_000_000 }, (_, n) => String(n + 1).length + 1).reduce((a, b) => a + b);
  assertEquals(await run(program, ["-c", "much.ts", "count"], project, env), {
    code: 0,
    stdout: `${size}\n`,
    stderr: "",
  });
}

export async function namesIn(directory: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(directory));
  const inner = await Array.fromAsync(Deno.readDir(join(directory, ".alcaide")));
  return [...entries.map(({ name }) => name), ...inner.map(({ name }) => `.alcaide/${name}`)].sort();
}
