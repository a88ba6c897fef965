import { assert, assertEquals, assertRejects } from "@std/assert";
import { setTimeout as delay } from "node:timers/promises";
import { ConnectError } from "../../../../lib/core/error.ts";
import type { Target } from "../../../../lib/core/target.ts";
import { type Ask, sshTransport } from "../../../../lib/transport/ssh/mod.ts";
import { attempt } from "./attempt.ts";
import { knownLine, makeKey, sshTest, startSshd, tool } from "./sshd.ts";

const env = {};

/** Connects and says what came of it: "in" or the error. */
function login(target: Target, ask?: Ask): Promise<ConnectError | "in"> {
  return attempt(target, { env, ...(ask ? { ask } : {}) });
}

/** Somebody who gives these answers, then none. */
function person(...answers: string[]): Ask & { questions: string[] } {
  const questions: string[] = [];
  return {
    questions,
    line(question) {
      questions.push(question);
      return Promise.resolve(answers.shift() ?? null);
    },
    secret: () => Promise.resolve(null),
  };
}

sshTest("an unknown key is refused where nobody can be asked", async () => {
  await using server = await startSshd();
  await Deno.writeTextFile(`${server.directory}/known_hosts`, "");
  const error = await login(server.target);
  assert(error instanceof ConnectError);
  assertEquals(error.message, `Cannot trust "root@127.0.0.1:${server.port}": its key is not known`);
  assert(error.hint?.includes(`ssh -p ${server.port} root@127.0.0.1`), error.hint);
});

sshTest("an unknown key is asked about with its fingerprint", async () => {
  await using server = await startSshd();
  await Deno.writeTextFile(`${server.directory}/known_hosts`, "");
  const ask = person("no");
  const error = await login(server.target, ask);
  const fingerprint = (await tool("ssh-keygen", "-lf", `${server.directory}/host_ed25519`)).split(" ")[1];
  assert(error instanceof ConnectError && error.message.includes("was not accepted"));
  assert(ask.questions[0]?.includes(`ED25519 key fingerprint is ${fingerprint}.`), ask.questions[0]);
});

sshTest("a server waits while a person thinks about its key, and is asked about once", async () => {
  await using server = await startSshd();
  await Deno.writeTextFile(`${server.directory}/known_hosts`, "");
  const ask = person("no");
  const slow: Ask = { ...ask, line: async (question) => (await delay(300), await ask.line(question)) };
  const error = await login(server.target, slow);
  assert(error instanceof ConnectError && error.message.includes("was not accepted"), String(error));
  assertEquals(ask.questions.length, 1);
});

sshTest("the files that were looked at are named", async () => {
  await using server = await startSshd();
  const file = `${server.directory}/known_hosts`;
  await Deno.writeTextFile(file, "");
  const read = await login(server.target);
  assert(read instanceof ConnectError && read.details.includes(`It is not in ${file}`), String(read));
  await Deno.remove(file);
  const absent = await login(server.target);
  assert(absent instanceof ConnectError && absent.details.includes(`There is no ${file}`), String(absent));
});

sshTest("only the whole word is a yes, and no other word a no", async () => {
  await using server = await startSshd();
  await Deno.writeTextFile(`${server.directory}/known_hosts`, "");
  const hesitant = person("y", "", "NO");
  const error = await login(server.target, hesitant);
  assert(error instanceof ConnectError && error.message.includes("was not accepted"));
  assertEquals(hesitant.questions.slice(1), Array(2).fill('Please type "yes", "no" or the fingerprint:'));
  assertEquals(await login(server.target, person("y", "YES")), "in");
});

sshTest("the fingerprint is a yes, another one is not", async () => {
  await using server = await startSshd();
  await Deno.writeTextFile(`${server.directory}/known_hosts`, "");
  const [, fingerprint = ""] = (await tool("ssh-keygen", "-lf", `${server.directory}/host_ed25519`)).split(
    " ",
  );
  const wrong = await login(server.target, person(`SHA256:${"a".repeat(43)}`));
  assert(wrong instanceof ConnectError && wrong.message.includes("was not accepted"));
  assertEquals(await login(server.target, person(fingerprint)), "in");
});

sshTest("a key that wasn't accepted isn't remembered", async () => {
  await using server = await startSshd();
  await Deno.writeTextFile(`${server.directory}/known_hosts`, "# mine\n");
  await login(server.target, person("no"));
  assertEquals(await Deno.readTextFile(`${server.directory}/known_hosts`), "# mine\n");
});

