// Unknown keys where nobody is asked: StrictHostKeyChecking, and fingerprints of the configuration.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ConnectError } from "../../../../lib/core/error.ts";
import { attempt } from "./attempt.ts";
import { knownLine, makeKey, type Sshd, sshTest, startSshd, tool } from "./sshd.ts";

/** Somebody with a configuration of this text, who knows no server yet, and what they are told. */
async function newcomer(server: Sshd, config: string) {
  const home = `${server.directory}/me`;
  await Deno.mkdir(`${home}/.ssh`, { recursive: true });
  await Deno.writeTextFile(`${home}/.ssh/config`, config);
  const { knownHosts: _, ...target } = server.target;
  const warnings: string[] = [];
  const questions: string[] = [];
  const ask = {
    line: (question: string) => Promise.resolve(questions.push(question) > 0 ? "yes" : null),
    secret: () => Promise.resolve(null),
  };
  const options = { env: { HOME: home }, warn: (text: string) => void warnings.push(text), ask };
  return { file: `${home}/.ssh/known_hosts`, target, options, warnings, questions };
}

async function fingerprintOf(path: string): Promise<string> {
  return (await tool("ssh-keygen", "-lf", path)).split(" ")[1] ?? "";
}

sshTest("with accept-new an unknown key is written and said, once for several connections", async () => {
  await using server = await startSshd();
  const { file, target, options, warnings, questions } = await newcomer(
    server,
    "StrictHostKeyChecking accept-new\n",
  );
  const attempts = [1, 2].map(() => attempt(target, options));
  assertEquals(await Promise.all(attempts), ["in", "in"]);
  assertEquals(
    await Deno.readTextFile(file),
    await knownLine(server.port, `${server.directory}/host_ed25519`),
  );
  const fingerprint = await fingerprintOf(`${server.directory}/host_ed25519`);
  assertEquals(warnings, [
    `The key of [127.0.0.1]:${server.port} was not known, and is now in ${file}: ED25519 ${fingerprint}`,
  ]);
  assertEquals(questions, []);
});

sshTest("with accept-new a changed key is refused all the same", async () => {
  await using server = await startSshd();
  const { file, target, options } = await newcomer(server, "StrictHostKeyChecking accept-new\n");
  const line = await knownLine(server.port, await makeKey(`${server.directory}/other`));
  await Deno.writeTextFile(file, line);
  const error = await attempt(target, options);
  assert(
    error instanceof ConnectError && error.message.includes("differs from the known one"),
    String(error),
  );
  assertEquals(await Deno.readTextFile(file), line);
});

for (const nowhere of ["none", "/dev/null"]) {
  sshTest(`accept-new with UserKnownHostsFile ${nowhere} would accept any key, and is refused`, async () => {
    await using server = await startSshd();
    const config = `StrictHostKeyChecking accept-new\nUserKnownHostsFile ${nowhere}\n`;
    const { target, options } = await newcomer(server, config);
    const error = await attempt(target, options);
    assert(error instanceof ConnectError);
    assertStringIncludes(error.message, "StrictHostKeyChecking accept-new has no file to keep its key in");
    assertStringIncludes(error.hint ?? "", "UserKnownHostsFile");
  });
}

for (const word of ["no", "off"]) {
  sshTest(`StrictHostKeyChecking ${word} is named and refused, and nobody is asked`, async () => {
    await using server = await startSshd();
    const { target, options, questions } = await newcomer(server, `StrictHostKeyChecking ${word}\n`);
    const error = await attempt(target, options);
    assert(error instanceof ConnectError);
    assertStringIncludes(error.message, "its key is not known, and StrictHostKeyChecking no");
    assertStringIncludes(error.hint ?? "", 'Write "StrictHostKeyChecking accept-new"');
    assertEquals(questions, []);
  });
}

sshTest("with StrictHostKeyChecking yes nobody is asked", async () => {
  await using server = await startSshd();
  const { file, target, options, questions } = await newcomer(server, "StrictHostKeyChecking yes\n");
  const error = await attempt(target, options);
  assert(error instanceof ConnectError);
  assertStringIncludes(error.message, "its key is not known");
  assert(error.details.includes(`There is no ${file}`), error.details.join());
  assertEquals(questions, []);
});

sshTest("with StrictHostKeyChecking ask a person is asked", async () => {
  await using server = await startSshd();
  const { target, options, questions } = await newcomer(server, "StrictHostKeyChecking ask\n");
  assertEquals([await attempt(target, options), questions.length], ["in", 1]);
});

sshTest("a fingerprint of the configuration needs no file, and writes none", async () => {
  await using server = await startSshd();
  const { file, target, options, questions } = await newcomer(server, "");
  const hostKey = [`SHA256:${"a".repeat(43)}`, await fingerprintOf(`${server.directory}/host_ed25519`)];
  assertEquals([await attempt({ ...target, hostKey }, options), questions], ["in", []]);
  assertEquals(await Deno.stat(file).catch(() => "absent"), "absent");
});

sshTest(
  "another key than the fingerprint of the configuration is refused, whatever known_hosts says",
  async () => {
    await using server = await startSshd();
    const hostKey = `SHA256:${"a".repeat(43)}`;
    const error = await attempt({ ...server.target, hostKey }, { env: {} });
    assert(error instanceof ConnectError);
    assertEquals(
      error.message,
      `Cannot trust "root@127.0.0.1:${server.port}": its ED25519 key differs from hostKey`,
    );
    const shown = await fingerprintOf(`${server.directory}/host_ed25519`);
    assertEquals(error.details, [`It shows ${shown}; hostKey says ${hostKey}`]);
  },
);

sshTest("a key that is marked as revoked is refused, whatever the configuration says", async () => {
  await using server = await startSshd();
  const line = await knownLine(server.port, `${server.directory}/host_ed25519`);
  await Deno.writeTextFile(`${server.directory}/known_hosts`, `@revoked ${line}`);
  const hostKey = await fingerprintOf(`${server.directory}/host_ed25519`);
  const error = await attempt({ ...server.target, hostKey }, { env: {} });
  assert(error instanceof ConnectError && error.message.includes("marked as revoked"), String(error));
});
