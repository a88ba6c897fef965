// This program's own terminal and standard input, for commands that use them.

import type { ExecOptions, Terminal } from "../transport/mod.ts";
import { leaveRaw } from "./keyboard.ts";
import type { Ui } from "./mod.ts";

/** The terminal given to a command; disposing of it puts the terminal back as it was. */
export interface Console extends Disposable {
  /** Options for the command: a terminal and its keys, or what is piped into us. */
  readonly input: Pick<ExecOptions, "stdin" | "terminal">;
}

/** Opens our terminal for a command, or standard input when that is no terminal. */
export function openConsole(ui: Pick<Ui, "terminal">): Console {
  if (!Deno.stdin.isTerminal()) {
    return { input: { stdin: Deno.stdin.readable }, [Symbol.dispose]: () => {} };
  }
  if (!ui.terminal) return { input: {}, [Symbol.dispose]: () => {} };
  Deno.stdin.setRaw(true);
  return {
    input: { stdin: Deno.stdin.readable, terminal: ourTerminal() },
    [Symbol.dispose]: leaveRaw,
  };
}

function ourTerminal(): Terminal {
  const { columns, rows } = Deno.consoleSize();
  return {
    columns,
    rows,
    type: Deno.env.get("TERM") ?? "xterm",
    onResize: (callback, signal) => {
      if (Deno.build.os === "windows") return; // There is no such signal.
      const listener = () => {
        const size = Deno.consoleSize();
        callback(size.columns, size.rows);
      };
      Deno.addSignalListener("SIGWINCH", listener);
      signal.addEventListener("abort", () => Deno.removeSignalListener("SIGWINCH", listener));
    },
  };
}

/** Tells whether results go to a person's terminal, and not into a file or another program. */
export function outputIsTerminal(): boolean {
  return Deno.stdout.isTerminal();
}
