import { assertEquals } from "@std/assert";
import { AlcaideError } from "../../../lib/core/error.ts";
import { remote } from "../../../lib/remote/remote.ts";
import { assertThrows } from "@std/assert";
import { listening } from "../server/listening.ts";

Deno.test("remote() refuses a text that names no server", () => {
  assertThrows(() => remote("root@"), AlcaideError, 'Cannot use "root@" as a server');
});

Deno.test("remote().write() writes a file whole", async () => {
  const place = listening();
  await place.server.write("/etc/motd", "hi\n", { mode: 0o600 });
  assertEquals([place.scripts.length, place.scripts[0]?.includes("chmod 600 /etc/motd.new")], [1, true]);
});
