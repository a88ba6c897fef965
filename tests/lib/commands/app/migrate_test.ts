import { assertEquals } from "@std/assert";
import { migrateApp } from "../../../../lib/commands/app/migrate.ts";
import { raw } from "../../../../lib/core/sh.ts";
import { standIn } from "../../../stand_in.ts";

const spec = {
  app: "shop",
  release: "7-1a2b3c4",
  jail: { name: "shop_green", path: "/jails/shop_green", ip4: "10.66.0.3" },
};

/** Runs a migration here: with folders for the server's and a jexec that only runs. */
async function migrate(
  command: string,
  fence = 7,
): Promise<{ code: number; out: string; err: string; log: string }> {
  const folder = await Deno.makeTempDir();
  try {
    const state = `${folder}/var/db/alcaide/apps/shop/releases/7-1a2b3c4`;
    await Deno.mkdir(state, { recursive: true });
    await Deno.mkdir(`${folder}/var/log/alcaide/shop`, { recursive: true });
    await Deno.writeTextFile(`${folder}/var/db/alcaide/apps/shop/fence`, "7\n");
    await Deno.writeTextFile(`${state}/env`, "GREETING='hello'\n");
    await standIn(`${folder}/jexec`, 'shift 3; exec "$@"');
    const script = migrateApp(spec, raw(command), fence).text
      .replaceAll("/var/", `${folder}/var/`).replace("/usr/sbin/jexec", `${folder}/jexec`)
      .replace("cd /app", `cd ${folder}`);
    const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
      args: ["-c", script],
      stdout: "piped",
      stderr: "piped",
      // It may end its whole group. Only spawn() heeds this.
      detached: true,
    }).spawn().output();
    const log = `${folder}/var/log/alcaide/shop/7-1a2b3c4.migrate.log`;
    assertEquals((await Deno.stat(log)).mode! & 0o777, 0o600);
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    return { code, out: out!, err: err!, log: await Deno.readTextFile(log) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("migrateApp() shows and keeps what a migration says, in order", async () => {
  const said = "hello\nwarning\nend\n";
  assertEquals(await migrate('echo "$GREETING"; echo warning >&2; echo end'), {
    code: 0,
    out: said,
    err: "",
    log: said,
  });
});

Deno.test("migrateApp() ends with the migration's own status, and keeps what it said", async () => {
  assertEquals(await migrate("echo half; exit 3"), { code: 3, out: "half\n", err: "", log: "half\n" });
});

Deno.test("migrateApp() fails when the migration is killed", async () => {
  assertEquals((await migrate("echo half; kill -9 $$")).code, 137);
});

Deno.test("migrateApp() is ended when somebody else has taken the lock", async () => {
  const began = Date.now();
  const { code, out } = await migrate("echo begun; sleep 60; echo end", 6);
  assertEquals([code === 0, out, Date.now() - began < 30_000], [false, "begun\n", true]);
});
