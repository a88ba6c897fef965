import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { asApp, installApp, serviceText, startApp, startText } from "../../../../lib/commands/app/app.ts";
import { fstabFile } from "../../../../lib/commands/paths.ts";
import { raw, sh } from "../../../../lib/core/sh.ts";
import { playground } from "../../../playground.ts";
import { syntaxError } from "../../../shell.ts";
import { spec } from "./specs.ts";
import { envText } from "../../../../lib/commands/jail/variables.ts";

Deno.test("serviceText() is a script for sh", async () => {
  assertEquals(await syntaxError(serviceText("7-1a2b3c4")), "");
});

Deno.test("serviceText() runs the app under daemon, restarted, logged by release, as its user", () => {
  const daemon = /command_args="(.*)"/.exec(serviceText("7-1a2b3c4"))?.[1] ?? "";
  for (
    const part of ["-f -r", "-o /var/log/alcaide/7-1a2b3c4.log", "-u app", " /usr/local/etc/alcaide/start"]
  ) {
    assertStringIncludes(daemon, part);
  }
});

Deno.test("serviceText() defaults to not starting the app", () => {
  assertStringIncludes(serviceText("1-x"), ": ${alcaide_app_enable:=NO}");
});

Deno.test("startText() becomes the app, in its directory", async () => {
  assertEquals(await syntaxError(startText("env A='b c' bin/shop start")), "");
  assertStringIncludes(startText("bin/shop start"), "\ncd /app && exec bin/shop start\n");
});

Deno.test("installApp() holds no value of the environment: its file is copied", () => {
  assertStringIncludes(
    installApp(spec).text,
    "install -m 0600 -o root -g wheel /var/db/alcaide/apps/shop/releases/7-1a2b3c4/env /jails/shop_blue/usr/local/etc/alcaide/env",
  );
});

Deno.test("installApp() makes a volume for the app, and tells whose one is that it can't write to", async () => {
  await using place = await playground();
  const uid = Deno.uid() ?? 0;
  const mount = (name: string) => ({ host: place.at(name), jail: `/data${name}` });
  for (const [name, mode] of [["/open", 0o777], ["/closed", 0o755], ["/own", 0o700]] as const) {
    await Deno.mkdir(place.at(name));
    await Deno.chmod(place.at(name), mode);
  }
  const told = async (uid: number, names: readonly string[]) => {
    const text = installApp({ ...spec, uid, jail: { ...spec.jail, mounts: names.map(mount) } }).text;
    const { stdout, code } = await place.run(
      raw(text.slice(text.indexOf(`{ [ -d ${place.at(names[0] ?? "")} ]`))),
    );
    return [code, stdout];
  };
  assertEquals(await told(uid + 1, ["/open", "/closed"]), [0, `volume ${place.at("/closed")} ${uid}\n`]);
  assertEquals(await told(uid, ["/own", "/fresh"]), [0, ""]);
  assertEquals((await Deno.stat(place.at("/fresh"))).mode! & 0o777, 0o750);
});

Deno.test("installApp() makes no volume anew that the app had: its disk is missing", async () => {
  await using place = await playground();
  const [host, uid] = [place.at("/had"), Deno.uid() ?? 0];
  const { text } = installApp({ ...spec, uid, jail: { ...spec.jail, mounts: [{ host, jail: "/data" }] } });
  const make = raw(text.slice(text.indexOf(`{ if [ ! -d ${host} ]`)));
  await place.write(fstabFile(`${spec.app}_green`), `${host} /jails/${spec.app}_green/data nullfs rw 0 0\n`);
  const { code, stderr } = await place.run(make);
  assertEquals([code, await Deno.stat(host).catch(() => "none")], [1, "none"]);
  assertStringIncludes(stderr, `The volume ${host} is not there, and the app had it. Is its disk mounted`);
  await Deno.mkdir(host);
  assertEquals((await place.run(make)).code, 0);
});

