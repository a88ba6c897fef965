import { assert, assertEquals } from "@std/assert";
import { ConnectError } from "../../../../lib/core/error.ts";
import type { Ask } from "../../../../lib/transport/ssh/mod.ts";
import type { Target } from "../../../../lib/core/target.ts";
import { attempt } from "./attempt.ts";
import { makeKey, type Sshd, sshTest, startAgent, startSshd, tool } from "./sshd.ts";

function withoutKey(server: Sshd): Target {
  const { key: _, ...target } = server.target;
  return target;
}

async function authorize(server: Sshd, ...keys: string[]): Promise<void> {
  const lines = await Promise.all(keys.map((key) => Deno.readTextFile(`${key}.pub`)));
  await Deno.writeTextFile(`${server.directory}/authorized_keys`, lines.join(""));
}

function knowing(...passphrases: string[]): Ask & { questions: string[] } {
  const questions: string[] = [];
  return {
    questions,
    line: () => Promise.resolve(null),
    secret(question) {
      questions.push(question);
      return Promise.resolve(passphrases.shift() ?? null);
    },
  };
}

for (
  const [type, bits] of [["ed25519", 256], ["ecdsa", 256], ["ecdsa", 384], ["ecdsa", 521], [
    "rsa",
    2048,
  ]] as const
) {
  sshTest(`an ${type} key of ${bits} bits lets in`, async () => {
    await using server = await startSshd();
    const key = await makeKey(`${server.directory}/mine`, type, "", "-b", String(bits));
    await authorize(server, key);
    assertEquals(await attempt({ ...server.target, key }, { env: {} }), "in");
  });
}

sshTest("a key in the old PEM form lets in", async () => {
  await using server = await startSshd();
  const key = await makeKey(`${server.directory}/mine`, "rsa", "", "-m", "PEM");
  await authorize(server, key);
  assertEquals(await attempt({ ...server.target, key }, { env: {} }), "in");
});

sshTest("the usual keys are tried one by one", async () => {
  await using server = await startSshd();
  await Deno.mkdir(`${server.directory}/me/.ssh`, { recursive: true });
  await makeKey(`${server.directory}/me/.ssh/id_ed25519`);
  await authorize(server, await makeKey(`${server.directory}/me/.ssh/id_rsa`, "rsa"));
  assertEquals(await attempt(withoutKey(server), { env: { HOME: `${server.directory}/me` } }), "in");
});

sshTest("a key that isn't accepted is named", async () => {
  await using server = await startSshd();
  const key = await makeKey(`${server.directory}/wrong`);
  const error = await attempt({ ...server.target, key }, { env: {} });
  assert(error instanceof ConnectError);
  assertEquals(error.message, `Cannot log in to "root@127.0.0.1:${server.port}": no key was accepted`);
  assertEquals(error.details, [`${key}: not accepted`]);
});

sshTest("having no key at all is said", async () => {
  await using server = await startSshd();
  const error = await attempt(withoutKey(server), { env: { HOME: "/nonexistent" } });
  assert(error instanceof ConnectError);
  const [first, second, third] = ["ed25519", "ecdsa", "rsa"].map((type) => `/nonexistent/.ssh/id_${type}`);
  assertEquals([error.details, error.hint], [
    [`There was no key to try: no ${first}, ${second} or ${third}`],
    'Make a key with "ssh-keygen -t ed25519" and add its public half to ~root/.ssh/authorized_keys on the server, or name yours by "key"',
  ]);
});

sshTest("a key file that doesn't exist is said", async () => {
  await using server = await startSshd();
  const error = await attempt({ ...server.target, key: "/nonexistent/key" }, { env: {} });
  assert(error instanceof ConnectError && error.message.includes("there is no such file"));
});

sshTest("a key file that is none is said", async () => {
  await using server = await startSshd();
  const key = `${server.directory}/sshd_config`;
  const error = await attempt({ ...server.target, key }, { env: {} });
  assert(error instanceof ConnectError && error.message.includes(`Cannot use the key "${key}"`));
});

sshTest("the passphrase of an encrypted key is asked for, three times at most", async () => {
  await using server = await startSshd();
  const key = await makeKey(`${server.directory}/locked`, "ed25519", "open sesame");
  await authorize(server, key);
  const ask = knowing("wrong", "wrong again", "open sesame");
  assertEquals(await attempt({ ...server.target, key }, { env: {}, ask }), "in");
  assertEquals(ask.questions.length, 3);
});

sshTest("a passphrase given once is enough for all servers", async () => {
  await using server = await startSshd();
  const key = await makeKey(`${server.directory}/locked`, "ed25519", "open sesame");
  await authorize(server, key);
  const ask = knowing("open sesame");
  const attempts = [1, 2].map(() => attempt({ ...server.target, key }, { env: {}, ask }));
  assertEquals(await Promise.all(attempts), ["in", "in"]);
  assertEquals(ask.questions.length, 1);
});

sshTest("the passphrase of a key that the server doesn't take isn't asked for", async () => {
  await using server = await startSshd();
  const key = await makeKey(`${server.directory}/locked`, "ed25519", "open sesame");
  const ask = knowing("open sesame");
  const error = await attempt({ ...server.target, key }, { env: {}, ask });
  assert(error instanceof ConnectError);
  assertEquals(ask.questions, []);
});

sshTest("an encrypted key without a terminal is an error that says so", async () => {
  await using server = await startSshd();
  const key = await makeKey(`${server.directory}/locked`, "ed25519", "open sesame");
  await authorize(server, key);
  const error = await attempt({ ...server.target, key }, { env: {} });
  assert(error instanceof ConnectError);
  assert(
    error.details.join().includes("there is no terminal to ask for its passphrase"),
    error.details.join(),
  );
});

sshTest("a key that ssh-agent holds lets in", async () => {
  await using server = await startSshd();
  const key = await makeKey(`${server.directory}/mine`, "rsa");
  await using agent = await startAgent(server.directory, await makeKey(`${server.directory}/other`), key);
  await authorize(server, key);
  assertEquals(await attempt(withoutKey(server), { env: { SSH_AUTH_SOCK: agent.socket } }), "in");
});

sshTest("an encrypted key file that ssh-agent holds needs no passphrase", async () => {
  await using server = await startSshd();
  const key = await makeKey(`${server.directory}/mine`);
  await using agent = await startAgent(server.directory, key);
  await authorize(server, key);
  await tool("ssh-keygen", "-q", "-p", "-P", "", "-N", "open sesame", "-f", key);
  const options = { env: { SSH_AUTH_SOCK: agent.socket } };
  assertEquals(await attempt({ ...server.target, key }, options), "in");
});

sshTest("an agent that can't be reached is named among what was tried", async () => {
  await using server = await startSshd();
  const error = await attempt(withoutKey(server), { env: { SSH_AUTH_SOCK: "/nonexistent/agent" } });
  assert(error instanceof ConnectError);
  assert(
    error.details.join().includes("ssh-agent: it can't be reached at /nonexistent/agent"),
    error.details.join(),
  );
});
