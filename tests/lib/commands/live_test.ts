import { assertEquals } from "@std/assert";
import {
  linkLive,
  listLive,
  markerName,
  parseMarker,
  refuseLive,
  removeLive,
  switchLive,
} from "../../../lib/commands/live.ts";
import { blueLink, liveDir } from "../../../lib/commands/paths.ts";
import type { Script } from "../../../lib/core/sh.ts";
import { type Playground, playground } from "../../playground.ts";

const blue = { slot: "blue", release: "7-1a2b3c4" } as const;
const green = { slot: "green", release: "8-1a2b3c4_dirty" } as const;

async function marked(...names: string[]): Promise<Playground> {
  const place = await playground();
  for (const name of names) await place.write(`${liveDir("shop")}/${name}`, "");
  return place;
}

/** The slot that Caddy sends requests to: it looks for the link, which leads to a file or nowhere. */
async function servedIn(place: Playground): Promise<string> {
  const found = await Deno.stat(`${place.at(liveDir("shop"))}/${blueLink}`).then(() => true, () => false);
  return found ? "blue" : "green";
}

/** The slot that Caddy sends requests to and the markers, after each program that a script calls. */
async function servedOnTheWay(place: Playground, script: Script): Promise<string[]> {
  const link = `${place.at(liveDir("shop"))}/${blueLink}`;
  for (const name of ["mv", "ln", "rm"]) {
    const seen =
      `[ -e ${link} ] && served=blue || served=green; echo "$served $(ls | tr '\\n' ' ')" >>${place.root}/seen`;
    await place.program(name, `/bin/${name} "$@"; status=$?; ${seen}; exit $status`);
  }
  await place.run(script);
  return [...new Set((await place.read("/seen") ?? "").trim().split("\n").map((line) => line.trim()))];
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

Deno.test("switchLive() is decided by the renaming of the marker", async () => {
  await using place = await marked("green-6-x");
  assertEquals(await servedOnTheWay(place, switchLive("shop", blue)), [
    "green green-6-x",
    "blue blue-7-1a2b3c4",
  ]);
  await Deno.remove(place.at("/seen"));
  assertEquals(await servedOnTheWay(place, switchLive("shop", green)), ["green green-8-1a2b3c4_dirty"]);
});

Deno.test("switchLive() lets a slot keep the traffic while its release changes", async () => {
  await using place = await marked();
  await place.run(switchLive("shop", { slot: "blue", release: "6-x" }));
  const served = await servedOnTheWay(place, switchLive("shop", blue));
  assertEquals(served.filter((line) => !line.startsWith("blue ")), []);
  assertEquals(served.at(-1), "blue blue-7-1a2b3c4");
});

for (const [name, before, slot] of [["blue", "blue-7-1a2b3c4", "blue"], ["green", "green-6-x", "green"]]) {
  Deno.test(`linkLive() makes the link where an older version put the marker of ${name}`, async () => {
    await using place = await marked(before ?? "");
    for (const _ of [1, 2]) assertEquals((await place.run(linkLive("shop"))).code, 0);
    assertEquals(await servedIn(place), slot);
  });
}

Deno.test("linkLive() makes a link that leads elsewhere lead to the marker, and none without one", async () => {
  await using place = await marked("blue-7-1a2b3c4");
  await Deno.symlink("blue-5-x", `${place.at(liveDir("shop"))}/${blueLink}`);
  assertEquals(await servedIn(place), "green");
  await place.run(linkLive("shop"));
  assertEquals(await servedIn(place), "blue");
  assertEquals((await place.run(linkLive("blog"))).code, 0);
});

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
  await using place = await marked();
  await place.run(switchLive("shop", blue));
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
