import { assertEquals } from "@std/assert";
import { differences } from "./contract_normalise.ts";
import { fromHost, type Row } from "./contract_rows.ts";

function row(cmd: string, stdout: string, stderr = "", rc = 0): Row {
  return { number: 1, scenario: "a scenario", cmd, rc, stdout, stderr };
}

function differ(recorded: Row, stdout: string, stderr = "", rc = 0): boolean {
  return differences(recorded, { rc, stdout, stderr }).length > 0;
}

Deno.test("differences() finds none in equal results", () => {
  assertEquals(differences(row("hostname", "fbsd\n"), row("hostname", "fbsd\n")), []);
});

Deno.test("differences() sees a changed text, stream or status", () => {
  const recorded = row("umount /mnt", "", "umount: /mnt: not a file system root directory\n", 1);
  assertEquals(differ(recorded, "", "umount: /mnt: not mounted\n", 1), true);
  assertEquals(differ(recorded, "umount: /mnt: not a file system root directory\n", "", 1), true);
  assertEquals(differ(recorded, "", recorded.stderr, 0), true);
});

Deno.test("differences() sees a number that no rule is for", () => {
  assertEquals(differ(row("jls -q jid name", "3 9bad\n"), "4 9bad\n"), true);
  assertEquals(differ(row("zpool list -H", "ztank\t7.50G\n"), "ztank\t7.00G\n"), true);
});

Deno.test("differences() ignores process ids but not parents", () => {
  const recorded = row(
    "ps ax -o pid,ppid,jid,command",
    " PID PPID JID COMMAND\n2613    1   9 daemon: a[2614] (daemon)\n2614 2613   9 sh\n",
  );
  assertEquals(
    differ(recorded, "PID PPID JID COMMAND\n 13    1   9 daemon: a[14] (daemon)\n 14   13   9 sh\n"),
    false,
  );
  assertEquals(
    differ(recorded, "PID PPID JID COMMAND\n 13    1   9 daemon: a[14] (daemon)\n 14    1   9 sh\n"),
    true,
  );
  assertEquals(
    differ(recorded, "PID PPID JID COMMAND\n 13    1   8 daemon: a[14] (daemon)\n 14   13   8 sh\n"),
    true,
  );
});

Deno.test("differences() compares a table's words though not its numbers", () => {
  const recorded = row(
    "df -k /",
    "Filesystem   1024-blocks   Used    Avail Capacity  Mounted on\n/dev/vtbd0p2    12180864 236908 10969488     2%    /\n",
  );
  const other =
    "Filesystem   1024-blocks Used Avail Capacity  Mounted on\n/dev/vtbd0p2          10    2     8    20%    /\n";
  assertEquals(differ(recorded, other), false);
  assertEquals(differ(recorded, other.replace("1024-blocks", "1K-blocks")), true);
  assertEquals(differ(recorded, other.replace("/dev/vtbd0p2", "overlay")), true);
});

Deno.test("differences() sorts what a directory's order decides", () => {
  const recorded = row(
    "rm -rf /jails/t1",
    "",
    "rm: /a: Operation not permitted\nrm: /b: Directory not empty\n",
    1,
  );
  assertEquals(
    differ(recorded, "", "rm: /b: Directory not empty\nrm: /a: Operation not permitted\n", 1),
    false,
  );
  assertEquals(differ(recorded, "", "rm: /b: Directory not empty\n", 1), true);
});

Deno.test("differences() wants every kind of line of a cut recording", () => {
  const recorded = row(
    "rm -rf /jails/thin/root",
    "",
    "rm: /jails/thin/root/bin/a: Read-only file system\nrm: /j\n[cut]\nrm: /jails/thin/root/dev: Device busy\n",
    1,
  );
  const busy = "rm: /jails/thin/root/dev: Device busy\n";
  assertEquals(differ(recorded, "", `${busy}rm: /jails/thin/root/bin/zz: Read-only file system\n`, 1), false);
  assertEquals(differ(recorded, "", busy, 1), true);
});

Deno.test("fromHost() puts the observed machine's addresses in", () => {
  const addresses = { own: "10.99.0.2", gateway: "10.99.0.1" };
  assertEquals(
    fromHost("10.99.0.1 10.99.0.2 10.99.0.0/30 10.99.0.20", addresses),
    "10.0.2.2 10.0.2.15 10.0.2.0/24 10.99.0.20",
  );
});

Deno.test("differences() wants the app's last word after its own stop, not after its jail's", () => {
  const stopped = row("cat /var/log/my_app.out", "1 start env A=\nterm\n");
  assertEquals(differ(stopped, "7 start env A=\nterm\n"), false);
  assertEquals(differ(stopped, "7 start env A=\n"), true);
  const jailGone = row("cat /var/log/my_app.out", "1 start env A=\nterm\n2 start env A=\n");
  assertEquals(differ(jailGone, "7 start env A=\nterm\n8 start env A=\nterm\n"), false);
  assertEquals(differ(jailGone, "7 start env A=\nterm\n"), true);
});
