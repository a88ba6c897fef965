// All kinds of users: root with csh as login shell, users who become root by doas or by sudo, and one who can't.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { parseTarget } from "../../lib/core/target.ts";
import { noSshd, type Sshd, startSshd } from "../lib/transport/ssh/sshd.ts";
import type { TestHost } from "../host/mod.ts";
import { onlyOnTestHost, type Place } from "./place.ts";
import { ask, makeProject, type Project } from "./project.ts";
import { scenario } from "./scenario.ts";
import { addSudo, addUser, on, sudoUnavailable } from "./users.ts";

const skip = onlyOnTestHost();

/** The test host of a place, which these scenarios always have. */
function hostOf(place: Place): TestHost {
  if (!place.test) throw new Error("This needs the test host");
  return place.test;
}

/** The server as a user of it logs in. */
function as(user: string, { target, key }: Place): Record<string, unknown> {
  return { ...parseTarget(target), user, key };
}

/** Deploys a release and looks at it in every way. */
async function deploys(place: Place, project: Project, text: string): Promise<void> {
  await project.release({ text });
  await project.well(["deploy"]);
  assertEquals(await ask(place, project, "/"), { status: 200, text: `${text}\n` });
}

async function runsAndLogs(project: Project): Promise<void> {
  const asked = await project.well(["run", 'cat; id -u; echo "it\'s $PORT" !!'], { stdin: "in!\n" });
  assertEquals(asked.stdout, "in!\n60000\nit's 4000 !!\n");
  assertMatch((await project.well(["logs", "-n", "5"])).stdout, /listening on/);
}

scenario("root with csh as login shell prepares, deploys, runs and reads logs", async (place, part) => {
  await using project = await makeProject(place, "shop");
  await on(hostOf(place), "echo 'echo Welcome; set prompt=x; alias rm rm -i' >/root/.cshrc");
  await part("setup", async () => void await project.well(["setup"]));
  await part("deploy", () => deploys(place, project, "one"));
  await part("run and logs", () => runsAndLogs(project));
  if (noSshd()) return;
  await part("all that through a gate, known by ~/.ssh/config alone", async () => {
    await project.configure({ server: "shop-server" });
    await using gate = await startSshd();
    await configureSsh(place, project, gate);
    await deploys(place, project, "two");
    await runsAndLogs(project);
  });
  await part("a closed gate is named", async () => {
    const { code, stderr } = await project.alcaide(["status"]);
    assertEquals(code, 1);
    assertMatch(stderr, /Cannot connect to "root@gate:\d+": port \d+ refuses connections/);
  });
}, { shell: "/bin/csh", skip });

/** Writes a `~/.ssh/config` in which `shop-server` is the place, behind a gate. */
async function configureSsh(place: Place, project: Project, gate: Sshd): Promise<void> {
  const { host, port = 22 } = parseTarget(place.target) ?? {};
  const home = join(project.directory, "home");
  await Deno.mkdir(join(home, ".ssh/conf.d"));
  await Deno.mkdir(join(home, "keys"));
  await Deno.copyFile(join(gate.directory, "key"), join(home, "keys/gate_root"));
  await Deno.copyFile(join(gate.directory, "known_hosts"), join(home, "keys/known"));
  await Deno.writeTextFile(
    join(home, ".ssh/config"),
    "Include conf.d/*\nHost *\n  User root\n  IdentitiesOnly yes\n",
  );
  await Deno.writeTextFile(
    join(home, ".ssh/conf.d/shop"),
    `Host shop-*\n  HostName ${host}\n  Port ${port}\n  ProxyJump gate\n  IdentityFile "${place.key}"\n` +
      `Host gate\n  HostName 127.0.0.1\n  Port ${gate.port}\n  IdentityFile ~/keys/%n_%r\n` +
      "  UserKnownHostsFile ~/keys/known\n",
  );
}

scenario("users become root by doas, or are told how", async (place, part) => {
  const host = hostOf(place);
  await using project = await makeProject(place, "shop", { server: as("deploy", place) });
  await addUser(host, "deploy", { shell: "/bin/csh" });
  await addUser(host, "frozen", { readOnlyHome: true });
  await addUser(host, "guest");

  await part("nobody does without doas or sudo, and nothing is changed", async () => {
    await on(host, "touch /tmp/before");
    const { code, stderr } = await project.alcaide(["setup"]);
    assertEquals(code, 1);
    assertStringIncludes(stderr, "pkg install doas");
    assertStringIncludes(stderr, '"permit nopass deploy as root" to /usr/local/etc/doas.conf');
    assertStringIncludes(stderr, '"deploy ALL=(ALL) NOPASSWD: ALL" to a file in /usr/local/etc/sudoers.d');
    assertEquals(await newer(host, "/tmp/before"), "");
  });

  await part("a user with doas prepares the server and deploys", async () => {
    await on(host, "pkg install -y doas");
    await on(host, "printf 'permit nopass %s as root\\n' deploy frozen >/usr/local/etc/doas.conf");
    await project.well(["setup"]);
    await deploys(place, project, "by deploy");
    await runsAndLogs(project);
  });

  await part("a user whose home directory is read-only deploys too", async () => {
    await project.configure({ server: as("frozen", place) });
    await deploys(place, project, "by frozen");
    assertMatch((await project.well(["status"])).stdout, /deployed by /);
  });

  await part("a user without a rule is told which line to add, and nothing is changed", async () => {
    await project.configure({ server: as("guest", place) });
    await on(host, "touch /tmp/before");
    for (const task of [["setup"], ["deploy"], ["status"]]) {
      const { code, stderr } = await project.alcaide(task);
      assertEquals(code, 1);
      assertStringIncludes(stderr, "doas: Operation not permitted");
      assertStringIncludes(stderr, '"permit nopass guest as root" to /usr/local/etc/doas.conf');
    }
    assertEquals(await newer(host, "/tmp/before"), "");
    assertEquals((await ask(place, project, "/")).text, "by frozen\n");
  });
}, { skip });

scenario("a user with sudo prepares, deploys, runs and reads logs", async (place, part) => {
  const host = hostOf(place);
  await using project = await makeProject(place, "shop", { server: as("admin", place) });
  await addUser(host, "admin");
  await addSudo(host, "admin ALL=(ALL) NOPASSWD: ALL");
  await part("setup", async () => void await project.well(["setup"]));
  await part("deploy", () => deploys(place, project, "one"));
  await part("run and logs", () => runsAndLogs(project));
}, { skip: skip ?? sudoUnavailable() });

/** Files that were changed after one was made, without those that time changes by itself. */
async function newer(host: TestHost, file: string): Promise<string> {
  return await on(
    host,
    `find / -newer ${file} -type f ! -path '/libexec/testhost/*' ! -path '/proc/*' ! -path '/var/log/*' \
       ! -path '/var/run/*' ! -path '/dev/*' ! -path '/sys/*' 2>/dev/null; :`,
  );
}
