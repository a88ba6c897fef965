// Answers of a probe that are unlike the usual one.

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { AlcaideError } from "../../../lib/core/error.ts";
import type { Facts } from "../../../lib/server/facts.ts";
import { parseFacts } from "../../../lib/server/parse_facts.ts";
import { answer } from "../../fake/answer.ts";
import { service } from "./caddy_settings.ts";

const odd: readonly {
  name: string;
  section: string;
  text: string;
  of: (f: Facts) => unknown;
  wanted: unknown;
}[] = [
  { name: "no jail", section: "jails", text: "", of: (f) => f.jails, wanted: [] },
  {
    name: "an error of jls",
    section: "jails",
    text: "/bin/sh: jls: not found\n",
    of: (f) => f.jails,
    wanted: [],
  },
  { name: "no dataset", section: "dataset", text: "", of: (f) => f.dataset, wanted: undefined },
  {
    name: "a dataset that is mounted above",
    section: "dataset",
    text: "zroot\t/\n",
    of: (f) => f.dataset,
    wanted: undefined,
  },
  {
    name: "a dataset without a mount point",
    section: "dataset",
    text: "zroot/jails\tlegacy\n",
    of: (f) => f.dataset,
    wanted: undefined,
  },
  {
    name: "an overfull disk",
    section: "disk",
    text: "/dev/x 100 108 -8 108% /\n",
    of: (f) => f.free,
    wanted: 0,
  },
  {
    name: "a long device name",
    section: "disk",
    text: " 1024 512 100 84% /jails\n",
    of: (f) => f.free,
    wanted: 102_400,
  },
  { name: "no answer about the disk", section: "disk", text: "", of: (f) => f.free, wanted: 0 },
  {
    name: "Caddy not installed",
    section: "caddy",
    text: "",
    of: (f) => f.caddy,
    wanted: { version: undefined, running: false, service },
  },
  {
    name: "Caddy stopped",
    section: "caddy",
    text: "2.6.2\n",
    of: (f) => f.caddy,
    wanted: { version: "2.6.2", running: false, service },
  },
  {
    name: "Caddy silent",
    section: "live",
    text: "shop \n\n",
    of: (f) => f.live.get("shop"),
    wanted: undefined,
  },
  {
    name: "the file of shared domains, which is no app's",
    section: "sites",
    text: "shop.caddy\n.a\n~shared.caddy\n.b\n",
    of: (f) => [[...f.sites.keys()].join(), f.shared].join(),
    wanted: "shop,b\n",
  },
  { name: "no site", section: "sites", text: "", of: (f) => f.sites.size, wanted: 0 },
  {
    name: "an empty site file",
    section: "sites",
    text: "shop.caddy\n",
    of: (f) => f.sites.get("shop"),
    wanted: "",
  },
  {
    name: "records that can't be read",
    section: "journal",
    text: "a/releases/1-x/release.json\n.{\n",
    of: (f) => f.journal,
    wanted: [],
  },
  {
    name: "an empty record",
    section: "journal",
    text: "a/releases/1-x/release.json\n",
    of: (f) => f.journal,
    wanted: [],
  },
  {
    name: "a template that is half made",
    section: "templates",
    text: "",
    of: (f) => f.templates,
    wanted: [],
  },
  {
    name: "missing programs",
    section: "programs",
    text: "nc\npw\n",
    of: (f) => f.setup?.missingPrograms,
    wanted: ["nc", "pw"],
  },
  {
    name: "no default route",
    section: "default",
    text: "",
    of: (f) => f.setup?.externalInterface,
    wanted: undefined,
  },
  {
    name: "a broken rc.conf",
    section: "rc.conf",
    text: "/etc/rc.conf: 3: Syntax error\n",
    of: (f) => f.setup?.rcConfError,
    wanted: "/etc/rc.conf: 3: Syntax error",
  },
  {
    name: "files that only root can read",
    section: "closed",
    text: "/jails/shop_db/.\n/jails/shop_db/usr/local\n",
    of: (f) => f.setup?.closed,
    wanted: ["/jails/shop_db", "/jails/shop_db/usr/local"],
  },
  {
    name: "an admin's pf.conf",
    section: "pf",
    text: "/sbin/pfctl\n/etc/pf.conf\nStatus: Disabled for 0 days\n",
    of: (f) => [f.setup?.pf.adminFile, f.setup?.pf.enabled],
    wanted: [true, false],
  },
];

for (const { name, section, text, of, wanted } of odd) {
  Deno.test(`parseFacts() understands ${name}`, () => {
    assertEquals(of(parseFacts(answer({ [section]: text }), "/jails")), wanted);
  });
}

for (
  const [text, problem] of [
    [answer().replace(/^=== journal\n(\|.*\n)*/m, ""), 'section "journal" is missing'],
    [answer().replace("=== kernel\n", "=== korn\n"), 'section "kernel" is missing'],
    [answer({ system: "FreeBSD\namd64\n" }), 'uname says "FreeBSD\\namd64\\n"'],
  ] as const
) {
  Deno.test(`parseFacts() refuses an answer: ${problem}`, () => {
    const error = assertThrows(() => parseFacts(text, "/jails"), AlcaideError);
    assertEquals(error.message, `Cannot read the facts of the server: ${problem}`);
    assertStringIncludes(error.hint ?? "", "Run the command again");
  });
}

Deno.test("parseFacts() knows no time that is none", () => {
  const times = ["lun. 29 nov.\n", "", "1e309\n", "-1\n"];
  assertEquals(times.map((now) => parseFacts(answer({ now }), "/jails").now), times.map(() => NaN));
});

Deno.test("parseFacts() names another system whatever else it says", () => {
  assertEquals(parseFacts(answer({ system: "Linux\n" }), "/jails").os, "Linux");
});
