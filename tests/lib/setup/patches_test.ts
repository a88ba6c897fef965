import { assertEquals, assertStringIncludes } from "@std/assert";
import type { SetupPlan } from "../../../lib/setup/plan.ts";
import { type Given, plan } from "./planning.ts";
import { setupFacts } from "../../fake/facts.ts";

const p5 = { userland: "14.3-RELEASE-p5" };
const has = (...names: string[]) => ({
  templates: ["14.3-RELEASE", ...names],
  versions: new Map(["14.3-RELEASE", ...names].map((name) => [`/jails/.templates/${name}`, name])),
});
const titles = ({ changes }: SetupPlan) => changes.map(({ title }) => title);
const wanted = "Bring FreeBSD 14.3-RELEASE to patch level 5";

const missing: readonly (Given & { name: string })[] = [
  { name: "is missing", facts: { ...p5, ...has() } },
  { name: "is older", facts: { ...p5, ...has("14.3-RELEASE-p4") } },
];
for (const { name, ...given } of missing) {
  Deno.test(`setup makes a patched template where it ${name}`, () => {
    const { changes, template } = plan(given);
    assertEquals(changes.map(({ title, reason, lock }) => [title, reason, lock]), [
      [wanted, "the server has it, and jails would be without", "setup"],
    ]);
    assertEquals(template, "14.3-RELEASE-p5");
  });
}

Deno.test("setup patches the base system that it downloads in the same run", () => {
  assertEquals(titles(plan({ facts: { ...p5, templates: [] } })), [
    "Download and unpack FreeBSD 14.3-RELEASE",
    wanted,
  ]);
});

const enough: readonly (Given & { name: string })[] = [
  { name: "the server has no patches", facts: has() },
  { name: "the server's level is not known", facts: { ...has(), userland: "" } },
  { name: "the template has the server's level", facts: { ...p5, ...has("14.3-RELEASE-p5") } },
  { name: "the template has a later level", facts: { ...p5, ...has("14.3-RELEASE-p7") } },
  {
    name: "somebody patched the plain template by hand",
    facts: { ...p5, ...has(), versions: new Map([["/jails/.templates/14.3-RELEASE", "14.3-RELEASE-p5"]]) },
  },
  {
    name: "jails are of another release",
    config: { jail: { freebsd: "14.2-RELEASE" } },
    facts: { ...p5, templates: ["14.2-RELEASE"] },
  },
];
for (const { name, ...given } of enough) {
  Deno.test(`setup patches nothing where ${name}`, () => {
    assertEquals(titles(plan(given)), []);
  });
}

Deno.test("setup makes a patched copy anew where jails are to be clones", () => {
  const datasets = setupFacts().datasets.concat(
    ["z/jails", "z/jails/alcaide_template_14.3-RELEASE"].map((name) => ({
      ...{ name, mountpoint: "/jails", mounted: true, canmount: "on", readonly: false, encrypted: false },
    })),
  );
  const made = plan({
    facts: { ...p5, ...has("14.3-RELEASE-p5"), dataset: "z/jails" },
    setup: { datasets, rc: { ...setupFacts().rc, zfs_enable: "YES" } },
  });
  assertEquals(titles(made), [wanted]);
});

Deno.test("setup removes patched templates but the newest before, which a deploy may be copying", () => {
  const text = plan({ facts: { ...p5, ...has("14.3-RELEASE-p2", "14.3-RELEASE-p4") } }).changes[0]?.command
    .text;
  assertStringIncludes(text ?? "", "mv /jails/.templates/14.3-RELEASE-p2 ");
  assertEquals(
    ["-p4 ", "RELEASE "].filter((end) => text?.includes(`mv /jails/.templates/14.3-RELEASE${end}`)),
    [],
  );
});
