import { assertEquals, assertGreater, assertLess, assertRejects } from "@std/assert";
import {
  findPieces,
  linesOf,
  missingRanges,
  receiveChanged,
  uploadChanged,
} from "../../../lib/remote/changed.ts";
import { type Chunks, chunksOf, sizesFor } from "../../../lib/remote/chunks.ts";
import { digestFile } from "../../../lib/remote/local_file.ts";
import { script } from "../../../lib/core/script.ts";
import { sh } from "../../../lib/core/sh.ts";
import { type Playground, playground } from "../../playground.ts";
import { seeded } from "../../shell.ts";

const sizes = sizesFor(1);
type Bytes = Uint8Array<ArrayBuffer>;

function noise(random: () => number, length: number): Bytes {
  const words = Uint32Array.from({ length: Math.ceil(length / 4) }, () => random() * 2 ** 32);
  return new Uint8Array(words.buffer, 0, length);
}

const joined = (...pieces: Bytes[]): Bytes => Uint8Array.from(Buffer.concat(pieces));

/** Changes a file as a further release may: replaces, puts in, takes out, moves or doubles a part. */
function edited(bytes: Bytes, random: () => number): Bytes {
  const place = () => Math.floor(random() * bytes.length);
  const [from = 0, to = 0] = [place(), place()].sort((a, b) => a - b);
  const [before, between, after] = [bytes.slice(0, from), bytes.slice(from, to), bytes.slice(to)];
  const fresh = noise(random, Math.floor(random() * 3000));
  const edits = [
    () => joined(before, fresh, bytes.slice(from + fresh.length)),
    () => joined(before, fresh, between, after),
    () => joined(before, after),
    () => joined(after, between, before),
    () => joined(before, between, between, after),
  ];
  return edits[Math.floor(random() * edits.length)]?.() ?? bytes;
}

/** Sends a file to a place where another one is kept; gives the bytes that were sent. */
async function send(place: Playground, kept: Bytes, wanted: Bytes, spoilt = kept): Promise<number> {
  const [there, here] = [place.at("/kept"), place.at("/here")];
  await Deno.writeFile(there, kept);
  await Deno.writeFile(here, wanted);
  const found = findPieces(await chunksOf(here, sizes), await chunksOf(there, sizes));
  await Deno.writeFile(there, spoilt);
  const run: Parameters<typeof uploadChanged>[0]["run"] = async (command, options) => {
    const stdin = new Uint8Array(await new Response(options?.stdin as ReadableStream).arrayBuffer());
    const { code, stderr } = await place.run(command, { stdin });
    if (code !== 0) throw new Error(stderr);
    return { code, stdout: "", stderr };
  };
  return await uploadChanged({ run }, here, place.at("/new"), {
    expected: { ...await digestFile(here), mode: 0o600 },
    ...{ kept: there, found, before: script(sh`:`) },
  });
}

Deno.test("uploadChanged() makes the same file of any other one, byte for byte", async () => {
  await using place = await playground();
  const random = seeded(41);
  let bytes = noise(random, 150_000);
  for (let i = 0; i < 6; i++) {
    const next = edited(bytes, random);
    const sent = await send(place, bytes, next);
    assertEquals(await Deno.readFile(place.at("/new")), next);
    assertLess(sent, next.length + 1);
    bytes = next.length > 70_000 ? next : noise(random, 150_000);
  }
  assertEquals(await place.names("/"), ["bin", "here", "kept", "new"]);
  assertEquals(((await Deno.stat(place.at("/new"))).mode ?? 0) & 0o777, 0o600);
});

Deno.test("uploadChanged() sends little more than what changed", async () => {
  await using place = await playground();
  const random = seeded(42);
  const bytes = noise(random, 1_000_000);
  const next = joined(bytes.slice(0, 500_000), noise(random, 10_037), bytes.slice(510_000));
  const sent = await send(place, bytes, next);
  assertGreater(sent, 10_037);
  assertLess(sent, 40_000);
  assertEquals(await send(place, bytes, bytes), 1_000_000 % 512);
});

