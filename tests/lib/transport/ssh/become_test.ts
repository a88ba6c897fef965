import { assert, assertEquals, assertRejects } from "@std/assert";
import { ConnectError } from "../../../../lib/core/error.ts";
import { noRoot } from "../../../../lib/transport/ssh/failures.ts";
import { sshTransport } from "../../../../lib/transport/ssh/mod.ts";
import { resolveTarget } from "../../../../lib/transport/ssh/resolve.ts";
import { exists, sshTest, startSshd, until } from "./sshd.ts";

const env = {};
const noDoas = exists("/usr/bin/doas") ? undefined : "needs doas (package opendoas)";
const noSudo = exists("/usr/bin/sudo") ? undefined : "needs sudo";
const noCsh = ["/bin/csh", "/usr/bin/csh"].find(exists) ? undefined : "needs csh (package tcsh)";
const csh = exists("/bin/csh") ? "/bin/csh" : "/usr/bin/csh";
const rule = "permit nopass deploy as root";
const sudoers = "deploy ALL=(ALL) NOPASSWD: ALL";

sshTest("a user becomes root by doas", async () => {
  await using server = await startSshd({ doas: rule });
  await using transport = sshTransport(server.user, { env });
  assertEquals(await transport.exec("id -u; exit 3", {}), { code: 3, stdout: "0\n", stderr: "" });
}, noDoas);

sshTest("a user becomes root by sudo", async () => {
  await using server = await startSshd({ sudo: sudoers });
  await using transport = sshTransport(server.user, { env });
  assertEquals((await transport.exec("id -u", {})).stdout, "0\n");
}, noSudo);

for (const way of ["doas", "sudo"] as const) {
  const missing = way === "doas" ? noDoas : noSudo;
  sshTest(`a stream reaches a script whole through ${way}`, async () => {
    await using server = await startSshd(way === "doas" ? { doas: rule } : { sudo: sudoers });
    await using transport = sshTransport(server.user, { env });
    const exit = await transport.exec("id -u; wc -c", { stdin: new Uint8Array(2_000_000) });
    assertEquals(exit.stdout, "0\n2000000\n");
  }, missing);

  sshTest(`a script behind ${way} ends when nobody waits for it`, async () => {
    await using server = await startSshd(way === "doas" ? { doas: rule } : { sudo: sudoers });
    await using transport = sshTransport(server.user, { env });
    const controller = new AbortController();
    let pid = "";
    const running = transport.exec("echo $$; sleep 60", {
      signal: controller.signal,
      onLine: (line) => {
        pid = line;
        controller.abort(new Error("enough"));
      },
    });
    await assertRejects(() => running, Error, "enough");
    await until(() => !exists(`/proc/${pid}/status`), "the script is gone");
    assertEquals(exists(`/proc/${pid}/status`), false);
  }, missing);
}

sshTest("sudo is taken when doas has no rule", async () => {
  await using server = await startSshd({ doas: "permit nopass nobody as root", sudo: sudoers });
  await using transport = sshTransport(server.user, { env });
  assertEquals((await transport.exec("id -u", {})).stdout, "0\n");
}, noDoas ?? noSudo);

sshTest("a user who can't become root is told which line to add", async () => {
  await using server = await startSshd();
  await using transport = sshTransport(server.user, { env });
  const error = await assertRejects(() => transport.exec(":", {}), ConnectError, "by doas or sudo");
  assert(error.hint?.includes('"permit nopass deploy as root" to /usr/local/etc/doas.conf'), error.hint);
});

sshTest("doas that asks for a password is an error with its words", async () => {
  await using server = await startSshd({ doas: "permit deploy as root" });
  await using transport = sshTransport({ ...server.user, become: "doas" }, { env });
  const error = await assertRejects(() => transport.exec("exit 1", {}), ConnectError, "Cannot become root");
  assert(/doas: Auth\w+ required/.test(error.details.join()), error.details.join());
}, noDoas);

