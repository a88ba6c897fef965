import { assert, assertEquals } from "@std/assert";
import { defineLimited } from "../../../lib/commands/limited.ts";
import { type Command, sh } from "../../../lib/core/sh.ts";
import { type Playground, playground } from "../../playground.ts";

/** FreeBSD's goes on until all has ended that its command started. */
const reaper = `/usr/bin/timeout "$@" || exit; exec sleep 9`;

async function limited(command: Command, place: Playground) {
  await place.program("timeout", reaper);
  const began = Date.now();
  const ended = await place.run(sh`${defineLimited}
limited 1 2 /bin/sh -c ${command.text}`);
  return { ...ended, took: Date.now() - began };
}

Deno.test("limited() passes output and status on, and the command's words as they are", async () => {
  await using place = await playground();
  const { code, stdout, stderr } = await limited(
    sh`printf '%s\n' ${"it's $HOME"}; echo bad >&2; exit 3`,
    place,
  );
  assertEquals([code, stdout, stderr], [3, "it's $HOME\n", "bad\n"]);
});

Deno.test("limited() does not wait for what the command leaves in the background, and leaves it alone", async () => {
  await using place = await playground();
  const left = place.at("/left");
  const { code, took } = await limited(sh`( sleep 3; : >${left} ) >/dev/null 2>&1 & exit 0`, place);
  assertEquals(code, 0);
  assert(took < 2_000, `${took} ms`);
  await new Promise((resolve) => setTimeout(resolve, 3_500 - took));
  assertEquals(await place.read("/left"), "");
});

Deno.test("limited() ends a command that takes too long with status 124", async () => {
  await using place = await playground();
  const { code, stdout } = await limited(sh`echo begun; exec sleep 20`, place);
  assertEquals([code, stdout], [124, "begun\n"]);
});

Deno.test("limited() gives its command nothing to read", async () => {
  await using place = await playground();
  assertEquals((await limited(sh`cat`, place)).stdout, "");
});