Deno.test("uploadChanged() leaves nothing where the kept file is not what it was", async () => {
  await using place = await playground();
  const bytes = noise(seeded(43), 200_000);
  const next = joined(bytes, noise(seeded(44), 1000));
  const spoilt = bytes.slice();
  spoilt[100_000] = (spoilt[100_000] ?? 0) ^ 1;
  await assertRejects(() => send(place, bytes, next, spoilt), Error, "The checksum of what arrived differs");
  await assertRejects(() => send(place, bytes, next, bytes.slice(0, 9000)), Error, "bytes arrived");
  assertEquals(await place.names("/"), ["bin", "here", "kept"]);
});

/** Chunks of 20 kB each, by their names. */
function chunks(names: string, bits = 13): Chunks {
  return { bits, chunks: [...names].map((name) => ({ sum: name.charCodeAt(0), length: 20_000 })) };
}

Deno.test("findPieces() joins neighbours, in whole blocks of the kept file", () => {
  assertEquals(findPieces(chunks("xabcy"), chunks("abc")), [{ start: 20_000, from: 0, length: 59_904 }]);
  assertEquals(findPieces(chunks("bca"), chunks("abc")), [
    { start: 480, from: 20_480, length: 39_424 },
    { start: 40_000, from: 0, length: 19_968 },
  ]);
});

Deno.test("findPieces() goes on where it is, though the same stands elsewhere", () => {
  assertEquals(findPieces(chunks("abaab"), chunks("abaab")), [{ start: 0, from: 0, length: 99_840 }]);
});

Deno.test("findPieces() finds nothing in a file that was cut in another way", () => {
  assertEquals(findPieces(chunks("abc"), chunks("abc", 16)), []);
  assertEquals(findPieces(chunks("abc"), chunks("xyz")), []);
});

Deno.test("findPieces() takes no chunk of another length", () => {
  const other = { bits: 13, chunks: [{ sum: 97, length: 20_001 }] };
  assertEquals(findPieces(chunks("a"), other), []);
});

Deno.test("findPieces() leaves the shortest of very many", () => {
  const kept = {
    bits: 13,
    chunks: Array.from({ length: 1200 }, (_, sum) => ({ sum, length: 17_000 + sum })),
  };
  const found = findPieces({ bits: 13, chunks: kept.chunks.toReversed() }, kept);
  assertEquals(found.length, 500);
  assertEquals(found, found.toSorted((a, b) => a.start - b.start));
  assertGreater(Math.min(...found.map(({ length }) => length)), 17_000);
});

Deno.test("missingRanges() are the rest", () => {
  const found = [{ start: 0, from: 0, length: 512 }, { start: 600, from: 512, length: 512 }];
  assertEquals(missingRanges(found, 1200), [{ start: 512, length: 88 }, { start: 1112, length: 88 }]);
  assertEquals(missingRanges([], 7), [{ start: 0, length: 7 }]);
  assertEquals(missingRanges([{ start: 0, from: 0, length: 512 }], 512), []);
});

Deno.test("linesOf() sends at most a megabyte a line", () => {
  const found = [{ start: 2_100_000, from: 1024, length: 512 }];
  assertEquals(linesOf(found, 2_100_612), "- 1048576\n- 1048576\n- 2848\n2 1\n- 100\n");
});

Deno.test("receiveChanged() copies by dd of FreeBSD's base system", () => {
  const expected = { size: 612, sha256: "ab", mode: 0o600 };
  assertEquals(
    receiveChanged("/d/new", expected, "/d/it's", "2 1\n- 100\n").text.split("size=")[0],
    `umask 077
fail() { rm -f /d/new.part /d/new.sent; echo "$1" >&2; exit 1; }
rm -f /d/new.part /d/new.sent && cat >/d/new.sent && exec 3</d/new.sent || fail 'Cannot write the file'
while read -r from count; do
  case $from in
  -) dd bs="$count" count=1 status=none <&3 ;;
  *) dd if='/d/it'\\''s' ibs=512 obs=1048576 skip="$from" count="$count" status=none ;;
  esac || fail 'Cannot put the file together'
done >/d/new.part <<'END_OF_TEXT'
2 1
- 100
END_OF_TEXT
exec 3<&- && rm -f /d/new.sent
`,
  );
});
