import { assertEquals } from "@std/assert";
import { giveToOwners, installPackages } from "../../../../lib/commands/jail/packages.ts";
import { type Playground, playground } from "../../../playground.ts";

/** Words of tar about pkg's archives. */
const listing = `-rw-r--r--  0 root   wheel    1234 Jan  1  1970 +MANIFEST
-rwxr-xr-x  0 root   wheel   99999 Mar 14 09:26 /usr/local/bin/rabbitmq-server
drwxr-xr-x  0 rabbitmq rabbitmq 0 Jan  1  1970 /var/log/rabbitmq/
drwxr-xr-x  0 rabbitmq rabbitmq 0 Jan  1  1970 /var/db/rabbitmq/
-rw-------  0 rabbitmq rabbitmq 7 Jan  1  1970 /var/db/rabbitmq/cookie
-rw-r-----  0 root   rabbitmq   7 Jan  1  1970 /usr/local/etc/a file
lrwxr-xr-x  0 rabbitmq rabbitmq 0 Jan  1  1970 /var/link -> /etc
-rw-r--r--  0 rabbitmq rabbitmq 7 Jan  1  1970 +OTHER
`;

async function withPackage(): Promise<Playground> {
  const place = await playground();
  await place.write(
    "/usr/local/sbin/jexec",
    `#!/bin/sh\necho "$1 $2" >>${place.at("/jail")}\nshift 2; exec "$@"\n`,
    0o755,
  );
  await place.program("service", `echo "$*" >>${place.at("/services")}`);
  await place.program("chown", `echo "$*" >>${place.at("/owners")}; exit 1`);
  await place.program("tar", `echo "$1 \${2##*/}" >>${place.at("/read")}; cat <<'END'\n${listing}END`);
  await place.write("/var/cache/pkg/rabbitmq-4.0.1~1a2b3c4d5e.pkg", "");
  await Deno.symlink("rabbitmq-4.0.1~1a2b3c4d5e.pkg", place.at("/var/cache/pkg/rabbitmq-4.0.1.pkg"));
  return place;
}

/** As it runs in the playground. */
function inPlace(volumes: readonly string[]): ReturnType<typeof giveToOwners> {
  const command = giveToOwners("shop_queue", volumes);
  return { ...command, text: command.text.replace("/usr/sbin/", "/usr/local/sbin/") };
}

Deno.test("giveToOwners() gives files and directories to whom the packages' archives name, in the jail", async () => {
  await using place = await withPackage();
  assertEquals((await place.run(inPlace([]))).code, 0);
  assertEquals(await place.read("/jail"), "-l shop_queue\n");
  assertEquals(await place.read("/read"), "-tvf rabbitmq-4.0.1~1a2b3c4d5e.pkg\n");
  assertEquals((await place.read("/owners"))?.split("\n"), [
    "-h rabbitmq:rabbitmq /var/log/rabbitmq",
    "-h rabbitmq:rabbitmq /var/db/rabbitmq",
    "-h rabbitmq:rabbitmq /var/db/rabbitmq/cookie",
    "-h root:rabbitmq /usr/local/etc/a file",
    "",
  ]);
});

Deno.test("giveToOwners() leaves volumes alone", async () => {
  await using place = await withPackage();
  // The playground's paths stand for the server's in the script, not in what tar says.
  const command = inPlace(["/srv/a b", "/var/db/rabbitmq"]);
  const text = command.text.replaceAll("/var/db/rabbitmq", "/'var'/db/rabbitmq");
  assertEquals((await place.run({ ...command, text })).code, 0);
  assertEquals((await place.read("/owners"))?.split("\n"), [
    "-h rabbitmq:rabbitmq /var/log/rabbitmq",
    "-h root:rabbitmq /usr/local/etc/a file",
    "",
  ]);
});

Deno.test("giveToOwners() reads no archive twice: what is done leaves none", async () => {
  await using place = await withPackage();
  for (let i = 0; i < 2; i++) assertEquals((await place.run(inPlace([]))).code, 0);
  assertEquals(await place.read("/read"), "-tvf rabbitmq-4.0.1~1a2b3c4d5e.pkg\n");
});

Deno.test("giveToOwners() fails where an archive stays", async () => {
  await using place = await withPackage();
  await place.program("rm", "exit 1");
  assertEquals([(await place.run(inPlace([]))).code, await place.read("/services")], [1, undefined]);
});

Deno.test("giveToOwners() lets a jail that runs find new libraries", async () => {
  await using place = await withPackage();
  for (let i = 0; i < 2; i++) assertEquals((await place.run(inPlace([]))).code, 0);
  assertEquals(await place.read("/services"), "ldconfig start\n");
});

Deno.test("installPackages() leaves no archives and no catalogue in the tree, nor when it fails a success", async () => {
  await using place = await playground();
  await place.write("/jails/x/var/cache/pkg/icu-74.pkg", "");
  await place.write("/jails/x/var/db/pkg/repos/FreeBSD/db", "");
  await place.write("/jails/x/var/db/pkg/local.sqlite", "");
  await place.program("rm", 'shift; exec /bin/rm -rf "$@"');
  await place.program("sleep", "exit 0");
  for (const [program, status] of [["exit 0", 0], ["exit 3", 1]] as const) {
    await place.program("pkg", program);
    assertEquals((await place.run(installPackages(place.at("/jails/x"), ["icu"]))).code, status);
    assertEquals([await place.names("/jails/x/var/db/pkg"), await place.names("/jails/x/var/cache")], [
      ["local.sqlite"],
      [],
    ]);
  }
});
