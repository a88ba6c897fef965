import { assertEquals } from "@std/assert";
import {
  freeName,
  inBootEnvironment,
  parentFor,
  parseDatasets,
  parseHolder,
} from "../../../lib/server/datasets.ts";
import { installed } from "../../fake/datasets.ts";

Deno.test("parseDatasets() reads the table of zfs", () => {
  const text = "zroot\t/zroot\tyes\ton\toff\toff\nzroot/ROOT/default\t/\tyes\tnoauto\toff\toff\n" +
    "tank/a b\tnone\tno\toff\ton\taes-256-gcm\nzroot/old\t/old\tno\ton\toff\t-\ncannot open 'x': no\n";
  assertEquals(parseDatasets(text), [
    { name: "zroot", mountpoint: "/zroot", mounted: true, canmount: "on", readonly: false, encrypted: false },
    {
      name: "zroot/ROOT/default",
      mountpoint: "/",
      mounted: true,
      canmount: "noauto",
      readonly: false,
      encrypted: false,
    },
    {
      name: "tank/a b",
      mountpoint: "none",
      mounted: false,
      canmount: "off",
      readonly: true,
      encrypted: true,
    },
    {
      name: "zroot/old",
      mountpoint: "/old",
      mounted: false,
      canmount: "on",
      readonly: false,
      encrypted: false,
    },
  ]);
  assertEquals(parseDatasets(""), []);
});

Deno.test("parseHolder() reads the last line of df", () => {
  const row = "zroot/ROOT/default   20971520 1048576 19922944     5%    /\n";
  assertEquals(parseHolder(row), { device: "zroot/ROOT/default", mountedAt: "/" });
  assertEquals(parseHolder("tank/a b 1 2 -3 101% /a b\n"), { device: "tank/a b", mountedAt: "/a b" });
  assertEquals(parseHolder("df: nothing\n"), { device: "", mountedAt: "" });
});

const environments = [
  ["zroot/ROOT/default", "zroot/ROOT/default", true],
  ["zroot/ROOT/15.0/usr", "zroot/ROOT/default", true],
  ["zroot/ROOT", "zroot/ROOT/default", true],
  ["zroot/ROOTS", "zroot/ROOT/default", false],
  ["zroot/home", "zroot/ROOT/default", false],
  ["zroot/root", "zroot/root", true],
  ["zroot/data", "zroot/root", false],
  ["zroot", "zroot", true],
  ["tank/jails", "zroot/ROOT/default", false],
  ["tank/jails", undefined, false],
] as const;
for (const [name, root, is] of environments) {
  Deno.test(`inBootEnvironment() says ${is} to ${name} beside ${root}`, () => {
    assertEquals(inBootEnvironment(name, root), is);
  });
}

const parents = [
  ["zroot/ROOT/default", "zroot"],
  ["zroot/home", "zroot/home"],
  ["tank", "tank"],
] as const;
for (const [holder, parent] of parents) {
  Deno.test(`parentFor() puts a dataset that lies in ${holder} into ${parent}`, () => {
    const all = installed("tank");
    const found = all.find(({ name }) => name === holder);
    assertEquals(found && parentFor(found, all)?.name, parent);
  });
}

const names = [
  { taken: [], path: "/jails", name: "zroot/jails" },
  { taken: ["zroot/jails"], path: "/jails", name: "zroot/alcaide_jails" },
  { taken: ["zroot/jails", "zroot/alcaide_jails"], path: "/jails", name: undefined },
  { taken: [], path: "/srv/my jails", name: "zroot/my_jails" },
];
for (const { taken, path, name } of names) {
  Deno.test(`freeName() for ${path} beside ${taken.join(" and ") || "nothing"} is ${name}`, () => {
    assertEquals(freeName("zroot", path, installed(...taken)), name);
  });
}

Deno.test("parseHolder() takes the last line, and is quick with a long one", () => {
  assertEquals(parseHolder("df: x: no\n/dev/a 1 2 3 4% /\n").device, "/dev/a");
  assertEquals(parseHolder(" ".repeat(100_000)), { device: "", mountedAt: "" });
});
