// The scripts for shells, run by the real shells where they are installed.

import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { completionScript, type Shell } from "../../../lib/cli/shells.ts";
import { standIn } from "../../stand_in.ts";

const alcaidefile = `import { task } from "alcaide";
export default { app: "shop", server: "a", build: { prebuilt: "x" } };
export const paint = task({
  description: "Paint it",
  args: [{ name: "colour", description: "Which", choices: ["red", "green"] }],
  options: { tone: { type: "string", description: "How", choices: ["dark", "light"] } },
  run: () => Promise.resolve(),
});
export const mix = task({
  description: "Mix",
  args: [{ name: "parts", description: "Parts", choices: ["red=", "all"], rest: true }],
  run: () => Promise.resolve(),
});
`;

/** A shell's output for a script, in a directory with an Alcaidefile and \`alcaide\` in the path. */
async function run(shell: Shell, script: string): Promise<string> {
  const directory = await Deno.makeTempDir();
  const program = fromFileUrl(new URL("../../../cli.ts", import.meta.url));
  try {
    await Deno.writeTextFile(`${directory}/Alcaidefile.ts`, alcaidefile);
    await Deno.writeTextFile(`${directory}/completions`, completionScript(shell));
    const call = `exec "${Deno.execPath()}" run -A --quiet --no-check "${program}" "$@"`;
    await standIn(`${directory}/alcaide`, call);
    const { stdout, stderr } = await new Deno.Command(shell, {
      args: [...shell === "bash" ? ["--norc"] : shell === "zsh" ? ["-f"] : ["--no-config"], "-c", script],
      cwd: directory,
      env: { PATH: `${directory}:${Deno.env.get("PATH")}`, NO_COLOR: "1" },
    }).output();
    return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function installed(shell: Shell): boolean {
  return Deno.env.get("PATH")?.split(":").some((folder) => {
    try {
      return Deno.statSync(`${folder}/${shell}`).isFile;
    } catch {
      return false;
    }
  }) === true;
}

/** A test that needs a shell. */
function withShell(shell: Shell, name: string, fn: () => Promise<void>): void {
  const ignore = !installed(shell);
  Deno.test({ name: `${name}${ignore ? ` (skipped: ${shell} is not installed)` : ""}`, ignore, fn });
}

withShell("bash", "completions for bash go through the alias that README recommends", async () => {
  const program = fromFileUrl(new URL("../../../cli.ts", import.meta.url));
  const readme = await Deno.readTextFile(new URL("../../../README.md", import.meta.url));
  const [, words] = /^alias alcaide='(deno .*?)'/m.exec(readme) ?? [];
  const call = words?.replace(/^deno/, `"${Deno.execPath()}"`).replace(
    "/path/to/alcaide/cli.ts",
    `"${program}"`,
  );
  const said = await run(
    "bash",
    `rm alcaide; alias alcaide='${call}'; . ./completions
COMP_WORDS=(alcaide paint 'r'); COMP_CWORD=2; _alcaide; printf '%s\\n' "\${COMPREPLY[@]}"`,
  );
  assertEquals(said, "red\n");
});

/** Asks bash as the Tab key does. */
async function tab(...words: string[]): Promise<string[]> {
  const list = words.map((word) => `'${word}'`).join(" ");
  const said = await run(
    "bash",
    `. ./completions; complete -p alcaide >/dev/null || exit 1
COMP_WORDS=(alcaide ${list}); COMP_CWORD=${words.length}; _alcaide; printf '%s\\n' "\${COMPREPLY[@]}"`,
  );
  return said.split("\n").filter((line) => line !== "");
}

withShell("bash", "completions for bash complete tasks of the Alcaidefile, options and values", async () => {
  assertEquals(await tab("pai"), ["paint"]);
  assertEquals(await tab("paint", "--to"), ["--tone"]);
  assertEquals(await tab("paint", "--tone", "=", "d"), ["dark"]);
  assertEquals(await tab("paint", ""), ["red", "green"]);
  assertEquals(await tab("completions", "b"), ["bash"]);
});

withShell("bash", "completions for bash leave the cursor behind the = that a value follows", async () => {
  const script = (typed: string) =>
    `compopt() { echo "$1 $2"; }; . ./completions
COMP_WORDS=(alcaide mix '${typed}'); COMP_CWORD=2; _alcaide; printf '%s\\n' "\${COMPREPLY[@]}"`;
  assertEquals(await run("bash", script("r")), "-o nospace\nred=\n");
  assertEquals(await run("bash", script("a")), "all\n");
  assertEquals(await run("bash", script("")), "red=\nall\n");
});

withShell("zsh", "completions for zsh leave the cursor behind the = that a value follows", async () => {
  const said = await run(
    "zsh",
    `compdef() { :; }; _describe() { print -rl -- "\${(@P)2}" "\${(@P)4}" "\${(@)argv[5,-1]}"; }; . ./completions
words=(alcaide mix ''); CURRENT=3; _alcaide`,
  );
  assertEquals(said, "all:Parts\nred=:Parts\n-S\n\n");
});

withShell("zsh", "completions for zsh are understood and give what the program says", async () => {
  const said = await run(
    "zsh",
    `compdef() { :; }; _describe() { print -rl -- "\${(@P)2}"; }; . ./completions
words=(alcaide paint ''); CURRENT=3; _alcaide`,
  );
  assertEquals(said, "red:Which\ngreen:Which\n");
});

withShell("fish", "completions for fish complete tasks of the Alcaidefile", async () => {
  assertEquals(await run("fish", "source ./completions; complete -C 'alcaide pai'"), "paint\tPaint it\n");
  assertEquals(await run("fish", "source ./completions; complete -C 'alcaide paint r'"), "red\tWhich\n");
});
