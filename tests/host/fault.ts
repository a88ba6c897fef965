/** Faults that a test host can be told to have. */

/** A call to be disturbed. */
export interface FaultRule {
  /** The name of the program; `*` for any. */
  readonly program: string;
  /** A regular expression for its arguments, joined by blanks. */
  readonly args?: string;
  /** The number of the matching call, counted from now; 1, the next one, by default. */
  readonly nth?: number;
  /**
   * `fail`: not run, ends with `status`. `kill`: dies of SIGKILL. `hang`: does nothing for ever. `drop`: the SSH
   * connection is lost, the program runs on. `after-drop`: it runs to its end, then the connection is lost. `after-fail`: runs,
   * then ends with `status`. `signal`: it runs while a process of this machine gets a signal. `full`: from this call on the disk
   * is full, until `emptyDisk()`; it must have a `diskMb`. `reboot`: the power is cut, and comes back.
   */
  readonly effect:
    | "fail"
    | "kill"
    | "hang"
    | "drop"
    | "after-drop"
    | "after-fail"
    | "signal"
    | "full"
    | "reboot";
  /** The exit status, 1 by default. */
  readonly status?: number;
  /** Its text on standard error. */
  readonly stderr?: string;
  /** The signal, and the process that gets it. */
  readonly signal?: { readonly pid: number; readonly name: "INT" | "KILL" };
}

/** A rule as the recorder reads it. */
export function faultWords(
  { program, args = "", nth = 1, effect, status = 1, stderr = "", signal }: FaultRule,
): (string | number)[] {
  const text = stderr === "" || stderr.endsWith("\n") ? stderr : `${stderr}\n`;
  return [program, args, nth, effect, status, signal ? `${signal.name} ${signal.pid}` : text];
}
