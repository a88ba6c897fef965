// Deploys that are refused before anything changes, and what stands in the way of none.

import { assertEquals } from "@std/assert";
import type { UserConfig } from "../../../../lib/config/field/types.ts";
import type { Facts } from "../../../../lib/server/facts.ts";
import { facts, place, siteOf } from "../../../fake/facts.ts";
import { plan, refusal } from "./planning.ts";

const refusals: readonly {
  name: string;
  facts: Facts;
  config?: Partial<UserConfig>;
  problem: string;
  hint: string;
}[] = [
  {
    name: "a server without the base system",
    facts: facts({ templates: [] }),
    problem: "it has no base system 14.3-RELEASE in /jails",
    hint: 'Run "alcaide setup" first',
  },
  {
    name: "a server without Caddy",
    facts: facts({ caddy: { version: undefined, running: false, service: {} } }),
    problem: "Caddy is not installed",
    hint: 'Run "alcaide setup" first',
  },
  {
    name: "a Caddy that doesn't run",
    facts: facts({ caddy: { version: "2.9.1", running: false, service: {} } }),
    problem: "Caddy does not run",
    hint: 'Start it with "service caddy start", or run "alcaide setup"',
  },
  {
    name: "a file of somebody else's in the place of the app's site",
    facts: facts({ sites: new Map([["shop", "shop.example.com {\n\trespond mine\n}\n"]]) }),
    problem: "/usr/local/etc/caddy/conf.d/alcaide/shop.caddy has no mark of ours",
    hint: "Move it away, then deploy again",
  },
  {
    name: "a full disk",
    facts: facts({ free: 100_000_000 }),
    problem: "/jails has 100 MB free",
    hint: "A release needs about 400 MB: make room",
  },
  {
    name: "a foreign jail at an address that the app was given",
    facts: facts({
      host: { version: 1, apps: { shop: place } },
      jails: [{ name: "mail", path: "/usr/jails/mail", addresses: ["10.66.0.3"], dying: false }],
    }),
    problem: "the jail mail uses 10.66.0.3, an address of shop",
    hint: "Give that jail another address",
  },
  {
    name: "a foreign jail of a slot's name elsewhere",
    facts: facts({ jails: [{ name: "shop_green", path: "/usr/jails/shop", addresses: [], dying: false }] }),
    problem: "the jail shop_green exists, and alcaide did not make it",
    hint: "Rename it, or choose another name for app",
  },
  {
    name: "another base path than the app's jails are in",
    facts: facts({
      jails: [{ name: "shop_green", path: "/old/shop_green", addresses: [], dying: false }],
      jailFiles: new Map([["shop_green", "3-c"]]),
    }),
    problem: "its jail shop_green is in /old, and jail.basePath is /jails",
    hint: 'Set jail.basePath to "/old" again: an app stays where it was deployed first',
  },
  {
    name: "a foreign jail of a slot's name in its place",
    facts: facts({ jails: [{ name: "shop_blue", path: "/jails/shop_blue", addresses: [], dying: false }] }),
    problem: "the jail shop_blue exists, and alcaide did not make it",
    hint: "Rename it, or choose another name for app",
  },
  {
    name: "a foreign directory in a slot's place",
    facts: facts({ base: [".templates", "shop_green"] }),
    problem: "/jails/shop_green exists, and alcaide did not make it",
    hint: "Move it away, or choose another name for app",
  },
  {
    name: "a directory that bears another's mark",
    facts: facts({ base: ["shop_green"], trees: new Map([["/jails/shop_green", "blog_green"]]) }),
    problem: "/jails/shop_green exists, and alcaide did not make it",
    hint: "Move it away, or choose another name for app",
  },
  {
    name: "a domain that another app has",
    facts: facts({
      sites: new Map([["blog", siteOf("blog", ["x.example.com", "shop.example.com"])]]),
    }),
    config: { domain: ["www.example.com", "shop.example.com"], tls: "off" },
    problem: "the app blog answers to http://shop.example.com",
    hint: "Give each app on a server domains of its own, or paths of its own",
  },
  ...([
    [
      undefined,
      ["/api/*"],
      "off",
      "the app blog answers to all paths of a.test",
      'Give blog paths, too, such as "/*", and deploy it first',
    ],
    [
      ["/b/*"],
      undefined,
      "off",
      "this app answers to all paths of a.test",
      'Give it paths, such as "/*": the app blog has some of them',
    ],
    [
      ["/b/*", "/c"],
      ["/c"],
      "off",
      "the app blog answers to http://a.test/c",
      "Give each app on a server domains of its own, or paths of its own",
    ],
    [
      ["/b/*"],
      ["/c"],
      "internal",
      "the app blog has other TLS settings for a.test",
      "Give both the same tls",
    ],
  ] as const).map(([theirs, paths, tls, problem, hint]) => ({
    name: `a domain of which another app has ${theirs ?? "all"}, with tls ${tls}`,
    facts: facts({ sites: new Map([["blog", siteOf("blog", ["a.test"], theirs)]]) }),
    config: { domain: "a.test", tls, ...paths === undefined ? {} : { paths: [...paths] } },
    problem,
    hint,
  })),
  {
    name: "a guard on a shared domain",
    facts: facts(),
    config: { domain: "a.test", tls: "off", paths: "/a/*", guard: {} },
    problem: "guard can't tell apart whose answers Caddy logs for a domain",
    hint: "Leave out guard or paths",
  },
  {
    name: "two apps with customers' domains",
    facts: facts({
      sites: new Map([["blog", siteOf("blog", ["b.org"]).replace("http://b.org {", "https:// {")]]),
    }),
    config: { domain: ["a.org", { ask: "http://app/allowed" }] },
    problem: "the app blog answers to every name by domain.ask",
    hint: "Give each app on a server domains of its own, or paths of its own",
  },
  {
    name: "two apps without a domain",
    facts: facts({ sites: new Map([["blog", siteOf("blog")]]) }),
    problem: "the app blog answers to every name (it has no domain either)",
    hint: "Give each app on a server domains of its own, or paths of its own",
  },
];

for (const { name, facts: known, config: changes, problem, hint } of refusals) {
  Deno.test(`planDeploy() refuses ${name}`, () => {
    const error = refusal(known, changes);
    assertEquals([error.message, error.hint], [`Cannot use root@203.0.113.7: ${problem}`, hint]);
  });
}

Deno.test("planDeploy() is content beside other apps and foreign jails", () => {
  const made = plan(
    facts({
      sites: new Map([["blog", siteOf("blog", ["blog.example.com"])]]),
      jails: [{ name: "shop", path: "/usr/jails/shop", addresses: [], dying: false }],
      base: [".templates", "shop", "shop_blue_old"],
    }),
    { domain: "shop.example.com" },
  );
  assertEquals(made.next, "blue");
});

Deno.test("planDeploy() takes a dying jail for gone", () => {
  const jails = [{ name: "shop_blue", path: "/elsewhere", addresses: [], dying: true }];
  assertEquals(plan(facts({ jails })).next, "blue");
});
