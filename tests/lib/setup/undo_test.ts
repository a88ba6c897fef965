import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { AlcaideError } from "../../../lib/core/error.ts";
import type { Facts, SetupFacts } from "../../../lib/server/facts.ts";
import { parseImage } from "../../../lib/server/images.ts";
import { planUndo } from "../../../lib/setup/undo.ts";
import { config, deployed, facts, setupFacts } from "../../fake/facts.ts";
import { without } from "./planning.ts";

const own = "own /usr/local/etc/alcaide/pf.conf\nown /var/db/alcaide/before\n";
/** The record of a server as FreeBSD's installer leaves it. */
const fresh = `${own}before absent /jails
before absent /usr/local/etc/caddy/Caddyfile
before set zfs_enable
before rc zfs_enable NO
before rc pf_enable NO
before rc pf_rules /etc/pf.conf
`;
const all = { setup: setupFacts() };

const undo = (known: Partial<Facts> = all, text = fresh) => planUndo(config(), facts(known), text, "web");
const titles = (...input: Parameters<typeof undo>) =>
  undo(...input).changes.map(({ title, reason }) => `${title}: ${reason}`);
const command = (title: string, ...input: Parameters<typeof undo>) =>
  undo(...input).changes.find((change) => change.title === title)?.command.text ?? "";
const setup = (changes: Partial<SetupFacts>) => ({ setup: setupFacts(changes) });

function refusal(...input: Parameters<typeof undo>): (string | undefined)[] {
  const { message, hint } = assertThrows(() => undo(...input), AlcaideError);
  return [message, hint];
}

Deno.test("planUndo() takes everything back that setup made, our record last", () => {
  assertEquals(titles(), [
    "Remove Caddy: setup installed it",
    "Take the address translation out of force: no jail needs it",
    "Remove the boot script and the rotation of logs: no app needs them",
    "Remove the template 14.3-RELEASE: it is in /jails/.templates/14.3-RELEASE",
    "Clear /jails: no jail is in it",
    "Remove the interface lo1: setup made it",
    "Remove alcaide's directories: nothing in them is used any more",
  ]);
});

Deno.test("planUndo() takes images of apps that are gone, before the templates that they are clones of", () => {
  const name = "shop.clone-0011223344556677.20260102T030405";
  const dir = `alcaide_image_${name}`;
  const known = {
    ...all,
    dataset: "z/jails",
    base: [".templates", dir],
    images: [parseImage(name)].flatMap((one) => one ?? []),
  };
  const text = `${fresh}zfs z/jails\nzfs z/jails/${dir}\nzfs z/jails/${dir}@alcaide\n`;
  const { changes, strangers } = undo(known, text);
  assertEquals(
    changes.map(({ title }) => title).filter((title) => title.startsWith("Remove the ")).slice(1, 3),
    [
      `Remove the image ${dir}`,
      "Remove the template 14.3-RELEASE",
    ],
  );
  assertEquals(strangers, []);
});

Deno.test("planUndo() keeps what was there before setup", () => {
  const before =
    `${fresh}before had caddy\nbefore had running\nbefore had pf\nbefore had interface\nbefore set caddy_enable\nbefore rc caddy_enable YES\n`;
  assertEquals(titles(all, before).filter((title) => /Caddy|lo1/.test(title)), [
    "Take alcaide's line out of /usr/local/etc/caddy/Caddyfile: no site of alcaide's is left",
  ]);
  const line = command("Take alcaide's line out of /usr/local/etc/caddy/Caddyfile", all, before);
  assertEquals([
    line.includes("pkg delete"),
    line.includes("caddy stop"),
    line.includes("sysrc 'caddy_enable=YES'"),
  ], [
    false,
    false,
    true,
  ]);
  assert(!command("Take the address translation out of force", all, before).includes("kldunload"));
});

Deno.test("planUndo() restores what rc.conf said, and removes what it did not say", () => {
  const pf = command("Take the address translation out of force");
  assertStringIncludes(pf, "sysrc -x pf_enable");
  assertStringIncludes(
    command("Take the address translation out of force", all, `${fresh}before set pf_enable\n`),
    "sysrc 'pf_enable=NO'",
  );
  const zfs = setup({ rc: { ...setupFacts().rc, zfs_enable: "YES" } });
  assertStringIncludes(command("Restore zfs_enable", zfs), "sysrc 'zfs_enable=NO'");
  assertEquals(command("Restore zfs_enable", zfs, own), "");
  assertStringIncludes(command("Remove the interface lo1"), "sysrc -x cloned_interfaces");
  assert(
    !command(
      "Remove the interface lo1",
      all,
      `${fresh}before set cloned_interfaces\nbefore rc cloned_interfaces bridge0\n`,
    ).includes("sysrc -x"),
  );
});

Deno.test("planUndo() removes nothing of Caddy, its interface and its module without a record", () => {
  const text = titles(all, own).join("\n");
  assertStringIncludes(text, "Take alcaide's line out of");
  assert(!/Remove Caddy|lo1/.test(text));
  assert(!command("Take the address translation out of force", all, own).includes("kldunload"));
});

Deno.test("planUndo() leaves a firewall alone that is not ours any more", () => {
  assertEquals(command("Take the address translation out of force", setup({ rc: without("pf_rules") })), "");
});

Deno.test("planUndo() has nothing to do where nothing of setup is", () => {
  const none = {
    setup: setupFacts({ rc: {}, interfaces: [], bootScript: "", rotation: "", caddyfile: "" }),
    templates: [],
    base: [],
  };
  assertEquals(undo(none, ""), { changes: [], strangers: [] });
});

Deno.test("planUndo() refuses a server that has an app or a jail, by its name", () => {
  assertEquals(refusal({ ...deployed("7-1a2b3c4", "blue"), ...all }), [
    "Cannot undo setup on web: it still has apps: shop",
    '"alcaide destroy" takes an app away, in its own project',
  ]);
  assertEquals(refusal({ ...all, jailFiles: new Map([["box", ""]]) }), [
    "Cannot undo setup on web: it still has jails: box",
    "Remove them first",
  ]);
});

Deno.test("planUndo() refuses datasets and snapshots that aren't ours, and knows those that are", () => {
  const zfs = { ...all, dataset: "z/jails" };
  const ours =
    `${fresh}zfs z/jails\nzfs z/jails/alcaide_template_14.3-RELEASE\nzfs z/jails/alcaide_template_14.3-RELEASE@alcaide\n`;
  assertStringIncludes(
    command("Remove the template 14.3-RELEASE", zfs, ours),
    "zfs destroy z/jails/alcaide_template_14.3-RELEASE@alcaide",
  );
  assertStringIncludes(command("Clear /jails", zfs, ours), "alcaide:base");
  assertEquals(refusal(zfs, `${ours}zfs z/jails/mine\nzfs z/jails@daily\n`), [
    "Cannot undo setup on web: alcaide did not make z/jails/mine and z/jails@daily",
    "Keep what you need of it, then destroy it with zfs destroy",
  ]);
});

Deno.test("planUndo() leaves the base path and our directories to files of others, and names them", () => {
  const { changes, strangers } = undo(
    { ...all, base: [".templates", "mine"] },
    `${fresh}all /usr/local/etc/alcaide/notes\n`,
  );
  assertEquals(strangers, ["/usr/local/etc/alcaide/notes", "/jails/mine"]);
  assert(changes.every(({ title }) => title !== "Clear /jails"));
});
