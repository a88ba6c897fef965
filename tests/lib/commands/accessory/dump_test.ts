import { assertEquals } from "@std/assert";
import { dumpWithEstimate, estimateIn } from "../../../../lib/commands/accessory/dump.ts";
import { sh } from "../../../../lib/core/sh.ts";
import { shell } from "../../../shell.ts";

const record = (about: string, end: string) =>
  `{"by":"ada@laptop","since":"2026-11-29T19:05:00Z","what":"db dump","about":"${about}",${end},"steps":[]}\n`;

/** Dumps a database that has 900 bytes, after what a history tells. */
async function dumped(history: string, size = sh`cat; echo 900; echo words >&2`) {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, history);
  const { text } = dumpWithEstimate("shop", "db", sh`cat`, size);
  const { stdout, stderr } = await shell(
    text.replaceAll("/var/db/alcaide/history/shop.jsonl", file),
    { stdin: "dump" },
  );
  await Deno.remove(file);
  return [stdout, stderr, estimateIn(stderr.trimEnd())?.estimate];
}

Deno.test("dumpWithEstimate() goes by the last dump of that database that succeeded", async () => {
  const history = [
    record("db", '"bytes":100,"outcome":"succeeded"'),
    record("db", '"bytes":200,"outcome":"succeeded"'),
    record("other", '"bytes":300,"outcome":"succeeded"'),
    record("db", '"outcome":"failed"'),
  ];
  assertEquals(await dumped(history.join("")), [
    "dump",
    "alcaide estimate: about 200\n",
    { bytes: 200, is: "about" },
  ]);
});

Deno.test("dumpWithEstimate() goes by the database's size before the first dump", async () => {
  const first = ["dump", "alcaide estimate: at most 900\n", { bytes: 900, is: "at most" as const }];
  assertEquals(await dumped(""), first);
  assertEquals(await dumped(record("db", '"outcome":"succeeded"')), first);
});

Deno.test("dumpWithEstimate() dumps where nothing tells a size", async () => {
  for (const size of [undefined, sh`exit 3`, sh`echo none`]) {
    const [out, , estimate] = await dumped("", size ?? sh`:`);
    assertEquals([out, estimate], ["dump", undefined]);
  }
  assertEquals(dumpWithEstimate("shop", "db", sh`cat`), dumpWithEstimate("shop", "db", sh`cat`, sh`:`));
});

Deno.test("estimateIn() knows its own line from others", () => {
  assertEquals(estimateIn("alcaide estimate: at most 0"), { estimate: undefined });
  assertEquals(estimateIn("alcaide estimate: about 5"), { estimate: { bytes: 5, is: "about" } });
  assertEquals(estimateIn("pg_dump: error: about 5"), undefined);
});
