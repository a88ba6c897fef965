// Forms of key files besides OpenSSH's own, and who may read them.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Buffer } from "node:buffer";
import { ConnectError } from "../../../../lib/core/error.ts";
import { type Ask, sshTransport } from "../../../../lib/transport/ssh/mod.ts";
import { attempt } from "./attempt.ts";
import { makeKey, type Sshd, sshTest, startSshd, tool } from "./sshd.ts";

/** Connects and says what came of it: "in" or the error. */
function login(server: Sshd, key: string, ask?: Ask): Promise<ConnectError | "in"> {
  return attempt({ ...server.target, key }, { env: {}, ...(ask ? { ask } : {}) });
}

function knowing(passphrase: string): Ask & { questions: string[] } {
  const questions: string[] = [];
  return {
    questions,
    line: () => Promise.resolve(null),
    secret(question) {
      questions.push(question);
      return Promise.resolve(passphrase);
    },
  };
}

/** Lets a key in, and leaves nothing of its public half beside it. */
async function authorize({ directory }: Sshd, key: string): Promise<string> {
  await Deno.rename(`${key}.pub`, `${directory}/authorized_keys`);
  return key;
}

/** A key as `openssl` makes it, which only the newest ssh-keygen reads. */
async function opensslKey(server: Sshd, ...locked: string[]): Promise<string> {
  const [made, key] = [`${server.directory}/made`, `${server.directory}/mine`];
  await tool("openssl", "genpkey", "-algorithm", "ed25519", "-out", made);
  await tool("openssl", "pkey", "-in", made, "-pubout", "-outform", "DER", "-out", `${made}.der`);
  const point = (await Deno.readFile(`${made}.der`)).subarray(-32);
  const blob = Buffer.concat([Buffer.from("\0\0\0\x0bssh-ed25519\0\0\0\x20"), point]).toString("base64");
  await Deno.writeTextFile(`${server.directory}/authorized_keys`, `ssh-ed25519 ${blob}\n`);
  if (locked.length === 0) await Deno.rename(made, key);
  else {await tool(
      "openssl",
      "pkcs8",
      "-topk8",
      "-in",
      made,
      "-out",
      key,
      "-passout",
      "pass:open sesame",
      ...locked,
    );}
  await Deno.chmod(key, 0o600);
  return key;
}

for (const [type, bits] of [["rsa", 2048], ["ecdsa", 256], ["ecdsa", 384], ["ecdsa", 521]] as const) {
  sshTest(`a PKCS#8 key of ${type} with ${bits} bits lets in`, async () => {
    await using server = await startSshd();
    const key = await makeKey(`${server.directory}/mine`, type, "", "-b", `${bits}`, "-m", "PKCS8");
    assertStringIncludes(await Deno.readTextFile(key), "-----BEGIN PRIVATE KEY-----");
    assertEquals(await login(server, await authorize(server, key)), "in");
  });

  sshTest(`the passphrase of a PKCS#8 key of ${type} with ${bits} bits is asked for`, async () => {
    await using server = await startSshd();
    const key = `${server.directory}/mine`;
    await makeKey(key, type, "open sesame", "-b", `${bits}`, "-m", "PKCS8");
    assertStringIncludes(await Deno.readTextFile(key), "-----BEGIN ENCRYPTED PRIVATE KEY-----");
    const ask = knowing("open sesame");
    assertEquals(await login(server, await authorize(server, key), ask), "in");
    assertEquals(ask.questions, [`Passphrase of the key ${key}: `]);
  });
}

sshTest("an Ed25519 key of openssl lets in", async () => {
  await using server = await startSshd();
  assertEquals(await login(server, await opensslKey(server)), "in");
});

