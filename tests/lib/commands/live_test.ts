import { assertEquals } from "@std/assert";
import {
  listLive,
  markerName,
  parseMarker,
  refuseLive,
  removeLive,
  switchLive,
} from "../../../lib/commands/live.ts";
import { liveDir } from "../../../lib/commands/paths.ts";
import { type Playground, playground } from "../../playground.ts";

const blue = { slot: "blue", release: "7-1a2b3c4" } as const;
const green = { slot: "green", release: "8-1a2b3c4_dirty" } as const;

async function marked(...names: string[]): Promise<Playground> {
  const place = await playground();
  for (const name of names) await place.write(`${liveDir("shop")}/${name}`, "");
  return place;
}

for (const live of [blue, green]) {
  Deno.test(`parseMarker() reads ${markerName(live)}, also as Caddy says it`, () => {
    assertEquals([parseMarker(markerName(live)), parseMarker(`/${markerName(live)}\n`)], [live, live]);
  });
}

for (const text of ["", "red-7-x", "blue-", "blue-x", "blue-7-../x", "//blue-7-x"]) {
  Deno.test(`parseMarker() makes nothing of "${text}"`, () => assertEquals(parseMarker(text), undefined));
}

const switches = [
  { name: "from nothing", before: [] },
  { name: "from the other slot", before: ["blue-7-1a2b3c4"] },
  { name: "from an older release of the slot", before: ["green-6-x"] },
  { name: "from several, which a cut left", before: ["blue-7-1a2b3c4", "green-6-x", "blue-1-x"] },
  { name: "to where it is", before: ["green-8-1a2b3c4_dirty"] },
];
for (const { name, before } of switches) {
  Deno.test(`switchLive() leaves one marker ${name}`, async () => {
    await using place = await marked(...before);
    const { code, stderr } = await place.run(switchLive("shop", green));
    assertEquals([code, stderr, await place.names(liveDir("shop"))], [0, "", [markerName(green)]]);
  });
}

Deno.test("switchLive() makes directories that Caddy's user can read", async () => {
  await using place = await marked();
  await place.run(switchLive("shop", blue));
  assertEquals(((await Deno.stat(place.at(liveDir("shop")))).mode ?? 0) & 0o777, 0o755);
});

Deno.test("switchLive() leaves other apps alone", async () => {
  await using place = await marked();
  await place.write(`${liveDir("blog")}/green-1-x`, "");
  await place.run(switchLive("shop", blue));
  assertEquals(await place.names(liveDir("blog")), ["green-1-x"]);
});

Deno.test("removeLive() takes the app's marker away, and no other's", async () => {
  await using place = await marked("blue-7-1a2b3c4");
  await place.write(`${liveDir("blog")}/green-1-x`, "");
  await place.run(removeLive("shop"));
  assertEquals([
    await place.names(liveDir("shop").replace(/\/shop$/, "")),
    await place.names(liveDir("blog")),
  ], [
    ["blog"],
    ["green-1-x"],
  ]);
});

Deno.test("listLive() prints every app's marker", async () => {
  await using place = await marked("blue-7-1a2b3c4");
  await place.write(`${liveDir("blog")}/green-1-x`, "");
  assertEquals((await place.run(listLive())).stdout, "shop blue-7-1a2b3c4\nblog green-1-x\n");
});

Deno.test("listLive() is content where there is none", async () => {
  await using place = await playground();
  const { code, stdout } = await place.run(listLive());
  assertEquals([code, stdout], [0, ""]);
});

Deno.test("refuseLive() ends a script when the slot has the traffic", async () => {
  await using place = await marked("blue-7-1a2b3c4");
  const { code, stderr } = await place.run(refuseLive("shop", "blue"));
  assertEquals([code, stderr], [1, "shop_blue has the traffic, so it is left alone\n"]);
});

Deno.test("refuseLive() lets the other slot be", async () => {
  await using place = await marked("blue-7-1a2b3c4");
  assertEquals((await place.run(refuseLive("shop", "green"))).code, 0);
});

Deno.test("refuseLive() lets all be where nothing is live", async () => {
  await using place = await playground();
  assertEquals((await place.run(refuseLive("shop", "green"))).code, 0);
});
