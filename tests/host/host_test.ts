import { assert, assertEquals, assertMatch } from "@std/assert";
import { until } from "../e2e/until.ts";
import { hostUnavailable, startHost, type TestHost } from "./mod.ts";
import { type Output, output } from "./process.ts";

const ignore = hostUnavailable() !== undefined;

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore, fn });
}

async function ssh(host: TestHost, command: string, user = "root"): Promise<Output> {
  return await output([
    ...["ssh", "-F", "none", "-o", "BatchMode=yes", "-o", "LogLevel=ERROR"],
    ...["-o", `UserKnownHostsFile=${host.knownHosts}`, "-i", host.key],
    ...["-p", `${host.port}`, `${user}@${host.address}`, command],
  ]);
}

test("startHost() gives a FreeBSD over SSH", async () => {
  await using host = await startHost();
  assertEquals(await ssh(host, "uname -sr; exit 3"), {
    code: 3,
    stdout: "FreeBSD 15.0-RELEASE\n",
    stderr: "",
  });
});

test("a host of another release finds that release on the mirror", async () => {
  await using host = await startHost({ osrelease: "14.3-RELEASE-p5" });
  const result = await host.shell(`freebsd-version -kru; cd /tmp
    fetch -qo - ${host.mirror}/amd64/amd64/14.3-RELEASE/base.txz | tar -xf - && ./bin/freebsd-version -u`);
  assertEquals(result.stdout, "14.3-RELEASE-p5\n".repeat(3) + "14.3-RELEASE\n", result.stderr);
});

test("startHost() runs several hosts at once", async () => {
  await using one = await startHost({ name: "one" });
  await using two = await startHost({ name: "two", osrelease: "14.3-RELEASE" });
  const answers = await Promise.all([one, two].map((host) => ssh(host, "hostname; uname -r")));
  assertEquals(answers.map((answer) => answer.stdout), [
    "one\n15.0-RELEASE\n",
    "two\n14.3-RELEASE\n",
  ]);
});

test("startHost() gives root csh when asked to", async () => {
  await using host = await startHost({ shell: "/bin/csh" });
  assertMatch((await ssh(host, "echo $(pwd)")).stderr, /Illegal variable name\./);
});

test("startHost() makes a disk of the size asked for, which can be full", async () => {
  await using host = await startHost({ diskMb: 64 });
  const result = await host.shell("dd if=/dev/zero of=/big bs=1000000 count=100");
  assertEquals(result.code, 1);
  assertMatch(result.stderr, /No space left on device/);
});

test("startHost() leaves nothing behind", async () => {
  let folder = "";
  let address = "";
  {
    await using host = await startHost();
    folder = host.key.replace(/\/key$/, "");
    address = host.address;
    await host.shell(
      "mkdir -p /jails/x && touch /jails/x/f && chflags schg /jails/x/f; sleep 1000 >/dev/null 2>&1 &",
    );
  }
  // The mirror ends when it hears that the host has.
  await until("no process is left", async () => (await output(["pgrep", "-f", folder])).stdout === "");
  const links = await output(["ip", "-4", "-o", "addr"]);
  assert(!links.stdout.includes(address.replace(/\d+$/, "")) || !links.stdout.includes(`${address}/`));
  assertEquals(await Deno.stat(folder).catch(() => "gone"), "gone");
});

test("reboot() keeps files and ends processes", async () => {
  await using host = await startHost();
  await host.shell("echo kept > /root/file; mkdir -p /var/run/x; touch /var/run/x.pid; daemon -f sleep 1000");
  await host.reboot();
  const result = await ssh(host, "cat /root/file; ls /var/run/x.pid; pgrep sleep");
  assertEquals(result.stdout, "kept\n");
});

test("the host reboots when it is told to from inside", async () => {
  await using host = await startHost();
  const boot = "sysctl -n kern.boottime";
  const before = (await ssh(host, `${boot}; shutdown -r now`)).stdout.split("\n")[0];
  const deadline = performance.now() + 60_000;
  let after = before;
  while (after === before || after === "") {
    assert(performance.now() < deadline, "It did not come back");
    after = (await ssh(host, boot)).stdout.trim();
  }
  assert(after !== before);
});

test("calls() tells every argument list", async () => {
  await using host = await startHost();
  await host.clearCalls();
  await ssh(host, "true; cat '/etc/host s' 2>/dev/null");
  const calls = await host.calls();
  assertEquals(calls.filter(([name]) => name === "cat"), [["cat", "/etc/host s"]]);
  assert(calls.some(([name, flag]) => name === "sh" && flag === "-c"));
});

test("fault() makes the chosen call fail, once", async () => {
  await using host = await startHost();
  await host.fault({ program: "cp", args: "^a ", nth: 2, effect: "fail", status: 7, stderr: "cp: broken" });
  const result = await host.shell("cd /tmp; touch a; for i in 1 2 3; do cp a b; echo $?; done");
  assertEquals(result, { code: 0, stdout: "0\n7\n0\n", stderr: "cp: broken\n" });
});

test("fault() lets a call succeed and then fail", async () => {
  await using host = await startHost();
  await host.fault({ program: "touch", effect: "after-fail", status: 5 });
  const result = await host.shell("touch /tmp/x; echo $?; ls /tmp/x");
  assertEquals(result.stdout, "5\n/tmp/x\n");
});

test("fault() kills a program", async () => {
  await using host = await startHost();
  await host.fault({ program: "touch", effect: "kill" });
  assertEquals((await host.shell("touch /tmp/x; echo $?")).stdout, "137\n");
});