for (const more of [["-v2", "aes-256-cbc"], ["-scrypt"]]) {
  sshTest(`an Ed25519 key that openssl encrypts with ${more.join(" ")} lets in`, async () => {
    await using server = await startSshd();
    const ask = knowing("open sesame");
    assertEquals(await login(server, await opensslKey(server, ...more), ask), "in");
    assertEquals(ask.questions.length, 1);
  });
}

sshTest("a wrong passphrase of a PKCS#8 key is asked for again, three times at most", async () => {
  await using server = await startSshd();
  const key = await opensslKey(server, "-v2", "aes-256-cbc");
  const ask = knowing("wrong");
  const error = await login(server, key, ask);
  assert(error instanceof ConnectError);
  assertEquals(error.message, `Cannot use the key "${key}": its passphrase was wrong three times`);
  assertEquals(ask.questions.length, 3);
});

sshTest("a PKCS#8 key in an old cipher is named, and nobody is asked", async () => {
  await using server = await startSshd();
  const key = await opensslKey(server, "-v2", "des3");
  const ask = knowing("open sesame");
  const error = await login(server, key, ask);
  assert(error instanceof ConnectError);
  assertEquals(
    [error.message, error.hint, ask.questions],
    [
      `Cannot use the key "${key}": it is encrypted by an old cipher, which is not understood`,
      `It must be a private key of OpenSSH, PEM or PKCS#8; "ssh-keygen -p -f ${key}" rewrites one`,
      [],
    ],
  );
});

sshTest("an encrypted PKCS#8 key without a terminal is an error that says so", async () => {
  await using server = await startSshd();
  const key = await opensslKey(server, "-v2", "aes-256-cbc");
  const error = await login(server, key);
  assert(error instanceof ConnectError);
  assertStringIncludes(error.message, "it is encrypted, and there is no terminal to ask for its passphrase");
  assertStringIncludes(error.hint ?? "", `ssh-add ${key}`);
});

sshTest("an encrypted key in the old PEM form without its public half is asked for", async () => {
  await using server = await startSshd();
  const key = await makeKey(`${server.directory}/mine`, "rsa", "open sesame", "-m", "PEM");
  const ask = knowing("open sesame");
  assertEquals(await login(server, await authorize(server, key), ask), "in");
  assertEquals(ask.questions.length, 1);
});

sshTest("a PKCS#8 key of another kind is named", async () => {
  await using server = await startSshd();
  const key = `${server.directory}/mine`;
  await tool("openssl", "genpkey", "-algorithm", "x25519", "-out", key);
  const error = await login(server, key);
  assert(error instanceof ConnectError);
  assertEquals(error.message, `Cannot use the key "${key}": it is of a kind that SSH doesn't use`);
});

for (const mode of [0o644, 0o640, 0o604]) {
  sshTest(`a key that others may read is refused: mode ${mode.toString(8)}`, async () => {
    await using server = await startSshd();
    const { key = "" } = server.target;
    await Deno.chmod(key, mode);
    const error = await login(server, key);
    assert(error instanceof ConnectError);
    assertEquals(
      [error.message, error.hint],
      [
        `Cannot use the key "${key}": others may read it`,
        `Make it yours alone with "chmod 600 ${key}", as OpenSSH wants it too`,
      ],
    );
  });
}

sshTest("a usual key that others may read is passed over and named", async () => {
  await using server = await startSshd();
  const ssh = `${server.directory}/me/.ssh`;
  await Deno.mkdir(ssh, { recursive: true });
  await makeKey(`${ssh}/id_ed25519`);
  await Deno.chmod(`${ssh}/id_ed25519`, 0o644);
  const { key: _, ...target } = server.target;
  await using transport = sshTransport(target, { env: { HOME: `${server.directory}/me` } });
  const error = await transport.exec(":", {}).catch((error) => error);
  assert(error instanceof ConnectError);
  assertEquals(error.details, [
    `${ssh}/id_ed25519: others may read it (Make it yours alone with "chmod 600 ${ssh}/id_ed25519", as OpenSSH wants it too)`,
  ]);
});
