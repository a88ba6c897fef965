import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  type AppSpec,
  asApp,
  checkApp,
  drainApp,
  envText,
  installApp,
  serviceText,
  startApp,
  startText,
} from "../../../lib/commands/app.ts";
import { secret } from "../../../lib/core/secret.ts";
import { raw, sh } from "../../../lib/core/sh.ts";
import { playground } from "../../playground.ts";
import { hostileWord, seeded, shell, syntaxError } from "../../shell.ts";

const spec: AppSpec = {
  app: "shop",
  release: "7-1a2b3c4",
  jail: { name: "shop_blue", path: "/jails/shop_blue", ip4: "10.66.0.2" },
  uid: 60000,
  start: "bin/shop start",
  port: 4000,
  packages: [],
};

/** Reads an environment's text as rc(8) does, and gives a variable as the app would see it. */
async function valueInShell(text: string, name: string): Promise<string> {
  await using place = await playground();
  await place.write("/env", text);
  const { stdout } = await shell(sh`set -a; . ${place.at("/env")}; printenv ${name}; printf .`.text);
  return stdout.replace(/\n\.$/, "");
}

const values = [
  "plain",
  "",
  " a  b ",
  "it's",
  '"quoted"',
  "$HOME `id` $(id)",
  "back\\slash\\n",
  "two\nlines\n",
  "Größe 日本 🙂",
  "#no comment",
  "ends in a backslash\\",
  "a=b; rm -rf /",
  "\t\r\x1b",
  "!!",
  "~",
];
for (const value of values) {
  Deno.test(`envText() brings ${JSON.stringify(value)} through a real shell`, async () => {
    assertEquals(await valueInShell(envText({ BEFORE: "1", VALUE: value, AFTER: "2" }), "VALUE"), value);
  });
}

Deno.test("envText() brings a hundred hostile values through a real shell", async () => {
  const random = seeded(37);
  const env = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`V${i}`, hostileWord(random)]));
  await using place = await playground();
  await place.write("/env", envText(env));
  const { stdout } = await shell(sh`set -a; . ${place.at("/env")}; env -0`.text);
  const seen = new Map(stdout.split("\0").map((row) => [row.split("=")[0], row.slice(row.indexOf("=") + 1)]));
  assertEquals(Object.keys(env).map((name) => seen.get(name)), Object.values(env));
});

Deno.test("envText() reveals secrets: only its caller may wrap it", () => {
  assertEquals(envText({ KEY: secret("s3") }), "KEY='s3'\n");
});

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