test("fault() hangs a program until it is killed", async () => {
  await using host = await startHost();
  await host.fault({ program: "touch", effect: "hang" });
  assertEquals((await host.shell("timeout 1 touch /tmp/x; echo $?")).stdout, "124\n");
});

test("fault() drops the connection while the script runs on", async () => {
  await using host = await startHost();
  await host.fault({ program: "touch", effect: "drop" });
  const result = await ssh(host, "touch /tmp/x; mkdir /tmp/after");
  assertEquals(result.code, 255);
  const after = await host.shell(
    "i=0; until [ -d /tmp/after ] || [ $i -eq 300 ]; do i=$((i + 1)); sleep 0.1; done; ls -d /tmp/after",
  );
  assertEquals(after.stdout, "/tmp/after\n");
});

test("files() is the running host's root", async () => {
  await using host = await startHost();
  await host.shell("echo found > /root/mark");
  assertEquals(await Deno.readTextFile(`${host.files()}/root/mark`), "found\n");
});

test("the mirror serves a release whose hash is right, and one whose is not", async () => {
  await using host = await startHost();
  const script = (base: string) =>
    `cd /tmp; fetch -q ${base}/amd64/amd64/15.0-RELEASE/MANIFEST && fetch -qo b.txz ${base}/amd64/amd64/15.0-RELEASE/base.txz || exit 1
    [ "$(awk -F'\\t' '$1=="base.txz"{print $2}' MANIFEST)" = "$(sha256 -q b.txz)" ] && echo right || echo wrong`;
  assertEquals((await host.shell(script(host.mirror))).stdout, "right\n");
  assertEquals((await host.shell(script(`${host.mirror}/corrupt`))).stdout, "wrong\n");
  assertEquals((await host.shell(script(`${host.mirror}/truncated`))).code, 1);
  assertMatch((await host.shell(script(`${host.mirror}/missing`))).stderr, /Not Found/);
});

test("pkg installs Caddy, which serves", async () => {
  await using host = await startHost();
  const made = await host.shell(
    "env ASSUME_ALWAYS_YES=yes pkg install -y caddy && sysrc caddy_enable=YES && service caddy start",
  );
  assertEquals(made.code, 0, made.stderr);
  assertEquals((await fetch(host.http).then(async (r) => [r.status, await r.text()]))[0], 404);
});

test("a host that has Caddy has no packages to offer", async () => {
  await using host = await startHost({ caddy: true });
  const result = await host.shell("command -v caddy; env ASSUME_ALWAYS_YES=yes pkg bootstrap");
  assertEquals(result.code, 1);
  assertMatch(result.stdout, /^\/usr\/local\/bin\/caddy\n/);
  assertMatch(result.stderr, /Host does not resolve/);
});

test("a jail reaches the mirror only through pf's translation", async () => {
  await using host = await startHost();
  const fetched =
    "jexec j fetch -T 2 -qo /dev/null http://10.0.2.2:8000/amd64/amd64/15.0-RELEASE/MANIFEST; echo $?";
  const result = await host.shell(`
    mkdir -p /jails/j && fetch -qo /jails/b.txz ${host.mirror}/base.txz && tar --no-fflags -xpf /jails/b.txz -C /jails/j
    ifconfig lo1 create; jail -c name=j path=/jails/j 'ip4.addr=lo1|10.66.0.2/32' mount.devfs persist
    ${fetched}
    printf 'nat on vtnet0 inet from 10.66.0.0/24 to any -> (vtnet0)\\npass\\n' > /etc/pf.conf
    kldload pf; pfctl -qf /etc/pf.conf; pfctl -qe
    ${fetched}`);
  assertEquals(result.stdout, "1\n0\n", result.stderr);
});

test("doas lets a user act as root by its rules only", async () => {
  await using host = await startHost();
  await host.shell(`env ASSUME_ALWAYS_YES=yes pkg install -y doas; pw useradd deploy -m -s /bin/sh
    mkdir -p /home/deploy/.ssh; cp /root/.ssh/authorized_keys /home/deploy/.ssh; chown -R deploy /home/deploy
    echo 'permit nopass deploy as root cmd /usr/bin/id' > /usr/local/etc/doas.conf`);
  const result = await ssh(host, "doas -n /usr/bin/id -u; doas -n /bin/sh -c true", "deploy");
  assertEquals(result, { code: 1, stdout: "0\n", stderr: "doas: Operation not permitted\n" });
});

test("a user sees all processes: in a jail those of the jail, outside with the jail they are in", async () => {
  await using host = await startHost();
  const user = (command: string) => `su -m nobody -c '${command}'`;
  const script = `set -e
    mkdir -p /jails/j && fetch -qo /jails/b.txz ${host.mirror}/base.txz && tar --no-fflags -xpf /jails/b.txz -C /jails/j
    jail -c name=j path=/jails/j mount.devfs exec.start='/usr/sbin/daemon -f sleep 1000'
    jexec j ${user("ps axo user,command; pgrep -x sleep >/dev/null; echo status $?")} | grep -v '^nobody'
    ${user("ps axo jid,user,command")} | grep 'root *sleep'; jls -j j jid
    jexec j ${user("id -u; kill -0 $(pgrep -x sleep)")}`;
  const { code, stdout, stderr } = await host.shell(script);
  assertEquals(
    stdout,
    "USER   COMMAND\nroot   sleep 1000\nstatus 0\n  1 root   sleep 1000\n1\n65534\n",
    stderr,
  );
  assertEquals(code, 1, "and may signal none but the user's own");
});
