import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { buildInJail, type BuildSpec, pruneBuilds } from "../../../../lib/commands/app/build.ts";
import { secret } from "../../../../lib/core/secret.ts";
import { raw } from "../../../../lib/core/sh.ts";
import { playground } from "../../../playground.ts";

const tree = { name: "shop_build", path: "/jails/shop_build" };
const spec: BuildSpec = {
  app: "shop",
  jail: { ...tree, ip4: "10.66.0.4" },
  tree,
  template: { name: "template 14.3-RELEASE", path: "/jails/.templates/14.3-RELEASE" },
  uid: 60001,
  packages: ["elixir"],
  key: "k1",
  commands: ["mix compile"],
  result: "_build/prod/rel/shop",
  packed: false,
  env: { MIX_ENV: "prod", HEX_API_KEY: secret("s3cret") },
  caches: ["deps", "_build"],
  timeout: 60_000,
  fence: 7,
};

Deno.test("buildInJail() keeps caches, and removes a result of the build before from among them", () => {
  const { text } = buildInJail(spec);
  assertStringIncludes(text, "mv source/_build source.new/_build");
  assertStringIncludes(text, "rm -rfx source/_build/prod/rel/shop ");
});

Deno.test("buildInJail() leaves alone a result that is part of the source, or a cache itself", () => {
  for (const { result, caches } of [{ result: "public", caches: [] }, { result: "dist", caches: ["dist"] }]) {
    assert(!buildInJail({ ...spec, result, caches }).text.includes(`rm -rfx source/${result}`));
  }
});

Deno.test("buildInJail() hands variables on by the environment, in no argument", () => {
  const { text, shown } = buildInJail(spec);
  assertEquals(text.match(/^.*s3cret.*$/gm), ["HEX_API_KEY='\\''s3cret'\\''"]);
  assertEquals(shown.includes("s3cret"), false);
});

Deno.test("buildInJail() lets variables win over those that jexec makes, in its commands alone", async () => {
  await using place = await playground();
  await place.program("jexec", `shift 3; PATH=/class/bin:/bin:/usr/bin LANG=C.UTF-8 exec "$@"`);
  const env = { PATH: "/nowhere", HOME: "/data", LANG: "de_DE.UTF-8", KEY: secret("it's s3cret") };
  const { text } = buildInJail({ ...spec, env, commands: ['echo "$PATH $HOME $LANG $USER $KEY"'] });
  const [part = ""] = /\{ unset SSH_CLIENT[^]*?>&2; exit 1; fi\n\} \|\| exit \$\?/.exec(text) ?? [];
  const { stdout, stderr } = await place.run(raw(part.replace("/build/source", "/")));
  assertEquals([stdout, stderr], [
    '+ echo "$PATH $HOME $LANG $USER $KEY"\n/nowhere /data de_DE.UTF-8 build it\'s s3cret\n',
    "",
  ]);
});

Deno.test("buildInJail() keeps no archives of packages in a jail that stays", () => {
  const { text } = buildInJail(spec);
  assert(
    text.indexOf("pkg -r /jails/shop_build install") <
      text.indexOf("rm -rfx /jails/shop_build/var/cache/pkg"),
  );
  assert(!buildInJail({ ...spec, packages: [] }).text.includes("/var/cache/pkg"));
});

Deno.test("buildInJail() refuses a result of which nothing was packed", async () => {
  await using place = await playground();
  await place.program("jexec", "exit 0");
  const builds = "/var/db/alcaide/apps/shop/builds";
  await Deno.mkdir(place.at(`${builds}/.k1.new`), { recursive: true });
  const [part = ""] = /\{ umask 077\njexec[^]*?\n\} \|\| exit \$\?/.exec(buildInJail(spec).text) ?? [];
  const { code, stderr } = await place.run(raw(part));
  const told = "Nothing was packed of /build/source/_build/prod/rel/shop\n";
  assertEquals([code, stderr, await place.names(builds)], [1, told, []]);
});

Deno.test("buildInJail() stops the jail only while its lock is the newest", () => {
  const { text } = buildInJail(spec);
  assert(text.lastIndexOf('fence 2>/dev/null)" = 7 ]; then') < text.lastIndexOf("jail -R shop_build"));
});

Deno.test("pruneBuilds() keeps the newest, and removes what was cut off", async () => {
  await using place = await playground();
  const builds = "/var/db/alcaide/apps/shop/builds";
  for (const [index, name] of ["old", "middle", "new", ".half.new"].entries()) {
    await Deno.mkdir(place.at(`${builds}/${name}`), { recursive: true });
    await Deno.utime(place.at(`${builds}/${name}`), index * 1000, index * 1000);
  }
  await place.run(pruneBuilds("shop", 2));
  assertEquals(await place.names(builds), ["middle", "new"]);
});