sshTest("an accepted key is remembered below the other lines", async () => {
  await using server = await startSshd();
  const file = `${server.directory}/known_hosts`;
  await Deno.writeTextFile(file, "# mine, without an end");
  assertEquals(await login(server.target, person("yes")), "in");
  const line = await knownLine(server.port, `${server.directory}/host_ed25519`);
  assertEquals(await Deno.readTextFile(file), `# mine, without an end\n${line}`);
});

sshTest("an accepted key isn't asked about again", async () => {
  await using server = await startSshd();
  const file = `${server.directory}/ssh/known_hosts`;
  const ask = person("yes");
  await login({ ...server.target, knownHosts: file }, ask);
  assertEquals(await login({ ...server.target, knownHosts: file }, ask), "in");
  assertEquals(ask.questions.length, 1);
});

sshTest("a new known_hosts file is for its owner only", async () => {
  await using server = await startSshd();
  const file = `${server.directory}/ssh/known_hosts`;
  await login({ ...server.target, knownHosts: file }, person("yes"));
  const modes = [file, `${server.directory}/ssh`].map((path) => (Deno.statSync(path).mode ?? 0) & 0o777);
  assertEquals(modes, [0o600, 0o700]);
});

sshTest("two connections at once ask once", async () => {
  await using server = await startSshd();
  await Deno.writeTextFile(`${server.directory}/known_hosts`, "");
  const ask = person("yes");
  assertEquals(await Promise.all([login(server.target, ask), login(server.target, ask)]), ["in", "in"]);
  assertEquals(ask.questions.length, 1);
});

sshTest("a changed key is refused with file and line, and nobody is asked", async () => {
  await using server = await startSshd();
  const file = `${server.directory}/known_hosts`;
  const other = await makeKey(`${server.directory}/other`);
  await Deno.writeTextFile(file, `# first line\n${await knownLine(server.port, other)}`);
  const ask = person("yes");
  const error = await login(server.target, ask);
  assert(error instanceof ConnectError && error.message.includes("differs from the known one"));
  assert(error.details.join().includes(`line 2 of ${file}`), error.details.join());
  assertEquals(ask.questions, []);
});

sshTest("a revoked key is refused", async () => {
  await using server = await startSshd();
  const file = `${server.directory}/known_hosts`;
  const line = await knownLine(server.port, `${server.directory}/host_ed25519`);
  await Deno.writeTextFile(file, `${line}@revoked ${line}`);
  const error = await login(server.target, person("yes"));
  assert(error instanceof ConnectError && error.message.includes("marked as revoked"));
});

sshTest("a hashed known_hosts file is understood", async () => {
  await using server = await startSshd();
  await tool("ssh-keygen", "-q", "-H", "-f", `${server.directory}/known_hosts`);
  assert((await Deno.readTextFile(`${server.directory}/known_hosts`)).startsWith("|1|"));
  assertEquals(await login(server.target), "in");
});

for (const type of ["rsa", "ecdsa", "ed25519"] as const) {
  sshTest(`a server with several keys is known by its ${type} key alone`, async () => {
    await using server = await startSshd({ hostKeys: ["ed25519", "ecdsa", "rsa"] });
    const line = await knownLine(server.port, `${server.directory}/host_${type}`);
    await Deno.writeTextFile(`${server.directory}/known_hosts`, line);
    assertEquals(await login(server.target), "in");
  });
}

sshTest("a server that hides its known key behind one of another type is refused", async () => {
  await using server = await startSshd({ hostKeys: ["ed25519"] });
  const other = await makeKey(`${server.directory}/other`, "rsa");
  await Deno.writeTextFile(`${server.directory}/known_hosts`, await knownLine(server.port, other));
  const error = await login(server.target, person("yes"));
  assert(
    error instanceof ConnectError &&
      error.message.includes("it shows an ED25519 key, but an RSA key is known"),
  );
});

sshTest("a known_hosts file that can't be read is an error", async () => {
  await using server = await startSshd();
  await using transport = sshTransport({ ...server.target, knownHosts: server.directory }, { env });
  await assertRejects(() => transport.exec(":", {}), ConnectError, `Cannot read "${server.directory}"`);
});
