import { assertEquals, assertMatch } from "@std/assert";
import type { DatasetFact } from "../../../lib/server/datasets.ts";
import type { Facts } from "../../../lib/server/facts.ts";
import { planHome, refuseHome, treesText } from "../../../lib/setup/dataset.ts";
import { planSetup } from "../../../lib/setup/plan.ts";
import { dataset, installed } from "../../fake/datasets.ts";
import { config, facts, setupFacts } from "../../fake/facts.ts";

interface Given {
  readonly datasets?: readonly DatasetFact[];
  readonly holder?: readonly [device: string, mountedAt: string];
  readonly facts?: Partial<Facts>;
  readonly basePath?: string;
  readonly jailPaths?: readonly string[];
}

/** A server as the installer leaves it, without a base path. */
function server(given: Given) {
  const [device, mountedAt] = given.holder ?? ["zroot/ROOT/default", "/"];
  const setup = setupFacts({
    datasets: given.datasets ?? installed(),
    holder: { device, mountedAt },
    jailPaths: given.jailPaths ?? [],
    rc: { ...setupFacts().rc, zfs_enable: "YES" },
  });
  return facts({ base: [], templates: [], ...given.facts, setup });
}

const home = (given: Given) => {
  const known = server(given);
  return planHome(given.basePath ?? "/jails", known, known.setup ?? setupFacts());
};
const refusal = (given: Given) => {
  const known = server(given);
  return refuseHome(given.basePath ?? "/jails", known, known.setup ?? setupFacts());
};

const made: readonly (Given & { name: string; makes: string })[] = [
  { name: "beside the boot environments, as the installer leaves a server", makes: "zroot/jails" },
  { name: "beside the boot environments for a deeper path", basePath: "/usr/jails", makes: "zroot/jails" },
  {
    name: "beside the boot environments that have datasets of their own",
    datasets: installed(dataset("zroot/ROOT/default/srv", { mountpoint: "/srv" })),
    holder: ["zroot/ROOT/default/srv", "/srv"],
    basePath: "/srv/jails",
    makes: "zroot/jails",
  },
  {
    name: "in the dataset that holds the path",
    holder: ["zroot/home", "/home"],
    basePath: "/home/jails",
    makes: "zroot/home/jails",
  },
  {
    name: "in another pool",
    datasets: installed("tank"),
    holder: ["tank", "/tank"],
    basePath: "/tank/jails",
    makes: "tank/jails",
  },
  {
    name: "in an encrypted dataset",
    datasets: installed(dataset("zroot/safe", { mountpoint: "/safe", encrypted: true })),
    holder: ["zroot/safe", "/safe"],
    basePath: "/safe/jails",
    makes: "zroot/safe/jails",
  },
  {
    name: "under another name where the first is taken",
    datasets: installed("zroot/jails"),
    makes: "zroot/alcaide_jails",
  },
];
for (const { name, makes, ...given } of made) {
  Deno.test(`planHome() makes a dataset ${name}`, () => {
    assertEquals(home(given), { dataset: makes, missing: true, advice: [] });
  });
}

const copied: readonly (Given & { name: string; advice?: RegExp })[] = [
  { name: "there is no ZFS", datasets: [], holder: ["/dev/vtbd0p2", "/"] },
  { name: "the path lies on UFS beside a pool", holder: ["/dev/vtbd0p2", "/"] },
  {
    name: "copies are there already",
    facts: { base: [".templates"], templates: ["14.3-RELEASE"] },
    advice:
      /copies, although it lies on ZFS: they were made before\. "Copies become clones" in docs\/runbook\.md/,
  },
  {
    name: "the path holds files of somebody's",
    facts: { base: ["bastille"] },
    advice: /it is not empty, so nothing is mounted there/,
  },
  {
    name: "fstab mounts the path",
    datasets: installed(dataset("zroot/j", { mountpoint: "legacy" })),
    holder: ["zroot/j", "/jails"],
    advice: /zroot\/j has the mount point "legacy", not \/jails/,
  },
  {
    name: "the pool is read-only",
    datasets: installed(dataset("tank", { readonly: true })),
    holder: ["tank", "/tank"],
    basePath: "/tank/jails",
    advice: /tank is read-only/,
  },
  {
    name: "encrypted data would not be any more",
    datasets: installed().map((one) => one.name.startsWith("zroot/ROOT") ? { ...one, encrypted: true } : one),
    advice: /a dataset in zroot would not be encrypted as zroot\/ROOT\/default is/,
  },
  {
    name: "both names are taken",
    datasets: installed("zroot/jails", "zroot/alcaide_jails"),
    advice: /zroot has other datasets of that name/,
  },
];
for (const { name, advice, ...given } of copied) {
  Deno.test(`planHome() leaves it at copies where ${name}`, () => {
    const found = home(given);
    assertEquals([found.dataset, found.missing, found.advice.length], [undefined, false, advice ? 1 : 0]);
    if (advice) assertMatch(found.advice[0] ?? "", advice);
  });
}

