// A terminal of its own size, in a tmux of its own.

import { join } from "@std/path";

/** A terminal in which a program runs. */
export interface Terminal extends AsyncDisposable {
  /** Everything that it shows, and that was scrolled away before, with codes for colours. */
  picture(): Promise<string>;
  /** Lets the program go on where it waits for a word. */
  go(word: string): Promise<void>;
}

/** Why there can be no terminal here, else undefined. */
export function terminalUnavailable(): string | undefined {
  try {
    return new Deno.Command("tmux", { args: ["-V"] }).outputSync().success ? undefined : "tmux does not run";
  } catch {
    return "tmux is missing (sh scripts/provision installs it)";
  }
}

/** Opens a terminal of 24 rows for a program. It ends when it is disposed of, and the program with it. */
export async function openTerminal(columns: number, program: readonly string[]): Promise<Terminal> {
  const directory = await Deno.makeTempDir({ prefix: "alcaide-tmux-" });
  const settings = join(directory, "tmux.conf");
  // A program that ends by a mistake leaves its words.
  await Deno.writeTextFile(settings, "set -g remain-on-exit on\nset -g status off\n");
  const tmux = async (...args: readonly string[]) => {
    const { success, stdout, stderr } = await new Deno.Command("tmux", {
      args: ["-u", "-f", settings, "-S", join(directory, "socket"), ...args],
      env: { NO_COLOR: "", LC_ALL: "C.UTF-8" },
    }).output();
    if (!success) throw new Error(`tmux ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
    return new TextDecoder().decode(stdout);
  };
  await tmux("new-session", "-d", "-x", `${columns}`, "-y", "24", "--", ...program);
  return {
    picture: async () => (await tmux("capture-pane", "-p", "-e", "-S", "-")).trimEnd(),
    go: async (word) => void await tmux("wait-for", "-S", word),
    [Symbol.asyncDispose]: async () => {
      await tmux("kill-server");
      await Deno.remove(directory, { recursive: true });
    },
  };
}