/** Starts an app whose service says that it runs from the given ask on. */
async function startWith({ from, start = 0 }: { from: number; start?: number }) {
  await using place = await playground();
  const asks = place.at("/asks");
  await place.write("/asks", "");
  await place.write("/jail/etc/rc.conf.d/other", "");
  await place.program(
    "jexec",
    `case $4 in
status) echo ask >>${asks}; [ "$(grep -c ask ${asks})" -ge ${from} ] ;;
start) echo start >>${asks}; exit ${start} ;;
esac`,
  );
  await place.program("sleep", "exit 0");
  const { code, stderr } = await place.run(startApp({ jail: { ...spec.jail, path: place.at("/jail") } }));
  return { code, stderr, asked: ((await place.read("/asks")) ?? "").trim().split("\n") };
}

Deno.test("startApp() waits for the supervisor, which is there only after daemon ended", async () => {
  const { code, stderr, asked } = await startWith({ from: 4 });
  assertEquals([code, stderr, asked], [0, "", ["ask", "start", "ask", "ask", "ask"]]);
});

Deno.test("startApp() leaves alone what runs", async () => {
  assertEquals(await startWith({ from: 1 }), { code: 0, stderr: "", asked: ["ask"] });
});

Deno.test("startApp() gives up when no supervisor comes", async () => {
  const { code, stderr, asked } = await startWith({ from: 1000 });
  assertEquals([code, stderr, asked.length], [1, "The supervisor of the app did not start\n", 27]);
});

Deno.test("startApp() is content when the jail's own start was quicker", async () => {
  const { code, asked } = await startWith({ from: 3, start: 1 });
  assertEquals([code, asked], [0, ["ask", "start", "ask", "ask"]]);
});

Deno.test("asApp() runs a command with the release's environment and nothing of ours", async () => {
  await using place = await playground();
  await place.write("/var/db/alcaide/apps/shop/releases/7-1a2b3c4/env", envText({ GREETING: "it's $me" }));
  await place.program("jexec", `shift 3; exec "$@"`);
  await place.write("/app/here", "");
  const inner = sh`echo "$GREETING|$USER|$HOME|$SSH_CLIENT"; ls; exit 3`;
  const text = asApp(spec, inner).text
    .replace("/usr/sbin/jexec", place.at("/bin/jexec"))
    .replaceAll(/\/app(?=[;\s])/g, place.at("/app"));
  const { stdout, code } = await place.run(raw(text), { env: { SSH_CLIENT: "203.0.113.9" } });
  assertEquals([stdout, code], [`it's $me|app|${place.at("/app")}|\nhere\n`, 3]);
});

Deno.test("asApp() lets the release's own HOME, LANG and PATH win", async () => {
  await using place = await playground();
  const env = { HOME: "/data", LANG: "de_DE.UTF-8", PATH: "/app/bin" };
  await place.write("/var/db/alcaide/apps/shop/releases/7-1a2b3c4/env", envText(env));
  await place.program("jexec", `shift 3; PATH=/class/bin LANG=C.UTF-8 exec "$@"`);
  const text = asApp(spec, sh`echo "$HOME $LANG $PATH"`).text
    .replace("/usr/sbin/jexec", place.at("/bin/jexec")).replace("cd /app", "cd /");
  assertEquals((await place.run(raw(text))).stdout, "/data de_DE.UTF-8 /app/bin\n");
});

Deno.test("asApp() puts no value of the environment into an argument", () => {
  const { text } = asApp(spec, sh`bin/shop version`);
  assertMatch(
    text,
    /\n\{ exec \/usr\/sbin\/jexec -U app shop_blue \/bin\/sh -c '\{ set -a\neval "\$ALCAIDE_VARIABLES"\nset \+a\nunset ALCAIDE_VARIABLES\n\} \|\| exit \$\?\n\{ cd \/app\n\} \|\| exit \$\?\nbin\/shop version'\n\} \|\| exit \$\?$/,
  );
});
