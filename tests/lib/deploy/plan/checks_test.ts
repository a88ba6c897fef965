import { assertEquals, assertThrows } from "@std/assert";
import { AlcaideError } from "../../../../lib/core/error.ts";
import { siteText } from "../../../../lib/commands/caddy/site.ts";
import type { UserConfig } from "../../../../lib/config/field/types.ts";
import { secret } from "../../../../lib/core/secret.ts";
import { reference } from "../../../../lib/secrets/reference.ts";
import { parseImage } from "../../../../lib/server/images.ts";
import { checkServer, conflicts } from "../../../../lib/deploy/plan/checks.ts";
import { accessoryRecord, config, facts, place } from "../../../fake/facts.ts";
import { fakeServer } from "../../../fake/server.ts";

const cases: readonly (readonly [service: Record<string, string>, problem: string])[] = [
  [
    { config: "/srv/Caddyfile" },
    "caddy_config in rc.conf is /srv/Caddyfile, not /usr/local/etc/caddy/Caddyfile",
  ],
  [{ adapter: "json5" }, "caddy_adapter in rc.conf is json5, not caddyfile"],
  [{ "extra_flags": "--config=/srv/x.json" }, "caddy_extra_flags in rc.conf has --config"],
  [{ admin: "off" }, "caddy_admin in rc.conf is off"],
];
for (const [service, problem] of cases) {
  Deno.test(`checkServer() refuses a deploy before anything is changed: ${problem}`, () => {
    const { remote } = fakeServer({ name: "web" });
    const usual = facts();
    const known = { ...usual, caddy: { ...usual.caddy, service } };
    const [freebsd = ""] = known.templates;
    checkServer(config(), remote, usual, freebsd);
    const error = assertThrows(() => checkServer(config(), remote, known, freebsd), AlcaideError);
    assertEquals(error.message, `Cannot use web: ${problem}`);
    assertEquals(error.hint?.includes("sysrc -x caddy_"), true);
  });
}

const own = { kind: "own", cert: secret("cert"), key: secret("key") } as const;
const shared = [
  ["ACME", { kind: "acme" }, {}, []],
  ["certificates of their own", own, { tls: { cert: reference("C"), key: reference("K") } }, []],
  ["a redirected name of the other's", { kind: "acme" }, { domain: ["a.org", "www.a.org"] }, [
    "the app blog answers to all paths of www.a.org",
  ]],
  ["a domain of the other's as redirected name", { kind: "acme" }, { domain: "c.org", redirects: "a.org" }, [
    "this app answers to all paths of a.org",
  ]],
] as const;
for (const [name, tls, changes, wanted] of shared) {
  Deno.test(`conflicts() finds ${wanted.length} in a domain that apps share, with ${name}`, () => {
    const site = siteText({
      app: "blog",
      blue: `${place.blue}:4000`,
      green: `${place.green}:4000`,
      domains: ["a.org"],
      redirects: ["www.a.org"],
      paths: ["/b/*"],
      tls,
      token: "t",
      caddy: "2.9.1",
    });
    const ours = config({ domain: "a.org", paths: "/*", ...changes } as Partial<UserConfig>);
    assertEquals(
      conflicts(ours, facts({ sites: new Map([["blog", site]]) }), true).map(({ problem }) => problem),
      [...wanted],
    );
  });
}

Deno.test("checkServer() wants a tenth of the room for a thin jail where it is one", () => {
  const { remote } = fakeServer({ name: "web" });
  const [little, zfs] = [facts({ free: 100_000_000 }), facts({ free: 100_000_000, dataset: "z" })];
  const thin = config({ jail: { kind: "thin" } });
  checkServer(thin, remote, little, "14.3-RELEASE");
  for (const [one, known] of [[config(), little], [thin, zfs]] as const) {
    const error = assertThrows(() => checkServer(one, remote, known, "14.3-RELEASE"), AlcaideError);
    assertEquals(error.message, "Cannot use web: /jails has 100 MB free");
  }
  const error = assertThrows(
    () => checkServer(thin, remote, facts({ free: 1e7 }), "14.3-RELEASE"),
    AlcaideError,
  );
  assertEquals(error.hint, "A release needs about 40 MB: make room");
});

Deno.test("checkServer() wants room for an image, until there is one", () => {
  const { remote } = fakeServer({ name: "web" });
  const wants = config({ image: { packages: ["vips"] } });
  const known = facts({ free: 5e8 });
  const error = assertThrows(() => checkServer(wants, remote, known, "14.3-RELEASE"), AlcaideError);
  assertEquals(error.hint, "A release needs about 800 MB: make room");
  const image = parseImage("shop.copy-0011223344556677.20260102T030405");
  checkServer(wants, remote, { ...known, images: image ? [image] : [] }, "14.3-RELEASE");
});

Deno.test("checkServer() leaves an accessory alone that is called like the jail of an image", () => {
  const { remote } = fakeServer({ name: "web" });
  const record = accessoryRecord("_image", { app: "shop_" });
  const known = facts({ accessories: new Map([[record.jail, record]]) });
  assertThrows(
    () => checkServer(config(), remote, known, "14.3-RELEASE"),
    AlcaideError,
    "the jail shop__image is an accessory of shop_",
  );
});

Deno.test("checkServer() leaves an address to the jail of an image that was cut off", () => {
  const { remote } = fakeServer({ name: "web" });
  const jail = { name: "shop__image", path: "/jails/shop__image", addresses: [place.green], dying: false };
  const trees = new Map([[jail.path, jail.name]]);
  const known = facts({ host: { version: 1, apps: { shop: place } }, jails: [jail], trees });
  checkServer(config(), remote, known, "14.3-RELEASE");
  assertThrows(
    () => checkServer(config(), remote, { ...known, trees: new Map() }, "14.3-RELEASE"),
    AlcaideError,
    "the jail shop__image exists, and alcaide did not make it",
  );
});

Deno.test("checkServer() refuses a volume among the packages of a thin jail's image", () => {
  const { remote } = fakeServer({ name: "web" });
  const check = (volume: string, changes: Partial<UserConfig> = {}, dataset?: string) => {
    const thin: Partial<UserConfig> = { jail: { kind: "thin" }, image: { packages: ["vips"] } };
    checkServer(
      config({ ...thin, volumes: [`/data:${volume}`], ...changes }),
      remote,
      facts({ dataset }),
      "14.3-RELEASE",
    );
  };
  const error = assertThrows(() => check("/usr/local/share/shop"), AlcaideError);
  assertEquals([error.message, error.hint], [
    "Cannot use web: the volume /data can't be at /usr/local/share/shop: a thin jail has the packages of its image there",
    'Choose another directory in the jail, such as one below /var/db, or set jail.kind to "copied"',
  ]);
  for (const own of ["/usr/local/www/shop", "/var/db/shop", "/usr/home/shop"]) check(own);
  check("/usr/local/share/shop", { jail: {} });
  check("/usr/local/share/shop", { image: {} });
  check("/usr/local/share/shop", {}, "z/jails");
});
