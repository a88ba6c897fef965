import { assertEquals } from "@std/assert";
import { importLine } from "../../../../lib/commands/caddy/caddyfile.ts";
import { cronMark } from "../../../../lib/commands/app/schedule.ts";
import { caddyfile } from "../../../../lib/commands/paths.ts";
import { recordBefore, refuseApps, undoCaddy, undoFiles } from "../../../../lib/commands/server/undo.ts";
import { script } from "../../../../lib/core/script.ts";
import { sh } from "../../../../lib/core/sh.ts";
import { playground } from "../../../playground.ts";

const installed = { absent: true, installed: true, ran: false, enabled: undefined };

/** Undoes it where setup installed Caddy; gives the calls of pkg and service, and the Caddyfile. */
async function undone(now: string, before?: string) {
  await using place = await playground();
  for (const name of ["pkg", "service"]) {
    await place.program(name, `echo ${name} "$@" >>${place.at("/calls")}`);
  }
  await place.program("sysrc", "exit 0");
  await place.program("pgrep", "echo 1");
  await place.write(caddyfile, now);
  if (before !== undefined) await place.write(`${caddyfile}.before-alcaide`, before);
  const { code, stderr } = await place.run(undoCaddy(installed));
  assertEquals([code, stderr], [0, ""]);
  return { calls: (await place.read("/calls"))?.trim().split("\n"), left: await place.read(caddyfile) };
}

const sample = "localhost {\n}\n";

Deno.test("undoCaddy() removes the package whose Caddyfile nobody has changed since", async () => {
  const { calls, left } = await undone(`${importLine}\n${sample}`, sample);
  assertEquals([calls?.slice(0, 3), left], [
    ["service caddy stop", "pkg info -e caddy", "pkg delete -y caddy"],
    undefined,
  ]);
});

for (const before of [sample, undefined]) {
  const what = before === undefined ? "was never setup's" : "somebody has changed since";
  Deno.test(`undoCaddy() takes only our line out of a Caddyfile that ${what}`, async () => {
    const mine = "mine.test {\n}\n";
    assertEquals(await undone(`${importLine}\n${mine}`, before), {
      calls: ["service caddy reload"],
      left: mine,
    });
  });
}

Deno.test("recordBefore() writes down what is there, once", async () => {
  await using place = await playground();
  await place.write("/var/db/alcaide/x", "");
  await place.write("/usr/local/etc/caddy/Caddyfile", "");
  await place.write("/etc/rc.conf", 'pf_enable="NO"\ncloned_interfaces_x="lo1"\n');
  for (const name of ["pgrep", "kldstat", "ifconfig"]) {
    await place.program(name, `exit ${name === "ifconfig" ? 0 : 1}`);
  }
  await place.program("sysrc", "echo 'pf_enable: NO'");
  const read = async () =>
    (await place.read("/var/db/alcaide/before"))?.replaceAll(place.root, "").trim().split("\n");
  await place.run(recordBefore("/jails"));
  const first = await read();
  assertEquals(first, [
    "absent /jails",
    "absent /usr/local/etc/rc.d",
    "absent /usr/local/etc/caddy/conf.d",
    "absent /usr/local/etc/cron.d",
    "absent /usr/local/www",
    "absent /usr/local/etc/newsyslog.conf.d",
    "had interface",
    "set pf_enable",
    "rc pf_enable NO",
  ]);
  await place.write("/etc/rc.conf", "");
  await place.run(recordBefore("/jails"));
  assertEquals(await read(), first);
});

Deno.test("undoFiles() removes cron's file, and none of somebody's", async () => {
  await using place = await playground();
  await place.program("sysrc", "exit 0");
  const file = "/usr/local/etc/cron.d/alcaide";
  await place.write(file, "0 0 * * * root mine\n");
  const { code, stderr } = await place.run(undoFiles());
  assertEquals([code, stderr.replaceAll(place.root, "")], [
    1,
    `${file} has no mark of ours, so it is left alone\n`,
  ]);
  await place.write(file, `${cronMark}\n`);
  assertEquals([(await place.run(undoFiles())).code, await place.read(file)], [0, undefined]);
});

Deno.test("refuseApps() ends a script on a server to which an app came meanwhile", async () => {
  await using place = await playground();
  const undo = script(refuseApps(), sh`echo gone`);
  await Deno.mkdir(place.at("/var/db/alcaide/apps"), { recursive: true });
  assertEquals((await place.run(undo)).stdout, "gone\n");
  await place.write("/var/db/alcaide/apps/blog/fence", "");
  const { code, stdout, stderr } = await place.run(undo);
  assertEquals([code, stdout, stderr], [1, "", "There is an app on the server\n"]);
});