Deno.test("planHome() keeps the dataset that is there, and says when a reboot would lose it", () => {
  const own = (canmount: string) =>
    home({ facts: { dataset: "tank/j" }, datasets: [dataset("tank/j", { canmount })] });
  assertEquals(own("on"), { dataset: "tank/j", missing: false, advice: [] });
  assertEquals(own("noauto").advice, [
    "tank/j is not mounted by itself after a reboot, and the jails are gone then: zfs set canmount=on tank/j",
  ]);
});

Deno.test("refuseHome() doesn't cover a dataset that is to be mounted", () => {
  const away = { mountpoint: "/jails", mounted: false };
  assertEquals(refusal({ datasets: installed(dataset("tank/jails", { ...away, encrypted: true })) }), {
    problem: "the dataset tank/jails belongs at /jails and is not mounted",
    hint: "Mount it: zfs load-key tank/jails; zfs mount tank/jails",
  });
  assertEquals(
    refusal({ datasets: installed(dataset("tank/jails", { ...away, canmount: "noauto" })) })?.hint,
    "Mount it: zfs mount tank/jails",
  );
  // Only a place in the tree of names; a copy in an older boot environment.
  assertEquals(refusal({ datasets: installed(dataset("zroot/j", { ...away, canmount: "off" })) }), undefined);
  assertEquals(
    refusal({ datasets: installed(dataset("zroot/ROOT/old/jails", { ...away, canmount: "noauto" })) }),
    undefined,
  );
});

Deno.test("refuseHome() refuses an empty base path whose jails are known: its pool isn't imported", () => {
  assertEquals(
    refusal({ jailPaths: ["/zoo/blog_blue", "/jails/shop_blue"] })?.problem,
    "/jails is empty, and the jail of /jails/shop_blue is known",
  );
  assertEquals(refusal({ jailPaths: ["/zoo/blog_blue", "/jails2/shop_blue"] }), undefined);
  assertEquals(refusal({ jailPaths: ["/jails/shop_blue"], facts: { base: ["shop_blue"] } }), undefined);
});

const setupOf = (given: Given, rc: Record<string, string> = {}) => {
  const known = server(given);
  const setup = { ...known.setup ?? setupFacts(), rc: { ...known.setup?.rc, ...rc } };
  return planSetup(config(), { ...known, setup }, "web");
};

Deno.test("planSetup() makes the dataset first, and the base system in it", () => {
  const { changes, dataset: own } = setupOf({});
  assertEquals([own, changes.map(({ title }) => title)], ["zroot/jails", [
    "Make the dataset zroot/jails at /jails",
    "Download and unpack FreeBSD 14.3-RELEASE",
  ]]);
  assertMatch(changes[1]?.command.text ?? "", /zfs create .* zroot\/jails\/alcaide_template_14\.3-RELEASE/);
});

Deno.test("planSetup() has ZFS mounted at boot", () => {
  assertEquals(setupOf({}, { zfs_enable: "NO" }).changes[1]?.title, "Mount ZFS at boot");
  assertEquals(setupOf({ datasets: [] }, { zfs_enable: "NO" }).changes.length, 1);
});

Deno.test("planSetup() makes a base system anew that was copied into what is a dataset now", () => {
  const own = { dataset: "zroot/jails", base: [".templates"], templates: ["14.3-RELEASE"] };
  const titles = (...more: string[]) =>
    setupOf({ facts: own, datasets: installed("zroot/jails", ...more) }).changes.map(({ reason }) => reason);
  assertEquals(titles(), ["jails can't be clones of a copy"]);
  assertEquals(titles("zroot/jails/alcaide_template_14.3-RELEASE"), []);
});

Deno.test("treesText() says how trees are made", () => {
  assertEquals([treesText("z/j"), treesText(undefined)], ["jails are clones in z/j", "jails are copies"]);
  assertEquals([treesText("z/j", true), treesText(undefined, true)], [
    "jails are clones in z/j",
    "jails are thin",
  ]);
});
