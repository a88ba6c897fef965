// The choice and order among many keys: a server lets only six be tried (MaxAuthTries).

import { assert, assertEquals } from "@std/assert";
import { ConnectError } from "../../../../lib/core/error.ts";
import { type Ask, sshTransport } from "../../../../lib/transport/ssh/mod.ts";
import { attempt } from "./attempt.ts";
import { makeKey, type Sshd, sshTest, startAgent, startSshd, tool } from "./sshd.ts";

/** A server and somebody with a home directory, who has one key that the server takes and an agent with seven others. */
async function crowd(config: (mine: string) => string, held: "mine too" | "not mine" = "not mine") {
  const server = await startSshd();
  const home = `${server.directory}/me`;
  await Deno.mkdir(`${home}/.ssh`, { recursive: true });
  const mine = await makeKey(`${home}/mine`);
  await Deno.copyFile(`${mine}.pub`, `${server.directory}/authorized_keys`);
  const others = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((n) => makeKey(`${home}/other${n}`)));
  await Deno.writeTextFile(`${home}/.ssh/config`, config(mine));
  const agent = await startAgent(home, ...others, ...held === "mine too" ? [mine] : []);
  return {
    server,
    home,
    mine,
    env: { HOME: home, SSH_AUTH_SOCK: agent.socket },
    async [Symbol.asyncDispose]() {
      await agent[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

type Crowd = Awaited<ReturnType<typeof crowd>>;

/** Connects without a key of the target's own, and says what came of it: "in" or the error. */
function login({ server, env }: Crowd, key?: string): Promise<ConnectError | "in"> {
  const { key: _, ...target } = server.target;
  return attempt({ ...target, ...(key ? { key } : {}) }, { env });
}

sshTest("a key behind more of the agent's than the server lets be tried is asked to be named", async () => {
  await using all = await crowd(() => "", "mine too");
  const error = await login(all);
  assert(error instanceof ConnectError && error.message.includes("no key was accepted"), String(error));
  assert(error.hint?.includes('name the right one by "key", or by IdentityFile'), error.hint);
});

sshTest("of many keys only those that were tried are listed", async () => {
  await using all = await crowd(() => "");
  const error = await login(all);
  assert(error instanceof ConnectError);
  assertEquals(error.details.length, 6);
});

sshTest("the target's key is tried before the agent's", async () => {
  await using all = await crowd(() => "");
  assertEquals(await login(all, all.mine), "in");
});

sshTest("an IdentityFile is tried before the agent's keys", async () => {
  await using all = await crowd((mine) => `IdentityFile ${mine}\n`);
  assertEquals(await login(all), "in");
});

sshTest("several IdentityFiles are tried, those that don't exist aside", async () => {
  await using all = await crowd((mine) =>
    ["absent", "other1", "other2", "mine"].map((name) => `IdentityFile ${mine.replace("mine", name)}\n`).join(
      "",
    )
  );
  assertEquals(await login(all), "in");
});

sshTest("an agent's key is chosen by its public half", async () => {
  await using all = await crowd((mine) => `IdentitiesOnly yes\nIdentityFile ${mine}.pub\n`, "mine too");
  await Deno.remove(all.mine);
  assertEquals(await login(all), "in");
});

sshTest("a key whose file is gone is taken from the agent by the public half beside it", async () => {
  await using all = await crowd((mine) => `IdentitiesOnly yes\nIdentityFile ${mine}\n`, "mine too");
  await Deno.remove(all.mine);
  assertEquals(await login(all), "in");
});

sshTest("with IdentitiesOnly the agent's other keys aren't tried", async () => {
  await using all = await crowd((mine) =>
    `IdentitiesOnly yes\nIdentityFile ${mine.replace("mine", "other1")}\n`
  );
  const error = await login(all);
  assert(error instanceof ConnectError);
  assertEquals(error.details, [`${all.home}/other1: not accepted`]);
});

sshTest("another agent is asked when the configuration names one", async () => {
  await using all = await crowd((mine) => `IdentityAgent ${mine}.d/agent.sock\n`);
  await Deno.mkdir(`${all.mine}.d`);
  await using _agent = await startAgent(`${all.mine}.d`, all.mine);
  assertEquals(await login(all), "in");
});

function knowing(passphrase: string): Ask & { questions: number } {
  return {
    questions: 0,
    line: () => Promise.resolve(null),
    secret() {
      this.questions++;
      return Promise.resolve(passphrase);
    },
  };
}

async function encrypted(server: Sshd, type: string, ...more: string[]): Promise<string> {
  const key = await makeKey(`${server.directory}/locked`, type, "open sesame", ...more);
  await Deno.copyFile(`${key}.pub`, `${server.directory}/authorized_keys`);
  return key;
}

const kinds = [["ed25519"], ["ecdsa", "-b", "384"], ["rsa"], ["rsa", "-m", "PEM"], [
  "ecdsa",
  "-m",
  "PEM",
]] as const;

for (const [type, ...more] of kinds) {
  sshTest(
    `an encrypted key made with "ssh-keygen -t ${[type, ...more].join(" ")}" is asked for`,
    async () => {
      await using server = await startSshd();
      const key = await encrypted(server, type, ...more);
      const ask = knowing("open sesame");
      await using transport = sshTransport({ ...server.target, key }, { env: {}, ask });
      assertEquals([(await transport.exec("echo in", {})).stdout, ask.questions], ["in\n", 1]);
    },
  );
}

sshTest("a key that the server marks as revoked for every host is refused", async () => {
  await using server = await startSshd();
  const file = `${server.directory}/known_hosts`;
  const known = await Deno.readTextFile(file);
  const [type, key] = (await Deno.readTextFile(`${server.directory}/host_ed25519.pub`)).split(" ");
  await Deno.writeTextFile(file, `${known}@revoked * ${type} ${key}\n`);
  await using transport = sshTransport(server.target, { env: {} });
  const error = await transport.exec(":", {}).catch((error) => error);
  assert(error instanceof ConnectError && error.message.includes("marked as revoked"), String(error));
});

sshTest("a server is known by the name that HostKeyAlias gives it", async () => {
  await using server = await startSshd();
  const home = `${server.directory}/me`;
  await Deno.mkdir(`${home}/.ssh`, { recursive: true });
  await Deno.writeTextFile(`${home}/.ssh/config`, "HostKeyAlias shop.example.com\n");
  await tool("sed", "-i", "s/^[^ ]*/shop.example.com/", `${server.directory}/known_hosts`);
  await using transport = sshTransport(server.target, { env: { HOME: home } });
  assertEquals((await transport.exec("echo in", {})).stdout, "in\n");
});
