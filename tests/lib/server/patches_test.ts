import { assertEquals } from "@std/assert";
import { behindServer, patchedFirst, patchRemedy, templateFor } from "../../../lib/server/patches.ts";
import { accessoryRecord, facts } from "../../fake/facts.ts";

const templates = ["14.3-RELEASE", "14.3-RELEASE-p10", "14.3-RELEASE-p9", "14.2-RELEASE-p12"];

Deno.test("templateFor() takes the highest patch level of the same release", () => {
  assertEquals(templateFor("14.3-RELEASE", templates), "14.3-RELEASE-p10");
});

Deno.test("templateFor() finds it by a version with another level", () => {
  assertEquals(templateFor("14.3-RELEASE-p9", templates), "14.3-RELEASE-p10");
});

Deno.test("templateFor() gives the version itself where it is not there", () => {
  assertEquals(templateFor("15.0-RELEASE", templates), "15.0-RELEASE");
});

Deno.test("patchedFirst() has clones before what they are clones of", () => {
  assertEquals(patchedFirst(templates).at(-1), "14.3-RELEASE");
});

const jail = (name: string, dying = false) => ({ name, path: `/jails/${name}`, addresses: [], dying });
const known = (versions: Record<string, string>, more: Parameters<typeof facts>[0] = {}) =>
  facts({
    userland: "14.3-RELEASE-p5",
    versions: new Map(Object.entries(versions).map(([name, version]) => [`/jails/${name}`, version])),
    trees: new Map(Object.keys(versions).map((name) => [`/jails/${name}`, name])),
    jails: [jail("shop_blue"), jail("shop_db"), jail("shop_green", true)],
    ...more,
  });

Deno.test("behindServer() names running jails with a lower level, and no other", () => {
  const found = behindServer(
    known({ shop_blue: "14.3-RELEASE-p2", shop_db: "14.3-RELEASE-p5", shop_green: "14.3-RELEASE" }),
    "/jails",
  );
  assertEquals(found, [{ path: "/jails/shop_blue", jail: "shop_blue", version: "14.3-RELEASE-p2" }]);
});

Deno.test("behindServer() names the newest template, not those that it replaced", () => {
  const versions = {
    ".templates/14.3-RELEASE": "14.3-RELEASE",
    ".templates/14.3-RELEASE-p4": "14.3-RELEASE-p4",
  };
  const found = behindServer(
    known(versions, { templates: ["14.3-RELEASE", "14.3-RELEASE-p4"], jails: [] }),
    "/jails",
  );
  assertEquals(found.map(({ path }) => path), ["/jails/.templates/14.3-RELEASE-p4"]);
});

for (
  const [name, versions, more] of [
    ["another release's levels", { shop_blue: "14.2-RELEASE" }, {}],
    ["a server without patches", { shop_blue: "14.3-RELEASE" }, { userland: "14.3-RELEASE" }],
    ["a server whose level is not known", { shop_blue: "14.3-RELEASE" }, { userland: "" }],
    ["a jail that is not ours", { shop_blue: "14.3-RELEASE" }, { trees: new Map() }],
    ["a jail with later patches", { shop_blue: "14.3-RELEASE-p6" }, {}],
  ] as const
) {
  Deno.test(`behindServer() has nothing to say of ${name}`, () => {
    assertEquals(behindServer(known(versions, more), "/jails"), []);
  });
}

Deno.test("patchRemedy() names the tasks in their order", () => {
  const behind = [undefined, "shop_blue", "shop_db"].map((jail) => ({ jail, path: "/x", version: "x" }));
  assertEquals(
    patchRemedy(behind, { accessories: new Map([["shop_db", accessoryRecord()]]) }),
    '"alcaide setup", "alcaide deploy" and "alcaide accessory upgrade db"',
  );
});
