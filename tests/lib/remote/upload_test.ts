import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { CommandError } from "../../../lib/core/error.ts";
import { sh } from "../../../lib/core/sh.ts";
import { partBlock } from "../../../lib/remote/files.ts";
import { digestFile } from "../../../lib/remote/local_file.ts";
import { remote } from "../../../lib/remote/remote.ts";
import { partsOf, type UploadOptions } from "../../../lib/remote/upload.ts";
import { localTransport } from "../../../lib/transport/local.ts";
import { type Playground, playground } from "../../playground.ts";

const megabyte = 1024 * 1024;
const size = 5 * megabyte + 7;

/** Sends a file of three parts to a directory that has an older one; gives the scripts that ran. */
async function send(place: Playground, options: UploadOptions = {}): Promise<string[]> {
  const scripts: string[] = [];
  const local = localTransport({ env: { PATH: `${place.root}/bin:${Deno.env.get("PATH")}` } });
  const server = remote("root@here", {
    transport: { ...local, exec: (script, given) => (scripts.push(script), local.exec(script, given)) },
  });
  const bytes = new Uint8Array(size);
  for (let block = 0; block < size; block += partBlock) bytes.fill(block / partBlock, block);
  await Deno.writeFile(place.at("/big"), bytes);
  await place.write("/d/f", "old");
  await server.upload(place.at("/big"), place.at("/d/f"), { parts: 3, ...options });
  return scripts;
}

Deno.test("upload() sends a large file in parts, and verifies the whole", async () => {
  await using place = await playground();
  const told: number[] = [];
  const scripts = await send(place, { mode: 0o600, onProgress: (done) => told.push(done) });
  assertEquals(scripts.length, 3);
  assertEquals(await digestFile(place.at("/d/f")), await digestFile(place.at("/big")));
  assertEquals([await place.names("/d"), told.at(-1)], [["f"], size]);
  assertEquals(((await Deno.stat(place.at("/d/f"))).mode ?? 0) & 0o777, 0o600);
});

Deno.test("upload() runs what comes before once, and sends no other part until then", async () => {
  await using place = await playground();
  await place.program("dd", '[ -e "$0.before" ] && exec /bin/dd "$@"');
  await send(place, { before: sh`sleep 0.05; echo x >>${place.at("/bin/dd.before")}` });
  assertEquals(await place.read("/bin/dd.before"), "x\n");
});

const failures = [
  {
    name: "a part of which is not written",
    dd: 'case $* in *seek=8*) echo "dd: No space left on device" >&2; exit 1 ;; esac; exec /bin/dd "$@"',
    says: /No space left on device\nCannot write the file/,
  },
  {
    name: "a part of which is cut off",
    dd: 'case $* in *seek=16*) exec head -c 9 >/dev/null ;; esac; exec /bin/dd "$@"',
    says: /Only 4194304 bytes arrived/,
  },
  {
    name: "a part of which is another one",
    dd: 'case $* in *seek=8*) tr "\\10" x | /bin/dd "$@" ;; *) exec /bin/dd "$@" ;; esac',
    says: /The checksum of what arrived differs/,
  },
  { name: "before which something fails", before: sh`echo no place >&2; exit 3`, says: /no place/ },
];
for (const { name, dd, before, says } of failures) {
  Deno.test(`upload() refuses a large file ${name}, and keeps the old one`, async () => {
    await using place = await playground();
    if (dd) await place.program("dd", dd);
    const error = await assertRejects(() => send(place, before ? { before } : {}), CommandError);
    assertMatch(error.details.join("\n"), says);
    assertEquals(await place.read("/d/f"), "old");
    // Another part may have begun since.
    assertEquals((await place.names("/d")).filter((name) => name !== "f.part"), ["f"]);
  });
}

Deno.test("partsOf() cuts what is worth it, at whole blocks", () => {
  const parts = (megabytes: number, most: number) => partsOf(megabytes * megabyte, most);
  const lengths = (...of: Parameters<typeof parts>) => parts(...of).map(({ length }) => length / megabyte);
  assertEquals(lengths(0, 8), [0]);
  assertEquals(lengths(2, 8), [2]);
  assertEquals(lengths(5, 8), [2, 2, 1]);
  assertEquals(lengths(20, 8), Array(8).fill(2.5));
  assertEquals(lengths(20.5, 8), [...Array(7).fill(2.75), 1.25]);
  assertEquals(lengths(100, 1), [100]);
  assertEquals(parts(5, 8).map(({ start }) => start / megabyte), [0, 2, 4]);
});
