import { assertEquals } from "@std/assert";
import { sshTransport } from "../../../../lib/transport/ssh/mod.ts";
import type { ExecOptions } from "../../../../lib/transport/mod.ts";
import { type Sshd, sshTest, startSshd } from "./sshd.ts";

/** A server that gives its users another umask, as FreeBSD's login.conf may. */
async function strictServer(): Promise<Sshd> {
  const before = Deno.umask(0o077);
  try {
    return await startSshd();
  } finally {
    Deno.umask(before);
  }
}

const terminal = { columns: 80, rows: 24, type: "xterm" };
const forms: Readonly<Record<string, ExecOptions>> = {
  "a script": {},
  "a script that reads a stream": { stdin: "x" },
  "a script at a terminal": { terminal },
};

for (const [name, options] of Object.entries(forms)) {
  sshTest(`${name} makes files that others can read, whatever the server's umask`, async () => {
    await using server = await strictServer();
    await using transport = sshTransport(server.target, { env: {} });
    let shown = "";
    const onData = (chunk: Uint8Array) => void (shown += new TextDecoder().decode(chunk));
    await transport.exec("umask", { ...options, onData });
    assertEquals(shown.trim(), "0022");
  });
}
