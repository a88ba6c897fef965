import { assertEquals } from "@std/assert";
import { addRecord, readRecords } from "../../../lib/commands/history.ts";
import { historyDir, historyFile } from "../../../lib/commands/paths.ts";
import { playground } from "../../playground.ts";

Deno.test("addRecord() appends lines, for root alone", async () => {
  await using place = await playground();
  for (const line of ['{"a":"it\'s"}', '{"b":"$x \\\\ %s"}']) await place.run(addRecord("shop", line, 10));
  assertEquals(await place.read(historyFile("shop")), '{"a":"it\'s"}\n{"b":"$x \\\\ %s"}\n');
  const modes = [historyDir, historyFile("shop")].map(async (path) =>
    ((await Deno.stat(place.at(path))).mode ?? 0) & 0o777
  );
  assertEquals(await Promise.all(modes), [0o700, 0o600]);
});

Deno.test("addRecord() keeps the newest", async () => {
  await using place = await playground();
  for (const line of ["1", "2", "3", "4"]) await place.run(addRecord("shop", line, 3));
  assertEquals(await place.read(historyFile("shop")), "2\n3\n4\n");
  assertEquals(await place.names(historyDir), ["lock", "shop.jsonl"]);
});

Deno.test("addRecord() leaves a line that was cut off on a line of its own", async () => {
  await using place = await playground();
  await place.write(historyFile("shop"), "1\n{cu");
  await place.run(addRecord("shop", "2", 10));
  assertEquals(await place.read(historyFile("shop")), "1\n{cu\n2\n");
});

Deno.test("addRecord() fails while somebody else writes for too long", async () => {
  await using place = await playground();
  await place.program("lockf", "exit 75");
  assertEquals((await place.run(addRecord("shop", "1", 10))).code, 75);
});

Deno.test("readRecords() prints the last lines; none where nothing was ever done", async () => {
  await using place = await playground();
  assertEquals((await place.run(readRecords("shop", 2))).stdout, "");
  await place.write(historyFile("shop"), "1\n2\n3\n");
  assertEquals((await place.run(readRecords("shop", 2))).stdout, "2\n3\n");
});
