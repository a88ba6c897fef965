// The machines that binaries are made for, and Deno's arguments to make them.

/** Machines that binaries are made for, by our names for them: Deno's name. */
export const targets = {
  "linux-x64": "x86_64-unknown-linux-gnu",
  "linux-arm64": "aarch64-unknown-linux-gnu",
  "macos-x64": "x86_64-apple-darwin",
  "macos-arm64": "aarch64-apple-darwin",
  "windows-x64": "x86_64-pc-windows-msvc",
} as const;

/** The name of a kind of machine. */
export type TargetName = keyof typeof targets;

/** Names of all targets. */
export const targetNames = Object.keys(targets) as TargetName[];

/** The target of a name, ours or Deno's. */
export function targetNamed(name: string): TargetName | undefined {
  return targetNames.find((target) => target === name || targets[target] === name);
}

/** The name of a binary's file. */
export function binaryName(base: string, target: TargetName): string {
  return target.startsWith("windows") && !base.endsWith(".exe") ? `${base}.exe` : base;
}

/** The inputs of a compilation. */
export interface CompileSpec {
  /** The module that starts. */
  readonly entry: string;
  /** The file to write. */
  readonly output: string;
  /** The machine that it is for; this one when absent. */
  readonly target?: TargetName | undefined;
  /** A file that says what imported names stand for; without it none does. */
  readonly importMap?: string | undefined;
  /** Modules that nothing imports and that belong into it all the same. */
  readonly include?: readonly string[];
}

/** The words behind `deno` that compile something. */
export function compileArguments({ entry, output, target, importMap, include = [] }: CompileSpec): string[] {
  return [
    "compile",
    "--allow-all",
    "--quiet",
    "--no-check",
    "--no-lock",
    // The cache would be a file in the common temporary directory that anyone could have put there before us.
    "--no-code-cache",
    // Deno's configuration in the directories above must not change the binary.
    "--no-config",
    "--node-modules-dir=none",
    // An upload leaves packets behind faster than V8 collects them beside its work: at once takes less memory, and less time.
    "--v8-flags=--no-incremental-marking",
    ...(importMap === undefined ? [] : ["--import-map", importMap]),
    ...(target === undefined ? [] : ["--target", targets[target]]),
    ...include.flatMap((path) => ["--include", path]),
    "--output",
    output,
    entry,
  ];
}

/**
 * The variables for compiling. Your own runtime is for this machine: for another one Deno must fetch its own.
 */
export function compileEnvironment(
  env: Readonly<Record<string, string>>,
  { target, native }: { target: TargetName | undefined; native: string },
): Record<string, string> {
  const { DENORT_BIN, ...others } = env;
  const ours = target === undefined || targets[target] === native;
  return {
    ...others,
    NO_COLOR: "1",
    DENO_NO_PACKAGE_JSON: "1",
    ...(DENORT_BIN && ours ? { DENORT_BIN } : {}),
  };
}

/** Versions of Deno that can compile, as `2.6`. */
export function minorOf(version: string): string {
  return /^(\d+\.\d+)/.exec(version)?.[1] ?? version;
}

/** True for Deno 2.6 and later. */
export function newEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 2 || (major === 2 && minor >= 6);
}

/** The version of Deno that a runtime for binaries belongs to; it names itself to web servers. */
export function runtimeVersion(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder("latin1").decode(bytes);
  return /Deno\/(\d+\.\d+\.\d+)/.exec(text)?.[1];
}
