/** Running this machine's programs for the test host. */

/** How a program ended and what it printed. */
export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program's surroundings besides its arguments. */
export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  readonly clearEnv?: boolean;
}

/** Runs a program with an empty standard input and collects what it prints. */
export async function output(
  words: readonly string[],
  options: ProgramOptions = {},
): Promise<Output> {
  const [program = "", ...args] = words;
  const result = await new Deno.Command(program, {
    ...options,
    args,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  return {
    code: result.code,
    stdout: decoder.decode(result.stdout),
    stderr: decoder.decode(result.stderr),
  };
}

/** Runs a program and returns its standard output; any status but 0 is an error. */
export async function must(
  words: readonly string[],
  options: ProgramOptions = {},
): Promise<string> {
  const result = await output(words, options);
  if (result.code !== 0) {
    throw new Error(`Cannot run "${words.join(" ")}": ${result.stderr.trim()}`);
  }
  return result.stdout;
}

/** True when a path exists, a dangling link included. */
export async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}
