// Certificates and security tokens' keys, which can't be offered: they are named.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Buffer } from "node:buffer";
import { ConnectError } from "../../../../lib/core/error.ts";
import type { Ask, SshEnv } from "../../../../lib/transport/ssh/mod.ts";
import type { Target } from "../../../../lib/core/target.ts";
import { attempt } from "./attempt.ts";
import { makeKey, type Sshd, sshTest, startAgent, startSshd, tool } from "./sshd.ts";

/** Connects and says what came of it: "in" or the error. */
function login(target: Target, env: SshEnv, ask?: Ask): Promise<ConnectError | "in"> {
  return attempt(target, { env, ...(ask ? { ask } : {}) });
}

/** A server that takes certificates of an authority alone, and somebody who has one beside the key. */
async function certified(config = (_home: string) => "") {
  const directory = await Deno.makeTempDir({ prefix: "alcaide_ca_" });
  const authority = await makeKey(`${directory}/authority`);
  const server = await startSshd({ config: [`TrustedUserCAKeys ${authority}.pub`] });
  await Deno.writeTextFile(`${server.directory}/authorized_keys`, "");
  const home = `${server.directory}/me`;
  await Deno.mkdir(`${home}/.ssh`, { recursive: true });
  const key = await makeKey(`${home}/.ssh/id_ed25519`);
  await tool("ssh-keygen", "-q", "-s", authority, "-I", "me", "-n", "root", `${key}.pub`);
  await Deno.writeTextFile(`${home}/.ssh/config`, config(home));
  return {
    server,
    key,
    home,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await Deno.remove(directory, { recursive: true });
    },
  };
}

function withoutKey({ target: { key: _, ...target } }: Sshd): Target {
  return target;
}

const problem = "it is a certificate, and certificates can't be offered";
const hint =
  "Certificates are not offered: add the plain public key to ~root/.ssh/authorized_keys on the server";

sshTest("ssh gets in by the certificate that is named here", async () => {
  await using it = await certified();
  const { server, key } = it;
  const options = [
    ...["-F", "none", "-o", "BatchMode=yes", "-o", `UserKnownHostsFile=${server.directory}/known_hosts`],
    ...["-p", `${server.port}`, "-i", key],
  ];
  assertEquals(await tool("ssh", ...options, "root@127.0.0.1", "echo in"), "in\n");
});

sshTest("a certificate beside a key is named", async () => {
  await using it = await certified();
  const error = await login(withoutKey(it.server), { HOME: it.home });
  assert(error instanceof ConnectError);
  assertEquals(error.details, [`${it.key}: not accepted`, `${it.key}-cert.pub: ${problem}`]);
  assertEquals(error.hint, hint);
});

sshTest("a CertificateFile is named", async () => {
  await using it = await certified((home) => `CertificateFile ${home}/cert\nIdentityFile ${home}/absent\n`);
  await Deno.rename(`${it.key}-cert.pub`, `${it.home}/cert`);
  const error = await login(withoutKey(it.server), { HOME: it.home });
  assert(error instanceof ConnectError);
  assertEquals([error.details, error.hint], [[`${it.home}/cert: ${problem}`], hint]);
});

sshTest("a certificate as IdentityFile is named, and not taken for a key of the agent's", async () => {
  await using it = await certified((home) => `IdentityFile ${home}/.ssh/id_ed25519-cert.pub\n`);
  await using agent = await startAgent(it.home, it.key);
  const error = await login(withoutKey(it.server), { HOME: it.home, SSH_AUTH_SOCK: agent.socket });
  assert(error instanceof ConnectError);
  assertStringIncludes(error.details[0] ?? "", `${it.key}-cert.pub: ${problem}`);
});

sshTest("of an agent's key and certificate the key is offered, the certificate named", async () => {
  await using it = await certified();
  await using agent = await startAgent(it.home, it.key);
  const env = { HOME: "/nonexistent", SSH_AUTH_SOCK: agent.socket };
  const error = await login(withoutKey(it.server), env);
  assert(error instanceof ConnectError);
  assertEquals(error.details.map((line) => line.replace(/^ssh-agent: \S+: /, "")), ["not accepted", problem]);
  await Deno.copyFile(`${it.key}.pub`, `${it.server.directory}/authorized_keys`);
  assertEquals(await login(withoutKey(it.server), env), "in");
});

function field(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** An agent that holds keys of these types. */
function agentWith(socket: string, types: readonly string[]): AsyncDisposable {
  const keys = types.flatMap((type) => [field(field(Buffer.from(type))), field(Buffer.from(`my ${type}`))]);
  const body = field(Buffer.concat([Buffer.from([12, 0, 0, 0, types.length]), ...keys]));
  const listener = Deno.listen({ transport: "unix", path: socket });
  const serving = (async () => {
    for await (const connection of listener) {
      using _ = connection;
      await connection.read(new Uint8Array(5));
      // In two pieces, as a stream may give it.
      await connection.write(body.subarray(0, 7));
      await connection.write(body.subarray(7));
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving;
    },
  };
}

sshTest("an agent that holds only what can't be offered isn't said to hold nothing", async () => {
  await using server = await startSshd();
  const socket = `${server.directory}/agent`;
  const types = ["ssh-ed25519-cert-v01@openssh.com", "sk-ssh-ed25519@openssh.com", "ssh-dss"];
  await using _agent = agentWith(socket, types);
  const error = await login(withoutKey(server), { SSH_AUTH_SOCK: socket });
  assert(error instanceof ConnectError);
  assertEquals(error.details, [
    `ssh-agent: my ${types[0]}: ${problem}`,
    `ssh-agent: my ${types[1]}: it is a security token's key (FIDO), and such keys can't be offered`,
    `ssh-agent: my ${types[2]}: it is of the type ssh-dss, which can't be offered`,
  ]);
});

sshTest("an empty agent is said to hold no keys", async () => {
  await using server = await startSshd();
  await using agent = await startAgent(server.directory);
  const error = await login(withoutKey(server), { SSH_AUTH_SOCK: agent.socket });
  assert(error instanceof ConnectError);
  assertEquals(error.details, ["ssh-agent: it holds no keys"]);
});

sshTest("an authority of known_hosts is named where only it knows the server", async () => {
  await using server = await startSshd();
  const file = `${server.directory}/known_hosts`;
  const authority = await makeKey(`${server.directory}/authority`);
  const line = `@cert-authority * ${await Deno.readTextFile(`${authority}.pub`)}`;
  await Deno.writeTextFile(file, `# mine\n${line}`);
  const error = await login(server.target, {});
  assert(error instanceof ConnectError);
  const said =
    `Line 2 of ${file} names an authority for its certificate, but certificates can't be checked here`;
  assert(error.details.includes(said), error.details.join("\n"));
  assertStringIncludes(error.hint ?? "", "Give its plain key's fingerprint as hostKey in the Alcaidefile");
  const questions: string[] = [];
  const ask = {
    line: (question: string) => Promise.resolve(questions.push(question) > 0 ? "yes" : null),
    secret: () => Promise.resolve(null),
  };
  assertEquals(await login(server.target, {}, ask), "in");
  assertStringIncludes(questions[0] ?? "", `\n${said}\n`);
});
