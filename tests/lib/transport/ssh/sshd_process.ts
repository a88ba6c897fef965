// The process of a test's own sshd: its port, its children, its end.

const encoder = new TextEncoder();

/** Ends a process; one that is gone already is fine. */
export function signal(pid: number, name: Deno.Signal): void {
  try {
    Deno.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/**
 * Gives a port that nobody listens on, and that nobody is given by chance before it is used: the kernel hands out those
 * from 32768 on to whoever connects or listens anywhere.
 */
export function freePort(): number {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 22_000);
    try {
      using _ = Deno.listen({ hostname: "127.0.0.1", port });
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}

export async function answers(port: number, ended: Promise<never>): Promise<void> {
  ended.catch(() => {});
  let failure: unknown;
  ended.catch((error) => failure = error);
  await until(async () => {
    if (failure) throw failure;
    try {
      using connection = await Deno.connect({ hostname: "127.0.0.1", port });
      await connection.write(encoder.encode(""));
      return true;
    } catch {
      return false;
    }
  }, `sshd answers on port ${port}`);
}

/** The processes that a process started. */
export async function childrenOf(pid: number): Promise<number[]> {
  try {
    const text = await Deno.readTextFile(`/proc/${pid}/task/${pid}/children`);
    return text.trim().split(/\s+/).filter((word) => word !== "").map(Number);
  } catch {
    return [];
  }
}

/** The processes of an sshd that serve its connections. Since OpenSSH 10 those of root, too, have one above that only watches. */
export async function serversBelow(pid: number): Promise<number[]> {
  const found = await Promise.all((await childrenOf(pid)).map(async (child) => {
    const line = await Deno.readTextFile(`/proc/${child}/cmdline`).catch(() => "");
    return /^\S*sshd/.test(line) ? [child, ...await serversBelow(child)] : [];
  }));
  return found.flat();
}

/** Waits until something is true. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 60_000; !(await condition());) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
