// Faults of a host besides a failing call, and their end.

import { assert, assertEquals } from "@std/assert";
import { hostUnavailable, startHost, type TestHost } from "./mod.ts";

function test(name: string, fn: (host: TestHost) => Promise<void>): void {
  Deno.test({
    name,
    ignore: hostUnavailable() !== undefined,
    fn: async () => {
      await using host = await startHost({ diskMb: 500 });
      await fn(host);
    },
  });
}

test("save() and restore() bring the disk back", async (host) => {
  await host.shell("echo kept >/root/file");
  await host.save("before");
  assertEquals(
    (await host.shell("cat /root/file; rm -r /root/file /usr/sbin/pw; echo x >/root/other")).code,
    0,
  );
  await host.restore("before");
  assertEquals(
    (await host.shell("cat /root/file; ls /usr/sbin/pw /root/other")).stdout,
    "kept\n/usr/sbin/pw\n",
  );
});

test("beginFrom() lays the host's changes over what was saved, again and again", async (host) => {
  const folder = await Deno.makeTempDir();
  await host.shell("mkdir -p /root/d/e; echo kept >/root/d/e/file; rm /usr/sbin/pw");
  await host.save(`${folder}/disk`);
  for (const _ of ["once", "again"]) {
    await host.beginFrom(`${folder}/disk`);
    const script =
      `ls /usr/sbin/pw; mv /root/d /root/moved && chmod 600 /root/moved/e/file && cat /root/moved/e/file
ls -l /root/moved/e | cut -c 1-10 | tail -n 1; rm -r /root/moved; ls -d /root/d /root/moved 2>/dev/null`;
    assertEquals((await host.shell(script)).stdout, "kept\n-rw-------\n");
  }
  await Deno.remove(folder, { recursive: true });
});

test("a disk is full from the chosen call on, until it is emptied", async (host) => {
  await host.fault({ program: "*", nth: 3, effect: "full" });
  const full = await host.shell(
    "echo a >/root/a; true; mkdir /root/b; mkdir /root/c; echo $?; cp /etc/rc /root/c/rc",
  );
  assertEquals([full.code, full.stdout], [1, "0\n"]);
  // pw takes its temporary file away, as FreeBSD's does.
  const user = await host.shell("pw useradd web 2>/dev/null || ls /etc | grep -c '^master.passwd'");
  assertEquals(user.stdout, "1\n");
  await host.emptyDisk();
  assertEquals((await host.shell("cp /etc/rc /root/c/rc")).code, 0);
});

test("a signal reaches a process of this machine while the call goes on", async (host) => {
  await using child = new Deno.Command("sleep", { args: ["100"] }).spawn();
  const signal = { pid: child.pid, name: "KILL" } as const;
  await host.fault({ program: "mkdir", effect: "signal", signal });
  assertEquals(await host.faultsLeft(), 1);
  assertEquals((await host.shell("mkdir /root/d && ls -d /root/d")).stdout, "/root/d\n");
  assertEquals([(await child.status).signal, await host.clearFaults()], ["SIGKILL", 0]);
});

test("the power is cut at a call, and comes back", async (host) => {
  await host.fault({ program: "mkdir", effect: "reboot" });
  assert((await host.shell("echo 1 >/root/early; mkdir /root/late; echo 1 >/root/later")).code !== 0);
  const up = async () => (await host.shell("pgrep -x sshd >/dev/null").catch(() => ({ code: 1 }))).code === 0;
  for (let trial = 0; trial < 500 && !await up(); trial++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assertEquals((await host.shell("ls /root/early /root/late /root/later")).stdout, "/root/early\n");
});