Deno.test("installApp() installs packages only when there are some", () => {
  assertEquals(installApp(spec).text.includes("pkg "), false);
  assertStringIncludes(
    installApp({ ...spec, packages: ["openssl", "icu"] }).text,
    "install -y openssl icu &&",
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

const look = {
  path: "/health?a=1&b='",
  host: "shop.example.com",
  proto: "https",
  status: [200, 399],
  timeout: 0,
  interval: 100,
} as const;

async function check(
  answer: string,
  more: { sockets?: string; status?: readonly [number, number]; proto?: "http" } = {},
) {
  await using place = await playground();
  await place.write("/answer", answer);
  await place.write("/var/log/alcaide/shop/7-1a2b3c4.log", "first words\nlast words\n");
  await place.program("nc", `cat >>${place.at("/asked")}; cat ${place.at("/answer")}`);
  await place.program("sockstat", `printf '%s' '${more.sockets ?? "app shop 1 2 tcp4 10.66.0.2:4000 *:*"}'`);
  await place.program("ps", "echo PID USER COMMAND");
  const { stdout, code } = await place.run(checkApp(spec, { ...look, ...more }));
  return { stdout, code, asked: await place.read("/asked") };
}

Deno.test("checkApp() asks for the path at the jail's own address, as a proxy would", async () => {
  const { asked } = await check("HTTP/1.1 200 OK\r\n\r\nhi");
  assertStringIncludes(asked ?? "", "GET /health?a=1&b=' HTTP/1.1\r\nHost: shop.example.com\r\n");
  assertStringIncludes(asked ?? "", "\r\nX-Forwarded-Proto: https\r\n");
});

const answers = [
  { name: "200", answer: "HTTP/1.1 200 OK\r\n\r\n", stdout: "probe 1 200\nwell\n", code: 0 },
  {
    name: "a redirect, which counts as well",
    answer: "HTTP/1.1 301 Moved\r\nLocation: /\r\n\r\n",
    stdout: "probe 1 301\nwell\n",
    code: 0,
  },
  { name: "HTTP/1.0", answer: "HTTP/1.0 204 No\r\n\r\n", stdout: "probe 1 204\nwell\n", code: 0 },
];
for (const { name, answer, stdout, code } of answers) {
  Deno.test(`checkApp() is content with ${name}`, async () => {
    const got = await check(answer);
    assertEquals([got.stdout, got.code], [stdout, code]);
  });
}

const here = `Location: https://shop.example.com${look.path}\r\n`;

Deno.test("checkApp() finds a redirect to the same address over HTTPS that never ends", async () => {
  for (const location of [here, here.replace(".com/", ".com:443/"), here.replace("Loc", "loc")]) {
    const got = await check(`HTTP/1.1 301 Moved\r\n${location}\r\n`);
    assertEquals(got.code, 1);
    assertStringIncludes(got.stdout, "probe 1 301 to itself\n");
  }
});

Deno.test("checkApp() tells a redirect from HTTP to HTTPS, which a balancer in front may never let end", async () => {
  const got = await check(`HTTP/1.1 301 Moved\r\n${here}\r\n`, { proto: "http" });
  assertEquals([got.stdout, got.code], [
    `redirect https://shop.example.com${look.path}\nprobe 1 301\nwell\n`,
    0,
  ]);
});

for (
  const [name, answer] of [
    ["with a cookie, which ends it", `HTTP/1.1 302 Found\r\nSet-Cookie: a=1\r\n${here}\r\n`],
    ["to another page", `HTTP/1.1 302 Found\r\n${here.replace("health", "login")}\r\n`],
    ["in a body only", `HTTP/1.1 302 Found\r\n\r\n${here}`],
  ] as const
) {
  Deno.test(`checkApp() is content with a redirect ${name}`, async () => {
    assertEquals((await check(answer)).code, 0);
  });
}

const bad = [
  { name: "500", answer: "HTTP/1.1 500 Oh\r\n\r\nboom", says: "probe 1 500\n" },
  { name: "silence", answer: "", says: "probe 1 no answer\n" },
  { name: "something that isn't HTTP", answer: "SSH-2.0-OpenSSH\r\n", says: "probe 1 not HTTP\n" },
];
for (const { name, answer, says } of bad) {
  Deno.test(`checkApp() gives up after ${name} and shows why`, async () => {
    const got = await check(answer);
    assertEquals(got.code, 1);
    for (
      const part of [says, "\n# log\nfirst words\nlast words\n# processes\nPID", "# sockets\n", "# answer\n"]
    ) {
      assertStringIncludes(got.stdout, part);
    }
  });
}

Deno.test("checkApp() doesn't take another process's answer for the app's", async () => {
  const got = await check("HTTP/1.1 200 OK\r\n\r\n", { sockets: "" });
  assertStringIncludes(got.stdout, "probe 1 200 from another process\n");
  assertEquals(got.code, 1);
});

Deno.test("checkApp() counts only the statuses that it was told", async () => {
  assertEquals((await check("HTTP/1.1 302 Found\r\n\r\n", { status: [200, 200] })).code, 1);
});

Deno.test("drainApp() waits until no connection of the jail is left", async () => {
  await using place = await playground();
  await place.program(
    "sockstat",
    `n=$(cat ${place.at("/n")} 2>/dev/null || echo 0); echo $((n + 1)) >${place.at("/n")}
echo 'app shop 1 2 tcp4 10.66.0.9:4000 10.66.0.1:9'
[ "$n" -ge 2 ] || echo 'app shop 1 2 tcp4 10.66.0.2:4000 10.66.0.1:9'`,
  );
  const { stdout } = await place.run(drainApp(spec.jail, 4000, 20_000));
  assertEquals([stdout, await place.read("/n")], ["left 0\n", "3\n"]);
});

for (
  const [state, left] of Object.entries({
    TIME_WAIT: 0,
    FIN_WAIT_2: 0,
    ESTABLISHED: 1,
    CLOSE_WAIT: 1,
    FIN_WAIT_1: 1,
    LAST_ACK: 1,
  })
) {
  Deno.test(`drainApp() ${left ? "waits" : "doesn't wait"} for a connection of no process in ${state}`, async () => {
    await using place = await playground();
    const rows = [
      `?        ?          ?     ?  tcp4   10.66.0.2:4000        10.66.0.2:9                        ${state}`,
      `??  ??  ??  ??  tcp4 10.66.0.2:4000  10.66.0.2:10  ??  ${state}`,
      "root     caddy      8     9  tcp4   10.66.0.1:11          10.66.0.2:4000                     ESTABLISHED",
    ];
    await place.program("sockstat", `cat <<'END'\n${rows.join("\n")}\nEND`);
    assertEquals((await place.run(drainApp(spec.jail, 4000, 0))).stdout, `left ${2 * left}\n`);
  });
}

Deno.test("drainApp() waits for a connection that a process holds, whatever its state", async () => {
  await using place = await playground();
  await place.program("sockstat", "echo 'app shop 1 2 tcp4 10.66.0.2:4000 10.66.0.1:9 FIN_WAIT_2'");
  assertEquals((await place.run(drainApp(spec.jail, 4000, 0))).stdout, "left 1\n");
});

Deno.test("drainApp() says what is left at the limit", async () => {
  await using place = await playground();
  await place.program("sockstat", "echo 'app shop 1 2 tcp4 10.66.0.2:4000 10.66.0.1:9'");
  assertEquals((await place.run(drainApp(spec.jail, 4000, 0))).stdout, "left 1\n");
});
