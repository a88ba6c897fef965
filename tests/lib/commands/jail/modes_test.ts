import { assertEquals, assertStringIncludes } from "@std/assert";
import { listClosed, openClosed, openTree } from "../../../../lib/commands/jail/modes.ts";
import { liveDir, sitesDir } from "../../../../lib/commands/paths.ts";
import { type Playground, playground } from "../../../playground.ts";

const noRoot = Deno.uid() === 0 ? undefined : "needs root";

function modesTest(name: string, run: (place: Playground) => Promise<void>): void {
  Deno.test({
    name: noRoot ? `${name} [skipped: ${noRoot}]` : name,
    ignore: noRoot !== undefined,
    async fn() {
      await using place = await playground();
      await place.program("jls", '[ "$2" = shop_db ]');
      await place.program("jexec", `{ echo "jexec $*"; cat; } >>${place.at("/calls")}`);
      const before = Deno.umask(0o022);
      try {
        await run(place);
      } finally {
        Deno.umask(before);
      }
    },
  });
}

/** The result of a setup under the umask 027: a template, a jail that runs and one that doesn't, Caddy's directories. */
async function underUmask(place: Playground): Promise<void> {
  Deno.umask(0o027);
  for (
    const tree of ["/jails/.templates/15.0-RELEASE", "/jails/shop_blue", "/jails/shop_db", "/jails/foreign"]
  ) {
    await place.write(`${tree}/usr/local/etc/alcaide/start`, "x");
    await place.write(`${tree}/etc/resolv.conf`, "nameserver 192.0.2.1\n", 0o640);
    await place.write(`${tree}/root/private`, "x");
    if (tree !== "/jails/foreign") await place.write(`${tree}/.alcaide`, `${tree.split("/").at(-1)}\n`);
  }
  await place.write(`${liveDir("shop")}/blue-1-a`, "");
  await place.write(`${sitesDir}/shop.caddy`, "");
  Deno.umask(0o022);
  // Closed by somebody's decision: another group may read it.
  await Deno.chown(place.at(sitesDir), 0, 80);
}

async function mode(place: Playground, path: string): Promise<string> {
  return ((await Deno.stat(place.at(path))).mode ?? 0).toString(8).slice(-3);
}

async function list(place: Playground): Promise<string[]> {
  const { stdout } = await place.run(listClosed("/jails"));
  return stdout.replaceAll(place.root, "").trim().split("\n").filter((row) => row !== "");
}

modesTest("listClosed() finds nothing where everything can be read", async (place) => {
  await place.write("/jails/shop_blue/.alcaide", "shop_blue\n");
  await place.write("/jails/shop_blue/usr/local/etc/alcaide/start", "x");
  assertEquals(await list(place), []);
});

modesTest("listClosed() names what only root can read in trees of ours and on Caddy's way", async (place) => {
  await underUmask(place);
  const found = await list(place);
  assertEquals(found.filter((path) => path.startsWith("/usr/")), [
    "/usr/local/etc",
    "/usr/local/etc/caddy/conf.d",
    "/usr/local/etc/alcaide",
    "/usr/local/etc/alcaide/live",
    "/usr/local/etc/alcaide/live/shop",
  ]);
  assertEquals(found.filter((path) => path.startsWith("/jails/shop_blue")), [
    "/jails/shop_blue/.",
    "/jails/shop_blue/usr/local",
    "/jails/shop_blue/usr/local/etc",
    "/jails/shop_blue/usr/local/etc/alcaide",
    "/jails/shop_blue/etc/resolv.conf",
  ]);
  assertEquals(found.filter((path) => path.startsWith("/jails/.templates")).length, 5);
  assertEquals(found.filter((path) => path.startsWith("/jails/foreign")), []);
});

modesTest("openClosed() opens it, and nothing else", async (place) => {
  await underUmask(place);
  assertEquals((await place.run(openClosed("/jails"))).code, 0);
  const left = await list(place);
  // The jail that runs is left to what runs in it.
  assertEquals(left.filter((path) => !path.startsWith("/jails/shop_db/")), []);
  const modes = await Promise.all([
    "/jails/.templates/15.0-RELEASE/usr/local/etc",
    "/jails/.templates/15.0-RELEASE/etc/resolv.conf",
    "/jails/shop_blue/root",
    "/jails/foreign/usr/local",
    sitesDir,
  ].map((path) => mode(place, path)));
  assertEquals(modes, ["755", "644", "750", "750", "750"]);
});

modesTest("openClosed() works on a jail that runs from within", async (place) => {
  await underUmask(place);
  await place.run(openClosed("/jails"));
  const [first, ...script] = (await place.read("/calls") ?? "").split("\n");
  assertEquals(first, "jexec shop_db /bin/sh -s");
  assertStringIncludes(script.join("\n"), "{ cd /\n} || exit $?\n");
  assertEquals(await mode(place, "/jails/shop_db/usr/local"), "750");
});

modesTest("openClosed() changes nothing behind a link in a jail", async (place) => {
  await underUmask(place);
  await place.write("/outside/etc/rc.d/x", "");
  await Deno.chmod(place.at("/outside/etc"), 0o700);
  await Deno.remove(place.at("/jails/shop_blue/usr/local"), { recursive: true });
  await Deno.symlink(place.at("/outside"), place.at("/jails/shop_blue/usr/local"));
  assertEquals((await place.run(openClosed("/jails"))).code, 0);
  assertEquals(await mode(place, "/outside/etc"), "700");
});

modesTest("openTree() opens a copy of such a template", async (place) => {
  await underUmask(place);
  assertEquals((await place.run(openTree("/jails/shop_blue"))).code, 0);
  assertEquals(await mode(place, "/jails/shop_blue/usr/local/etc"), "755");
});
