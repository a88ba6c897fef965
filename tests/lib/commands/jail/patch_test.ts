import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { patchTemplate } from "../../../../lib/commands/jail/patch.ts";
import { warningsIn } from "../../../../lib/commands/warning.ts";
import { type Playground, playground } from "../../../playground.ts";
import { bsdTar } from "./tree_world.ts";

const spec = { basePath: "/jails", freebsd: "15.0-RELEASE", level: 3, dataset: undefined };
const templates = "/jails/.templates";
const version = (text: string) => `USERLAND_VERSION="${text}"\n`;

/** A server with a plain template, whose update server has patches as given. */
async function server(update: { fetch?: string; install?: string }): Promise<Playground> {
  const place = await playground();
  await place.write(`${templates}/15.0-RELEASE/bin/freebsd-version`, version("15.0-RELEASE"));
  await place.write(`${templates}/15.0-RELEASE/.alcaide`, "template 15.0-RELEASE\n");
  await place.program("chflags", "exit 0");
  await place.program("tar", bsdTar);
  await place.program(
    "freebsd-update",
    `echo "$PAGER $*" >>${place.at("/called")}
while [ $# -gt 1 ]; do [ "$1" != -b ] || root=$2; shift; done
case $1 in fetch) ${update.fetch ?? ":"} ;; install) ${update.install ?? ":"} ;; esac`,
  );
  return place;
}

const patched = (level: string) =>
  `echo 'USERLAND_VERSION="15.0-RELEASE-${level}"' >"$root/bin/freebsd-version"`;

for (const [level, about] of [["p3", "the server's patches"], ["p5", "later ones"]] as const) {
  Deno.test(`patchTemplate() makes a template with ${about} beside the plain one`, async () => {
    await using place = await server({ install: patched(level) });
    const { code, stdout, stderr } = await place.run(patchTemplate(spec), { program: "bash" });
    assertEquals([code, stdout, stderr], [0, "", ""]);
    assertEquals(await place.names(templates), ["15.0-RELEASE", "15.0-RELEASE-p3"]);
    assertEquals([
      await place.read(`${templates}/15.0-RELEASE-p3/.alcaide`),
      await place.read(`${templates}/15.0-RELEASE-p3/bin/freebsd-version`),
      await place.read(`${templates}/15.0-RELEASE/bin/freebsd-version`),
    ], ["template 15.0-RELEASE-p3\n", version(`15.0-RELEASE-${level}`), version("15.0-RELEASE")]);
  });
}

Deno.test("patchTemplate() calls freebsd-update without pager and terminal, for the tree's own release", async () => {
  await using place = await server({ install: patched("p3") });
  await place.run(patchTemplate(spec), { program: "bash" });
  const at = place.at(templates);
  assertMatch(
    await place.read("/called") ?? "",
    new RegExp(
      `^cat -f \\S+ -b ${at}/\\.15\\.0-RELEASE-p3\\.new -d ${at}/\\.update --not-running-from-cron --currently-running 15\\.0-RELEASE fetch\ncat .* install\n$`,
    ),
  );
});

Deno.test("patchTemplate() installs what was fetched for a release without support, though fetch ends with 1", async () => {
  await using place = await server({ fetch: "echo WARNING; exit 1", install: patched("p3") });
  const { stdout } = await place.run(patchTemplate(spec), { program: "bash" });
  assertEquals([stdout, await place.names(templates)], ["", ["15.0-RELEASE", "15.0-RELEASE-p3"]]);
});

