import { assertEquals } from "@std/assert";
import { progressIn, shownDownload } from "../../../lib/commands/progress.ts";
import { sh } from "../../../lib/core/sh.ts";
import { playground } from "../../playground.ts";

/** Downloads a file that is announced with a size, and that comes once somebody has looked at it. */
async function download(size: string, status = 0) {
  await using place = await playground();
  await place.program("fetch", `echo ${size}`);
  await place.program("sleep", "exit 0");
  // The first look is told before the second.
  const [once, twice] = [place.at("/once"), place.at("/twice")];
  await place.program("stat", `[ ! -e ${once} ] || : >${twice}; : >${once}; echo 4500000`);
  const wait = size === "9000000" ? `until [ -e ${twice} ]; do :; done; ` : "";
  await place.program("get", `${wait}exit ${status}`);
  const { code, stdout, stderr } = await place.run(
    shownDownload(sh`http://mirror/base.txz`, "/base.txz", sh`get`),
  );
  return { code, stderr, rows: [...new Set(stdout.split("\n").filter((row) => row !== ""))] };
}

Deno.test("shownDownload() tells how much has come, and how the download ended", async () => {
  for (const status of [0, 3]) {
    const { code, stderr, rows } = await download("9000000", status);
    assertEquals([code, stderr, rows.map(progressIn)], [status === 0 ? 0 : 1, "", [[4_500_000, 9_000_000]]]);
  }
});

for (const size of ["Unknown", "12", "''"]) {
  Deno.test(`shownDownload() says nothing of a file of size ${size}`, async () => {
    assertEquals(await download(size), { code: 0, stderr: "", rows: [] });
  });
}

Deno.test("progressIn() knows its own lines alone", () => {
  assertEquals(["alcaide progress: 1", "progress: 1 2", ""].map(progressIn), [
    undefined,
    undefined,
    undefined,
  ]);
});
