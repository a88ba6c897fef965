import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { planDestroy } from "../../../../lib/deploy/plan/destroy.ts";
import type { UserConfig } from "../../../../lib/config/field/types.ts";
import { AlcaideError } from "../../../../lib/core/error.ts";
import type { Facts } from "../../../../lib/server/facts.ts";
import { parseImage } from "../../../../lib/server/images.ts";
import { parseLeft, parseVolumes } from "../../../../lib/server/left.ts";
import { accessoryRecord, config, deployed, facts, place, release } from "../../../fake/facts.ts";

const state =
  "own /var/db/alcaide/apps/shop/fence\nfile shop_blue /usr/local/etc/alcaide/jails/shop_blue.conf\n";
const left = `${state}own /usr/local/etc/caddy/conf.d/alcaide/shop.caddy\ntree /jails/shop_blue\n`;
const live = deployed("7-1a2b3c4", "blue");

function plan(more: { known?: Facts; left?: string; user?: Partial<UserConfig>; volumes?: string } = {}) {
  const { known = live, user = {}, volumes } = more;
  return planDestroy(
    config(user),
    known,
    parseLeft(more.left ?? left),
    "web",
    volumes === undefined ? undefined : parseVolumes(volumes),
  );
}

function refusal(more: Parameters<typeof plan>[0]): (string | undefined)[] {
  const error = assertThrows(() => plan(more), AlcaideError);
  return [error.message, error.hint];
}

const titles = (more?: Parameters<typeof plan>[0]) =>
  plan(more).changes.map(({ title, reason }) => `${title}: ${reason}`);

Deno.test("planDestroy() takes the site first, then the jails, and what is known of the app last", () => {
  const known = { ...live, sites: new Map([["shop", [...live.sites.values()][0] ?? ""]]) };
  assertEquals(titles({ known }), [
    "Take shop out of Caddy: its site answers to http://",
    "Remove the jail shop_blue: it runs in /jails/shop_blue",
    "Forget shop: its releases, logs and addresses are kept",
  ]);
});

Deno.test("planDestroy() removes nothing where nothing is", () => {
  assertEquals(plan({ known: facts(), left: "" }), { changes: [], kept: [] });
});

Deno.test("planDestroy() finishes what was cut off", () => {
  const known = facts({ hostText: live.hostText, host: live.host });
  assertEquals(titles({ known, left: "tree /jails/shop_green.gone\ntree /jails/.shop_blue.new\n" }), [
    "Remove the jail shop_blue: it is in /jails/shop_blue",
    "Remove the jail shop_green: it is in /jails/shop_green",
    "Forget shop: its releases, logs and addresses are kept",
  ]);
  assertEquals(titles({ known: facts(), left: "own /usr/local/etc/alcaide/live/shop\n" }), [
    "Take shop out of Caddy: something of its site is left",
    "Forget shop: its releases, logs and addresses are kept",
  ]);
});

Deno.test("planDestroy() takes the trees of an accessory's upgrade that was cut off, by their marks", () => {
  const known: Facts = { ...facts(), accessories: new Map([["shop_db", accessoryRecord()]]) };
  const { changes: [change] } = plan({ known, left: "tree /jails/shop_db.old\n" });
  assertEquals(change?.title, "Remove the jail shop_db");
  const text = change?.command.text ?? "";
  for (const tree of ["/jails/shop_db.next", "/jails/shop_db.old", "/jails/shop_db"]) {
    assertStringIncludes(text, `if [ -L ${tree} ] ||`);
  }
  assertStringIncludes(text, "/usr/local/etc/alcaide/jails/shop_db.conf.kept");
  assertEquals(refusal({ known, left: "foreign /jails/shop_db.next\n" }), [
    "Cannot destroy shop on web: /jails/shop_db.next exists, and alcaide did not make it",
    "Move it away, then run this again",
  ]);
});

Deno.test("planDestroy() takes the app's images after its jails, half a one first", () => {
  const names = ["shop", "blog"].map((app) => `${app}.clone-0011223344556677.20260102T030405`);
  const images = names.flatMap((name) => parseImage(name) ?? []);
  const known = { ...live, dataset: "z/jails", images };
  assertEquals(titles({ known, left: `${left}tree /jails/shop__image\n` }).slice(1, 4), [
    "Remove the jail shop_blue: it runs in /jails/shop_blue",
    "Remove the jail shop__image: it is in /jails/shop__image",
    `Remove the image ${names[0]}: it is in /jails/alcaide_image_${names[0]}`,
  ]);
  assertStringIncludes(
    plan({ known }).changes.find(({ title }) => title.includes("image"))?.command.text ?? "",
    `zfs destroy z/jails/alcaide_image_${names[0]}@alcaide`,
  );
});