sshTest("a doas.conf with a mistake is named, with what shows the line", async () => {
  await using server = await startSshd({ doas: "permit nopass deploy as" });
  await using transport = sshTransport(server.user, { env });
  const error = await assertRejects(() => transport.exec(":", {}), ConnectError, "Cannot become root");
  assertEquals(
    error.hint,
    'As root there, correct /usr/local/etc/doas.conf: "doas -C /usr/local/etc/doas.conf" names the line',
  );
}, noDoas);

const unsafe = [
  ["doas: /usr/local/etc/doas.conf is writable by group or other", "/usr/local/etc/doas.conf"],
  ["doas: /usr/local/etc/doas.conf is not owned by root", "/usr/local/etc/doas.conf"],
  ["sudo: /usr/local/etc/sudoers.d/deploy is world writable", "/usr/local/etc/sudoers.d/deploy"],
] as const;
for (const [words, file] of unsafe) {
  Deno.test(`noRoot() says what to do about "${words}"`, () => {
    const endpoint = resolveTarget({ host: "203.0.113.7", user: "deploy" }, env);
    const { hint } = noRoot(endpoint, ["doas", "sudo"], [words]);
    assertEquals(
      hint,
      `As root there, make the file root's alone: "chown root:wheel ${file}; chmod 0440 ${file}"`,
    );
  });
}

sshTest("sudo that asks for a password is an error with its words", async () => {
  await using server = await startSshd({ sudo: "deploy ALL=(ALL) ALL" });
  await using transport = sshTransport({ ...server.user, become: "sudo" }, { env });
  const error = await assertRejects(() => transport.exec("exit 1", {}), ConnectError, "Cannot become root");
  assert(error.details.join().includes("a password is required"), error.details.join());
  assert(error.hint?.includes("NOPASSWD"), error.hint);
}, noSudo);

sshTest("a login shell that lets nobody in is an error with its words", async () => {
  await using server = await startSshd({ shell: "/usr/sbin/nologin" });
  await using transport = sshTransport(server.target, { env });
  const error = await assertRejects(() => transport.exec(":", {}), ConnectError, "its shell doesn't start");
  assert(error.details.join().includes("not available"), error.details.join());
});

sshTest("what a login shell prints by itself is no output of the script", async () => {
  await using server = await startSshd({ shell: csh, home: { ".cshrc": "echo Welcome; echo again\n" } });
  await using transport = sshTransport(server.target, { env });
  assertEquals((await transport.exec("echo out", {})).stdout, "out\n");
}, noCsh);

const hostile = "a='x y'; echo \"$a\" `echo b` !! $(echo 'c') 2>&1 | cat; exit 6\n# it's a comment !";

sshTest("csh as login shell reads nothing of a script", async () => {
  await using server = await startSshd({ shell: csh });
  await using transport = sshTransport(server.target, { env });
  assertEquals(await transport.exec(hostile, {}), { code: 6, stdout: "x y b !! c\n", stderr: "" });
}, noCsh);

sshTest("csh as login shell reads nothing of a script with a stream", async () => {
  await using server = await startSshd({ shell: csh });
  await using transport = sshTransport(server.target, { env });
  assertEquals((await transport.exec(`cat; ${hostile}`, { stdin: "!!'\n" })).stdout, "!!'\nx y b !! c\n");
}, noCsh);

sshTest("csh as login shell hides no signal", async () => {
  await using server = await startSshd({ shell: csh });
  await using transport = sshTransport(server.target, { env });
  assertEquals((await transport.exec("kill -9 $$", {})).signal, "KILL");
}, noCsh);

sshTest("csh as login shell of a user with doas works", async () => {
  await using server = await startSshd({ shell: csh, doas: rule });
  await using transport = sshTransport(server.user, { env });
  assertEquals((await transport.exec("id -u", {})).stdout, "0\n");
}, noCsh ?? noDoas);
