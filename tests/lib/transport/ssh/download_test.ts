// Downloads over a real SSH connection.

import { assert, assertEquals, assertRejects } from "@std/assert";
import { CommandError, LostConnectionError } from "../../../../lib/core/error.ts";
import { digestFile } from "../../../../lib/remote/local_file.ts";
import { remote } from "../../../../lib/remote/remote.ts";
import { raw, sh } from "../../../../lib/core/sh.ts";
import { sshTransport } from "../../../../lib/transport/ssh/mod.ts";
import { sshTest, startSshd } from "./sshd.ts";

const many = 40_000_000;
/** Bytes of every kind, the same at every run. */
const bytes = `openssl enc -aes-128-ctr -K 00 -iv 00 -nosalt -in /dev/zero 2>/dev/null | head -c ${many}`;

async function withServer(
  work: (server: ReturnType<typeof remote>, folder: string, kill: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await using sshd = await startSshd();
    await using server = remote(sshd.target, { transport: sshTransport(sshd.target, { env: {} }) });
    await work(server, folder, () => sshd.cut());
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function names(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
}

sshTest("download() brings 40 MB byte for byte", async () => {
  await withServer(async (server, folder) => {
    const sum = await server.read(raw(`${bytes} | sha256sum | cut -d' ' -f1`));
    const size = await server.download(raw(bytes), `${folder}/it`);
    assertEquals([size, (await digestFile(`${folder}/it`)).sha256], [many, sum]);
  });
});

sshTest("download() leaves nothing when the connection is lost half-way", async () => {
  await withServer(async (server, folder, kill) => {
    let killing: Promise<void> | undefined;
    const lost = server.download(raw(bytes), `${folder}/it`, {
      onProgress: (done) => void (done > 1_000_000 && (killing ??= kill())),
    });
    await assertRejects(() => lost, LostConnectionError);
    await killing;
    assertEquals(await names(folder), []);
  });
});

sshTest("download() lets the server wait when what it sends is taken slowly", async () => {
  await withServer(async (server) => {
    let taken = 0;
    const slow = server.download(raw(`${bytes} && echo all of it is sent >&2`), (chunk) => {
      taken += chunk.length;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    });
    assertEquals(await slow, many);
    assertEquals(taken, many);
  });
});

sshTest("download() says what the command said when it fails after it printed", async () => {
  await withServer(async (server, folder) => {
    const failing = server.download(sh`head -c 3000000 /dev/zero; echo broken >&2; exit 7`, `${folder}/it`);
    const error = await assertRejects(() => failing, CommandError, "status 7");
    assertEquals(error.details, ["broken"]);
    assert((await names(folder)).length === 0);
  });
});
