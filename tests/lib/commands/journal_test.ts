import { assertEquals } from "@std/assert";
import {
  dropFailed,
  dropReleases,
  endRelease,
  writeHostFile,
  writeRelease,
} from "../../../lib/commands/journal.ts";
import { assetsDir, hostFile, logDir, releaseDir } from "../../../lib/commands/paths.ts";
import { parseRelease, type Release } from "../../../lib/core/release.ts";
import { release } from "../../fake/facts.ts";
import { playground } from "../../playground.ts";

const dir = releaseDir("shop", "7-1a2b3c4");

Deno.test("writeRelease() writes what parseRelease() reads", async () => {
  await using place = await playground();
  const record = release("7-1a2b3c4", { by: 'it\'s "me" $HOME', reason: "a\nb" });
  assertEquals((await place.run(writeRelease(record))).code, 0);
  assertEquals(parseRelease(await place.read(`${dir}/release.json`) ?? ""), record);
});

Deno.test("writeRelease() keeps directory and record to root", async () => {
  await using place = await playground();
  await place.run(writeRelease(release("7-1a2b3c4")));
  const modes = await Promise.all([dir, `${dir}/release.json`].map((path) => Deno.stat(place.at(path))));
  assertEquals(modes.map(({ mode }) => (mode ?? 0) & 0o777), [0o700, 0o600]);
});

Deno.test("writeHostFile() writes the first one", async () => {
  await using place = await playground();
  assertEquals([(await place.run(writeHostFile("", "new\n"))).code, await place.read(hostFile)], [
    0,
    "new\n",
  ]);
});

Deno.test("writeHostFile() fails when the file is not what was written", async () => {
  await using place = await playground();
  await place.program("mv", "exit 0");
  const { code, stderr } = await place.run(writeHostFile("", "new\n"));
  assertEquals([code, stderr.includes("could not be written")], [1, true]);
});

Deno.test("writeHostFile() writes when nothing changed since", async () => {
  await using place = await playground();
  const before = '{\n "apps": {"it\'s": 1}\n}\n';
  await place.write(hostFile, before);
  assertEquals([(await place.run(writeHostFile(before, "new\n"))).code, await place.read(hostFile)], [
    0,
    "new\n",
  ]);
});

Deno.test("writeHostFile() writes nothing when somebody else did", async () => {
  await using place = await playground();
  await place.write(hostFile, "theirs\n");
  assertEquals([(await place.run(writeHostFile("", "new\n"))).code, await place.read(hostFile)], [
    75,
    "theirs\n",
  ]);
});

Deno.test("endRelease() removes the assets of a failed release, and of no other", () => {
  const assets = { path: "/assets", from: "public" };
  const one = release("7-1a2b3c4", { config: { ...release("7-1a2b3c4").config, assets } });
  const removes = (record: Release) =>
    endRelease(record).text.includes(`${assetsDir("shop")}/*-${record.id};`);
  assertEquals([removes({ ...one, state: "failed" }), removes(one)], [true, false]);
  assertEquals(removes(release("7-1a2b3c4", { state: "failed" })), false);
});

Deno.test("dropFailed() keeps the record and drops what fills the disk or is secret", async () => {
  await using place = await playground();
  for (const name of ["release.json", "artifact", "artifact.part", "artifact.sent", "chunks", "env"]) {
    await place.write(`${dir}/${name}`, "x");
  }
  await place.run(dropFailed("shop", "7-1a2b3c4"));
  assertEquals(await place.names(dir), ["release.json"]);
});

Deno.test("dropReleases() forgets those and their logs, and no others", async () => {
  await using place = await playground();
  for (const id of ["1-a", "2-b", "10-a"]) {
    await place.write(`${releaseDir("shop", id)}/release.json`, "{}");
    await place.write(`${logDir}/shop/${id}.log`, "x");
  }
  await place.run(dropReleases("shop", ["1-a", "2-b"]));
  assertEquals([await place.names(dir.replace(/\/[^/]*$/, "")), await place.names(`${logDir}/shop`)], [[
    "10-a",
  ], [
    "10-a.log",
  ]]);
});