Deno.test("planDestroy() gives the app's allocations back, and no others", () => {
  const other = { ...place, uid: 60003, blue: "10.66.0.8", green: "10.66.0.9" };
  const host = {
    version: 1 as const,
    apps: { shop: place, shop_x: other },
    jails: {
      shop_build: { address: "10.66.0.4", uid: 60001 },
      shop_x_build: { address: "10.66.0.5", uid: 60002 },
    },
    owners: { shop: { shown: "me", names: [] } },
  };
  const known = { ...live, host, hostText: JSON.stringify(host) };
  const { text } = plan({ known }).changes.at(-1)?.command ?? { text: "" };
  assertStringIncludes(text, '"shop_x_build"');
  assert(!/"shop_build": \{/.test(text.slice(text.indexOf("exit 75"))), text);
  assert(!text.slice(text.indexOf("exit 75")).includes('"shop": '), text);
});

Deno.test("planDestroy() knows blog's jails from those of blog_admin", () => {
  const host = {
    version: 1 as const,
    apps: { blog: place, blog_admin: place },
    jails: {
      blog_build: { address: "10.66.0.4", uid: 1 },
      blog_db: { address: "10.66.0.5", uid: 1 },
      blog_admin_build: { address: "10.66.0.6", uid: 1 },
      blog_admin_db: { address: "10.66.0.7", uid: 1 },
    },
  };
  const names = [
    "blog_blue",
    "blog_build",
    "blog_db",
    "blog_admin_blue",
    "blog_admin_build",
    "blog_admin_db",
  ];
  const known = facts({
    host,
    hostText: JSON.stringify(host),
    accessories: new Map([[
      "blog_admin_db",
      accessoryRecord("db", { app: "blog_admin", jail: "blog_admin_db" }),
    ]]),
  });
  const all = names.map((name) => `file ${name} /x/${name}.conf\ntree /jails/${name}\n`).join("");
  assertEquals(
    titles({ known, left: all, user: { app: "blog" } }).filter((title) => title.startsWith("Remove")),
    [
      "Remove the jail blog_blue: it is in /jails/blog_blue",
      "Remove the jail blog_build: it is in /jails/blog_build",
      "Remove the jail blog_db: it is in /jails/blog_db",
    ],
  );
});

Deno.test("planDestroy() refuses what is in the way and isn't ours, by its name", () => {
  assertEquals(refusal({ left: "" }), [
    "Cannot destroy shop on web: the jail shop_blue exists, and alcaide did not make it",
    "Stop or rename it, then run this again",
  ]);
  const elsewhere = {
    ...live,
    jails: live.jails.map((jail) => ({ ...jail, path: "/else/root" })),
  };
  // Its files are ours, the jail that runs is not: a person stopped ours and started another.
  assertEquals(refusal({ known: elsewhere }), [
    "Cannot destroy shop on web: the jail shop_blue runs in /else/root, and alcaide did not make it",
    "Stop or rename it, then run this again",
  ]);
  const behindLink = {
    ...live,
    jails: live.jails.map((jail) => ({ ...jail, path: "/zroot/jails/shop_blue" })),
  };
  assertEquals(plan({ known: behindLink }).changes.length, 3);
  assertEquals(refusal({ left: `${left}foreign /jails/shop_green\n` }), [
    "Cannot destroy shop on web: /jails/shop_green exists, and alcaide did not make it",
    "Move it away, then run this again",
  ]);
  assertEquals(refusal({ left: `${left}at shop_blue /old/shop_blue\n` }), [
    "Cannot destroy shop on web: the jail shop_blue is in /old/shop_blue, not in /jails",
    "Set jail.basePath to /old for once",
  ]);
  const zfs = { known: { ...live, dataset: "z/jails" } };
  assertEquals(
    refusal({
      ...zfs,
      left: `${left}zfs z/jails/shop_blue\nzfs z/jails/shop_blue/mine\nzfs z/jails/shop_blue@mine\n`,
    }),
    [
      "Cannot destroy shop on web: alcaide did not make z/jails/shop_blue/mine and z/jails/shop_blue@mine",
      "Keep what you need of it, then: zfs destroy z/jails/shop_blue@mine",
    ],
  );
  assertEquals(
    plan({ ...zfs, left: `${left}zfs z/jails/shop_blue\nzfs z/jails/shop_blue2/x\n` }).changes.length,
    3,
  );
});

const volume = (host: string) => ({ host, jail: "/x" });
const withVolumes = {
  user: { volumes: ["/data/app:/app/data"] },
  known: {
    ...live,
    journal: [release("6-a", { config: { ...release("6-a").config, volumes: [volume("/data/old")] } })],
    accessories: new Map([["shop_db", accessoryRecord()]]),
  },
};

Deno.test("planDestroy() keeps volumes, and says where they are", () => {
  assertEquals(plan(withVolumes).kept.map(({ path }) => path), ["/data/app", "/data/db", "/data/old"]);
});

Deno.test("planDestroy() deletes the volumes that are provably the app's, once that is asked for", () => {
  const volumes = "/data/app dir 60000\n/data/db dir 770\n/data/old absent\nuse shop_blue /data/app\n";
  const { changes, kept } = plan({ ...withVolumes, volumes });
  assertEquals([changes.flatMap((change) => change.volume ?? []), kept], [["/data/app", "/data/db"], []]);
  // Records and releases name them: they go afterwards.
  assertEquals(changes.at(-1)?.title, "Forget shop");
});

Deno.test("planDestroy() keeps volumes that may be somebody else's, each with its reason", () => {
  const reasons = (volumes: string) =>
    plan({ ...withVolumes, volumes }).kept.map(({ path, reason }) => `${path}: ${reason}`);
  assertEquals(reasons("/data/app link\n/data/db mount\n/data/old dir 0\n"), [
    "/data/app: a symbolic link leads there",
    "/data/db: it is a file system of its own, or has one in it",
    "/data/old: it belongs to user id 0, so alcaide did not make it",
  ]);
  assertEquals(
    reasons("/data/app dir 60000\n/data/db dir 0\n/data/old dir 60000\nuse other_blue /data/app/sub\n"),
    [
      "/data/app: the jail other_blue has /data/app/sub",
      "/data/db: it belongs to user id 0, so alcaide did not make it",
    ],
  );
});

Deno.test("parseLeft() tells files of ours from others", () => {
  const { own, kept } = parseLeft(
    "own /s/releases/1-a\nall /s/releases\nown /s/fence\nall /s/fence\nall /s/notes\n",
  );
  assertEquals([own, kept], [["/s/releases/1-a", "/s/fence"], ["/s/notes"]]);
});
