import { assert, assertEquals, assertRejects } from "@std/assert";
import { AlcaideError } from "../../../lib/core/error.ts";
import type { Facts } from "../../../lib/server/facts.ts";
import { planUpgrade } from "../../../lib/setup/accessory_upgrade.ts";
import { config } from "../../fake/facts.ts";
import { db, inputs, made, server } from "./accessory_plans.ts";

const versions = (jail: string, template = "14.3-RELEASE-p5") =>
  new Map([["/jails/shop_db", jail], ["/jails/.templates/14.3-RELEASE-p5", template]]);
const patched: Partial<Facts> = {
  templates: ["14.3-RELEASE", "14.3-RELEASE-p5"],
  versions: versions("14.3-RELEASE"),
};

async function upgrade(known: Partial<Facts> = {}, accessories = { db: db() }) {
  const facts = await made(db(), { ...patched, ...known });
  return planUpgrade(config({ accessories }), facts, server, { ...inputs, name: "db" });
}

Deno.test("planUpgrade() makes the jail anew from the newest template, and says that it stops", async () => {
  const { title, reason, lock, command } = await upgrade() ?? { command: { text: "" } };
  assertEquals([title, reason, lock], [
    "Move db to FreeBSD 14.3-RELEASE-p5; it stops for a moment",
    "its jail has 14.3-RELEASE",
    "setup",
  ]);
  const order = [
    "tar -C /jails/.templates/14.3-RELEASE-p5 ",
    "pkg -r /jails/shop_db.next install -y postgresql16-server",
    "jail -q -f /usr/local/etc/alcaide/jails/shop_db.conf -r shop_db",
    "mv /jails/shop_db /jails/shop_db.old",
    "mv /jails/shop_db.next /jails/shop_db\n",
    "shop_db is not well after",
    "Taking the old jail back",
    '"freebsd":"14.3-RELEASE"',
  ];
  const text = command.text.slice(command.text.indexOf(order[0] ?? ""));
  const places = order.map((part) => text.indexOf(part));
  assertEquals(places, places.toSorted((a, b) => a - b));
  assert(!places.includes(-1));
  assert(!/(rm|mv|chown) [^\n]*\/data\/pg/.test(text));
});

Deno.test("planUpgrade() has nothing to do where the jail has the template's version", async () => {
  assertEquals(await upgrade({ versions: versions("14.3-RELEASE-p5") }), undefined);
});

Deno.test("planUpgrade() finishes one that was cut off", async () => {
  const cut = await upgrade({
    versions: versions("14.3-RELEASE-p5"),
    base: [".templates", "shop_db", "shop_db.old"],
  });
  assertEquals(cut?.reason, "an upgrade was cut off");
});

Deno.test("planUpgrade() moves to a new release of FreeBSD, too", async () => {
  const change = await upgrade({
    release: "15.0-RELEASE",
    templates: ["14.3-RELEASE", "15.0-RELEASE"],
    versions: new Map([["/jails/shop_db", "14.3-RELEASE-p5"], [
      "/jails/.templates/15.0-RELEASE",
      "15.0-RELEASE",
    ]]),
  });
  assertEquals([change?.title, change?.command.text.includes('"freebsd":"15.0-RELEASE"')], [
    "Move db to FreeBSD 15.0-RELEASE; it stops for a moment",
    true,
  ]);
});

const refusals: readonly [name: string, known: Partial<Facts>, says: string, hint: string][] = [
  [
    "one that the configuration does not name",
    {},
    "the configuration does not name it",
    '"alcaide accessory remove db" ends it',
  ],
  [
    "one that setup did not finish",
    { accessories: new Map() },
    "setup did not finish it",
    'Run "alcaide setup" first',
  ],
  [
    "without a template",
    { templates: [] },
    "there is no base system 14.3-RELEASE",
    'Run "alcaide setup" first',
  ],
];
for (const [name, known, says, hint] of refusals) {
  Deno.test(`planUpgrade() refuses ${name}`, async () => {
    const accessories = name.includes("not name") ? {} as { db: ReturnType<typeof db> } : { db: db() };
    const error = await assertRejects(() => upgrade(known, accessories), AlcaideError);
    assertEquals([error.message, error.hint], [`Cannot upgrade db on ${server}: ${says}`, hint]);
  });
}

Deno.test("planUpgrade() changes no major version of PostgreSQL", async () => {
  const error = await assertRejects(() => upgrade({}, { db: db({ version: "17" }) }), AlcaideError);
  assertEquals(
    error.message,
    `Cannot upgrade db on ${server}: it is postgresql 16 there, 17 in the configuration, which can't read its data`,
  );
});

Deno.test("planUpgrade() renames datasets on ZFS, with their marks", async () => {
  const text = (await upgrade({ dataset: "z/jails" }))?.command.text ?? "";
  const at = text.indexOf("zfs rename z/jails/shop_db z/jails/shop_db.old ");
  assert(at > 0 && text.indexOf("zfs set alcaide:name=shop_db.old z/jails/shop_db.old", at) > at);
  assert(text.indexOf("zfs rename z/jails/shop_db.next z/jails/shop_db ", at) > at);
});