const vain = [
  {
    name: "out of reach",
    fetch: "echo 'Fetching public key from update.FreeBSD.org... failed.'; exit 1",
    install: "echo 'No updates are available to install.'; exit 2",
    why: "Fetching public key from update.FreeBSD.org... failed.",
  },
  { name: "behind the server", install: patched("p2"), why: "15.0-RELEASE-p2 is the latest" },
  { name: "without a patch", install: "exit 0", why: "15.0-RELEASE is the latest" },
  {
    name: "cut off while they are installed",
    install: `${patched("p3")}; echo 'install: failed'; exit 1`,
    why: "install: failed",
  },
];
for (const { name, why, ...update } of vain) {
  Deno.test(`patchTemplate() says so and leaves nothing where patches are ${name}`, async () => {
    await using place = await server(update);
    const { code, stdout } = await place.run(patchTemplate(spec), { program: "bash" });
    assertEquals([code, warningsIn(stdout)], [0, [
      `Cannot bring FreeBSD 15.0-RELEASE to the server's patch level 3, so jails go without: ${why}`,
    ]]);
    assertEquals(await place.names(templates), ["15.0-RELEASE"]);
  });
}

Deno.test("patchTemplate() begins anew after it was cut off, and does nothing where it is done", async () => {
  await using place = await server({ install: patched("p3") });
  await place.write(`${templates}/.15.0-RELEASE-p3.new/half`, "");
  await place.write(`${templates}/.update/half`, "");
  await place.run(patchTemplate(spec), { program: "bash" });
  await place.run(patchTemplate(spec), { program: "bash" });
  assertEquals(await place.names(templates), ["15.0-RELEASE", "15.0-RELEASE-p3"]);
  assertEquals(await place.names(`${templates}/15.0-RELEASE-p3`), [".alcaide", "bin"]);
  assertEquals((await place.read("/called"))?.split("\n").length, 3);
});

Deno.test("patchTemplate() leaves a directory of somebody else's alone", async () => {
  await using place = await server({});
  await place.write(`${templates}/15.0-RELEASE-p3/mine`, "");
  const { code, stderr } = await place.run(patchTemplate(spec), { program: "bash" });
  assertEquals([code, await place.names(`${templates}/15.0-RELEASE-p3`)], [1, ["mine"]]);
  assertStringIncludes(stderr, "15.0-RELEASE-p3 has no mark of ours");
});

Deno.test("patchTemplate() takes the tree's own freebsd-update where the server has none", async () => {
  await using place = await server({});
  await Deno.remove(place.at("/bin/freebsd-update"));
  await place.write(`${templates}/15.0-RELEASE/usr/sbin/freebsd-update`, "#!/bin/sh\nexit 0\n", 0o755);
  const { stdout } = await place.run(patchTemplate(spec), { program: "bash" });
  assertStringIncludes(stdout, "15.0-RELEASE is the latest");
});

Deno.test("patchTemplate() clones on ZFS, and takes the other's mark off before anything else", () => {
  const { text } = patchTemplate({ ...spec, dataset: "z/jails" });
  const [, after = ""] = text.split(
    "zfs clone -o 'mountpoint=/jails/.templates/15.0-RELEASE-p3' -o 'alcaide:name=template 15.0-RELEASE-p3' " +
      "z/jails/alcaide_template_15.0-RELEASE@alcaide z/jails/alcaide_template_15.0-RELEASE-p3\n",
  );
  assertMatch(after, /^.*\n\{ rm -f \/jails\/\.templates\/15\.0-RELEASE-p3\/\.alcaide\n/);
  assertStringIncludes(after, "zfs destroy z/jails/alcaide_template_15.0-RELEASE-p3\n");
  assertStringIncludes(
    after,
    "/.alcaide && zfs snapshot z/jails/alcaide_template_15.0-RELEASE-p3@alcaide",
  );
});

for (const linked of [true, false]) {
  Deno.test(`patchTemplate() ${linked ? "is what thin jails mount next" : "makes no link where there is no thin jail"}`, async () => {
    await using place = await server({ install: patched("p3") });
    const link = `${templates}/.15.0-RELEASE.newest`;
    if (linked) await Deno.symlink("15.0-RELEASE", place.at(link));
    await place.program("mv", 'if [ "$2" = -h ]; then exec /bin/mv -T "$3" "$4"; fi; exec /bin/mv "$@"');
    assertEquals((await place.run(patchTemplate(spec), { program: "bash" })).code, 0);
    const found = await Deno.readLink(place.at(link)).catch(() => undefined);
    assertEquals(found, linked ? "15.0-RELEASE-p3" : undefined);
  });
}
