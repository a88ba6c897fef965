import { assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import type { UserConfig } from "../../../../lib/config/field/types.ts";
import { oldImage } from "../../../../lib/deploy/plan/image.ts";
import type { DeployInputs } from "../../../../lib/deploy/plan/deploy.ts";
import { planJson, planText } from "../../../../lib/deploy/plan/show.ts";
import { planDeploy } from "../../../../lib/deploy/plan/deploy.ts";
import { planRollback } from "../../../../lib/deploy/plan/rollback.ts";
import { parseImage } from "../../../../lib/server/images.ts";
import type { Facts } from "../../../../lib/server/facts.ts";
import { config, deployed, facts, release, silentServer } from "../../../fake/facts.ts";
import { planInputs, planOn } from "../../../fake/plan.ts";

const server = silentServer();
const user: Partial<UserConfig> = { image: { packages: ["vips"], commands: ["true"] } };

function plan(
  { known = facts(), changes = user, inputs = {} }: {
    known?: Facts;
    changes?: Partial<UserConfig>;
    inputs?: Partial<DeployInputs>;
  } = {},
) {
  return planOn(server, config(changes), known, { ...planInputs, ...inputs });
}

const nameOf = (more?: Parameters<typeof plan>[0]) => plan(more).image?.name ?? "";
const first = nameOf();
/** Facts of images, by their names. */
const images = (...names: readonly string[]) => names.flatMap((name) => parseImage(name) ?? []);
const later = { now: "2026-02-03T04:05:06.000Z" };

Deno.test("planImage() makes none where there are neither packages nor commands", () => {
  const { image, record } = plan({ changes: {} });
  assertEquals([image, record.config.image], [undefined, undefined]);
});

Deno.test("planImage() makes an image in a jail with the free slot's address, and the record names it", () => {
  const { image, record, jail, template } = plan({ changes: { ...user, jail: { packages: ["openssl"] } } });
  assertMatch(image?.name ?? "", /^shop\.copy-[0-9a-f]{16}\.20260102T030405$/);
  assertEquals(image?.tree.path, `/jails/alcaide_image_${image?.name}`);
  assertEquals<unknown>(image?.make, {
    jail: { name: "shop__image", path: "/jails/shop__image", ip4: jail.ip4, stopTimeout: 5 },
    tree: { name: "shop__image", path: "/jails/shop__image", dataset: undefined },
    ...{ template, image: image?.tree, packages: ["openssl", "vips"], commands: ["true"] },
  });
  assertEquals(record.config.packages, ["openssl", "vips"]);
  assertEquals<unknown>(record.config.image, { name: image?.name, commands: ["true"] });
});

Deno.test("planImage() takes the one that is there, and none that is half deleted", () => {
  const { image } = plan({ known: facts({ images: images(first) }), inputs: later });
  assertEquals([image?.name, image?.make], [first, undefined]);
  const known = facts({ images: images(`${first}.gone`) });
  assertNotEquals(nameOf({ known, inputs: later }), first);
});

const differences: readonly (readonly [what: string, more: Parameters<typeof plan>[0]])[] = [
  ["another package", { changes: { image: { packages: ["vips", "curl"], commands: ["true"] } } }],
  ["another command", { changes: { image: { packages: ["vips"], commands: ["false"] } } }],
  ["another patch level", { known: facts({ templates: ["14.3-RELEASE-p1"] }) }],
  ["thin jails", { changes: { ...user, jail: { kind: "thin" } } }],
  ["clones", { known: facts({ dataset: "z/jails" }) }],
  ["--rebuild", { inputs: { afresh: true } }],
];
for (const [what, { known = facts(), ...more } = {}] of differences) {
  Deno.test(`planImage() makes another image for ${what}`, () => {
    const all = { ...known, images: images(first) };
    const { image } = plan({ ...more, known: all, inputs: { ...later, ...more.inputs } });
    assertNotEquals([image?.name, image?.make], [first, undefined]);
    assertEquals(image?.make !== undefined, true);
  });
}

Deno.test("planImage() gives thin jails an image that mounts the very template that it was made on", () => {
  const { image, jail } = plan({ changes: { ...user, jail: { kind: "thin" } } });
  assertStringIncludes(image?.name ?? "", "shop.thin-");
  assertEquals([image?.make?.jail.base, jail.base], [
    "/jails/.templates/14.3-RELEASE",
    "/jails/.templates/.14.3-RELEASE.newest",
  ]);
  // And the packages of that image; a copy and a clone have them in their trees.
  assertEquals([image?.make?.jail.layer, jail.layer], [undefined, `${image?.tree.path}/usr/.local`]);
  const clones = { ...user, jail: { kind: "thin" } } as const;
  assertEquals(plan({ changes: clones, known: facts({ dataset: "z/jails" }) }).jail.layer, undefined);
  assertEquals([plan().jail.layer, plan({ changes: { jail: { kind: "thin" } } }).jail.layer], [
    undefined,
    undefined,
  ]);
});

/** A server that keeps a release of an image, and lives on another. */
function keeps(all: readonly string[], earlier = first): Facts {
  const live = deployed("5-e", "blue");
  const { config } = release("4-d");
  const image = { name: earlier, commands: ["true"] };
  const thin = earlier.includes("thin") ? { thin: true } : {};
  const kept = release("4-d", { slot: "green", config: { ...config, packages: ["vips"], image, ...thin } });
  return { ...live, journal: [...live.journal, kept], images: images(...all) };
}

function back(known: Facts) {
  const inputs = { ...later, by: "", fences: new Map(), asked: "4" };
  const target = planRollback(config(), new Map([[server, known]]), inputs).servers.get(server);
  return { make: target?.image?.make, name: target?.image?.name, recorded: target?.record.config.image };
}

const layered = first.replace("copy", "thin");

Deno.test("planRollback() starts a kept thin jail again only where its image is there", () => {
  const present = (all: readonly string[], earlier = layered) => {
    const known = {
      ...keeps(all, earlier),
      trees: new Map([["/jails/shop_blue", "shop_blue"], ["/jails/shop_green", "shop_green"]]),
      jailFiles: new Map([["shop_blue", "5-e"], ["shop_green", "4-d"]]),
    };
    const inputs = { ...later, by: "", fences: new Map(), asked: "4" };
    return planRollback(config(), new Map([[server, known]]), inputs).servers.get(server)?.present;
  };
  assertEquals([present([layered]), present([]), present([], first)], [true, false, true]);
});

Deno.test("planRollback() goes back to the release's own image, whatever the base system is now", () => {
  const known = { ...keeps([first]), templates: ["14.3-RELEASE", "14.3-RELEASE-p7"] };
  const recorded = { name: first, commands: ["true"] };
  assertEquals(back(known), { make: undefined, name: first, recorded });
});

Deno.test("planRollback() makes the release's image again where that is gone, and writes its name down", () => {
  const { make, name, recorded } = back(keeps([]));
  assertEquals([make?.packages, make?.commands], [["vips"], ["true"]]);
  assertNotEquals(name, first);
  assertEquals(recorded, { name: name ?? "", commands: ["true"] });
});

Deno.test("planRollback() takes no image of another kind of jails", () => {
  const known = keeps([layered], first);
  assertEquals(back(known).make === undefined, false);
});

const unused = (known: Facts, changes: Partial<UserConfig> = user) =>
  plan({ known, changes, inputs: later }).unusedImages.map(({ path }) => path);

Deno.test("planText() says that a thin jail has the packages of its image", () => {
  const made = planDeploy(
    config({ ...user, jail: { kind: "thin" } }),
    new Map([[server, facts()]]),
    planInputs,
  );
  assertStringIncludes(
    planText(made),
    "port 4000, thin, on the base system in /jails/.templates/14.3-RELEASE with the packages of the image\n",
  );
});

Deno.test("planDeploy() forgets images that no kept release names, and the rest of deletions", () => {
  const [other, rest] = [first.replace("20260102", "20250102"), first.replace("20260102", "20240102")];
  const blog = first.replace("shop", "blog");
  assertEquals(unused(keeps([first, other, `${rest}.gone`, blog])), [
    `/jails/alcaide_image_${other}`,
    `/jails/alcaide_image_${rest}`,
  ]);
  // Its release is forgotten by the same deploy.
  assertEquals(unused(keeps([first]), { keep: 2 }), [`/jails/alcaide_image_${first}`]);
});

Deno.test("planText() and planJson() name the image, and how it is made", () => {
  const shown = (known: Facts, changes = user) => {
    const made = planDeploy(config(changes), new Map([[server, known]]), planInputs);
    const { image, imageThere } = planJson(made)[0] ?? {};
    return [planText(made).split("\n").filter((row) => /image/.test(row)), image, imageThere];
  };
  const path = `/jails/alcaide_image_${first}`;
  const jail = "  jail shop_blue at 10.66.0.2, port 4000, a copy of the image";
  assertEquals(shown(facts()), [
    [
      `  image ${path}, made of the base system in /jails/.templates/14.3-RELEASE with vips and 1 command`,
      jail,
    ],
    first,
    false,
  ]);
  assertEquals(shown(facts({ images: images(first) })), [
    [`  image ${path}, which is there already`, jail],
    first,
    true,
  ]);
  assertEquals(shown(facts(), {}), [[], undefined, undefined]);
});

Deno.test("oldImage() warns from the thirtieth day on", () => {
  const [made] = images(first);
  const at = (days: number) => oldImage(made, Date.parse("2026-01-02T03:04:05Z") + days * 86_400_000);
  assertEquals(at(29.9), undefined);
  assertEquals(at(30), {
    says: "The image of the app's jails is 30 days old, and so are its packages",
    remedy: '"alcaide deploy --rebuild" installs the newest',
  });
  assertEquals(oldImage(undefined, 0), undefined);
});
